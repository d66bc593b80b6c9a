//! The authorization endpoint (RFC 6749 section 3.1): also the return address of every page.

use std::borrow::Cow;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{
    Authorization, AuthorizationResponse, BrowserRequest, Delivery, LoginReason, LoginRequest, PageRefusal,
    Session, paths,
};

use crate::form::Form;
use crate::metrics::ErrorCode;
use crate::page_error::{FormRefusal, PageError};
use crate::pages::{form_post, login};
use crate::request_context::{RequestContext, redirect, with_cookie};

/// Answers a request, or sends the browser to the page that is needed first.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let params = Params::parse(context.query().as_bytes()).map_err(PageRefusal::Params)?;
    let session = context.session().await?;
    let request = BrowserRequest {
        params: &params,
        session: session.as_ref(),
        decision: None,
        origin: context.origin(),
    };
    let sent = Sent {
        query: context.query(),
        params: &params,
    };
    match context.web.provider().authorize(request).await {
        Authorization::Answer(response) => {
            to_client(&context, session.as_ref(), StatusCode::FOUND, &response)
        }
        Authorization::Login(login) => Ok(to_login(&context, StatusCode::FOUND, &login, sent)),
        Authorization::Consent(consent) => {
            let page = format!("{}?{}", context.web.path("consent/"), sent.or(&consent.back));
            Ok(redirect(StatusCode::FOUND, &page))
        }
        Authorization::Page(refusal) => Err(refusal.into()),
    }
}

/// A request as it came.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'a> {
    /// As it was written.
    pub(crate) query: &'a str,
    /// As it was read.
    pub(crate) params: &'a Params,
}

impl<'a> Sent<'a> {
    /// The query to return with: what was sent, byte for byte, unless the provider has changed the request.
    pub(crate) fn or(self, back: &Params) -> Cow<'a, str> {
        if back == self.params {
            Cow::Borrowed(self.query)
        } else {
            Cow::Owned(back.to_query())
        }
    }
}

/// A request by form (OpenID Connect Core section 3.1.2.1) becomes one by query: a form from another site comes without
/// the session's cookie, the redirect with it.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let params = form.0.map_err(|refusal| match refusal {
        FormRefusal::Params(error) => PageRefusal::Params(error).into(),
        refusal => PageError::Form(refusal),
    })?;
    Ok(redirect(
        StatusCode::SEE_OTHER,
        &format!("{}?{}", context.web.path(paths::AUTHORIZE), params.to_query()),
    ))
}

/// The answer to the client. Only an [`AuthorizationResponse`] knows its address. If it has a `session_state`, the browser gets the
/// cookie of the same state.
pub(crate) fn to_client(
    context: &RequestContext,
    session: Option<&Session>,
    status: StatusCode,
    response: &AuthorizationResponse,
) -> Result<Response, PageError> {
    if let Some(refusal) = response.refusal() {
        tracing::warn!(reason = %refusal, error = refusal.answer().0.as_str(), "authorization refused");
    }
    let refused = response.refusal().map(|refusal| refusal.answer().0.as_str());
    let state_cookie = response
        .tells_session_state()
        .then(|| context.web.browser_state_cookie(&context.headers, session))
        .flatten();
    let mut response = match response.delivery() {
        Delivery::Redirect(location) => redirect(status, &location),
        Delivery::FormPost { action, fields } => form_post::page(context, action.uri(), fields)?,
    };
    if let Some(code) = refused {
        ErrorCode::note(code, &mut response);
    }
    Ok(with_cookie(response, state_cookie))
}

/// The redirect to the page on which the person signs in, creates an account or chooses one. The page returns to the request.
pub(crate) fn to_login(
    context: &RequestContext,
    status: StatusCode,
    request: &LoginRequest,
    sent: Sent<'_>,
) -> Response {
    let back = format!(
        "{}?{}",
        context.web.path(paths::AUTHORIZE),
        sent.or(&request.back)
    );
    let web = &context.web;
    let page = match request.reason {
        LoginReason::NewAccount if web.settings().host_login.is_none() => web.with_next("sign-up/", &back),
        LoginReason::WhichAccount => web.with_next("select-account/", &back),
        LoginReason::NewAccount
        | LoginReason::NotSignedIn
        | LoginReason::Again
        | LoginReason::TooLongAgo
        | LoginReason::SomebodyElse
        | LoginReason::Stronger => login::path(web, &back, request.reason),
    };
    redirect(status, &page)
}
