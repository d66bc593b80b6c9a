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
use crate::onward::{self, REQUEST};
use crate::page_error::{FormRefusal, PageError};
use crate::pages::{form_post, login, second_factor, send_on};
use crate::request_context::{RequestContext, with_cookie};

/// Answers a request, or sends the browser to the page that is needed first.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let query = context.web.unpacked(context.query());
    let params = Params::parse(query.as_bytes()).map_err(PageRefusal::Params)?;
    let sent = Sent {
        query: &query,
        params: &params,
    };
    answer(&context, StatusCode::FOUND, sent).await
}

/// A request by form (OpenID Connect Core section 3.1.2.1). A form from another site comes without the session's cookie: a page of
/// ours sends it again, and then the cookie comes with it. What came in a body may hold tokens and may be long, so that it stays
/// out of addresses from here on.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0.map_err(|refusal| match refusal {
        FormRefusal::Params(error) => PageRefusal::Params(error).into(),
        refusal => PageError::Form(refusal),
    })?;
    let provider = context.web.provider();
    let sent_again = form.get(REQUEST).map(|query| Params::parse(query.as_bytes()));
    let sent_again = sent_again.transpose().map_err(PageRefusal::Params)?;
    let params = provider.received_by_form(sent_again.as_ref().unwrap_or(&form));
    let query = params.to_query();
    if sent_again.is_none() && context.cookies_may_be_missing() {
        return send_on::page(
            &context,
            &context.web.path(paths::AUTHORIZE),
            &[(REQUEST, &query)],
        );
    }
    let sent = Sent {
        query: &query,
        params: &params,
    };
    answer(&context, StatusCode::SEE_OTHER, sent).await
}

async fn answer(context: &RequestContext, status: StatusCode, sent: Sent<'_>) -> Result<Response, PageError> {
    let session = context.session().await?;
    let request = BrowserRequest {
        params: sent.params,
        session: session.as_ref(),
        decision: None,
        origin: context.origin(),
    };
    match context.web.provider().authorize(request).await {
        Authorization::Answer(response) => to_client(context, session.as_ref(), status, &response),
        Authorization::Login(login) => to_login(context, status, &login, sent),
        Authorization::Consent(consent) => {
            onward::to_consent(context, status, &consent.back, &sent.or(&consent.back))
        }
        Authorization::AnsweredBefore => Err(PageError::AnsweredBefore),
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

/// The answer to the client. Only an [`AuthorizationResponse`] knows its address. If it has a `session_state`, the browser gets the
/// cookie of the same state.
pub(crate) fn to_client(
    context: &RequestContext,
    session: Option<&Session>,
    status: StatusCode,
    response: &AuthorizationResponse,
) -> Result<Response, PageError> {
    if let Some(refusal) = response.refusal() {
        let error = refusal.answer().0.as_str();
        if refusal.is_ordinary() {
            tracing::info!(reason = %refusal, error, "authorization refused");
        } else {
            tracing::warn!(reason = %refusal, error, "authorization refused");
        }
    }
    let refused = response.refusal().map(|refusal| refusal.answer().0.as_str());
    let state_cookie = response
        .tells_session_state()
        .then(|| context.web.browser_state_cookie(&context.headers, session))
        .flatten();
    let mut response = match response.delivery() {
        Delivery::Redirect {
            destination,
            location,
        } => onward::to_client(context, status, destination, &location)?,
        Delivery::FormPost { action, fields } => form_post::page(context, action.uri(), fields)?,
    };
    if let Some(code) = refused {
        ErrorCode::note(code, &mut response);
    }
    Ok(with_cookie(response, state_cookie))
}

/// Sends the browser to the page on which the person signs in, creates an account or chooses one. The page returns to the request.
pub(crate) fn to_login(
    context: &RequestContext,
    status: StatusCode,
    request: &LoginRequest,
    sent: Sent<'_>,
) -> Result<Response, PageError> {
    let web = &context.web;
    let back = web.request_path(&sent.or(&request.back));
    let (page, reason) = match request.reason {
        LoginReason::NewAccount if web.settings().host_login.is_none() => (web.path("sign-up/"), None),
        LoginReason::WhichAccount => (web.path("select-account/"), None),
        LoginReason::SecondFactor if web.settings().host_login.is_none() => {
            (web.path(second_factor::PAGE), Some(second_factor::STEP_UP))
        }
        reason => (web.login_page(), login::reason_word(reason)),
    };
    onward::to_page(context, status, &page, &back, reason)
}
