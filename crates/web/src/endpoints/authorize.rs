//! The authorization endpoint (RFC 6749 section 3.1): also the return address of every page.

use std::borrow::Cow;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{
    Authorization, AuthorizationResponse, BrowserRequest, Delivery, LoginReason, LoginRequest, PageRefusal,
    Session, paths,
};

use crate::failure::{Failure, FormRefusal};
use crate::form::Form;
use crate::metrics::ErrorCode;
use crate::pages::{form_post, login};
use crate::visit::{Visit, redirect, with_cookie};

/// Answers a request, or sends the browser to the page that is needed first.
pub(crate) async fn get(visit: Visit) -> Result<Response, Failure> {
    let params = Params::parse(visit.query().as_bytes()).map_err(PageRefusal::Params)?;
    let session = visit.session().await?;
    let request = BrowserRequest {
        params: &params,
        session: session.as_ref(),
        decision: None,
    };
    let sent = Sent {
        query: visit.query(),
        params: &params,
    };
    match visit.web.provider().authorize(request).await {
        Authorization::Answer(response) => to_client(&visit, session.as_ref(), StatusCode::FOUND, &response),
        Authorization::Login(login) => Ok(to_login(&visit, StatusCode::FOUND, &login, sent)),
        Authorization::Consent(consent) => {
            let page = format!("{}?{}", visit.web.path("consent/"), sent.or(&consent.back));
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
    /// The query to come back with: what was sent, byte for byte, unless the provider has made another request of it.
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
pub(crate) async fn post(visit: Visit, form: Form) -> Result<Response, Failure> {
    let params = form.0.map_err(|refusal| match refusal {
        FormRefusal::Params(error) => PageRefusal::Params(error).into(),
        refusal => Failure::Form(refusal),
    })?;
    Ok(redirect(
        StatusCode::SEE_OTHER,
        &format!("{}?{}", visit.web.path(paths::AUTHORIZE), params.to_query()),
    ))
}

/// The way back to the client. Only an [`AuthorizationResponse`] says where that is. What it tells the client of the
/// login's state, the browser's cookie says too.
pub(crate) fn to_client(
    visit: &Visit,
    session: Option<&Session>,
    status: StatusCode,
    response: &AuthorizationResponse,
) -> Result<Response, Failure> {
    if let Some(refusal) = response.refusal() {
        tracing::warn!(reason = %refusal, error = refusal.answer().0.as_str(), "authorization refused");
    }
    let refused = response.refusal().map(|refusal| refusal.answer().0.as_str());
    let state_cookie = response
        .tells_session_state()
        .then(|| visit.web.browser_state_cookie(&visit.headers, session))
        .flatten();
    let mut response = match response.delivery() {
        Delivery::Redirect(location) => redirect(status, &location),
        Delivery::FormPost { action, fields } => form_post::page(visit, action.uri(), fields)?,
    };
    if let Some(code) = refused {
        ErrorCode::note(code, &mut response);
    }
    Ok(with_cookie(response, state_cookie))
}

/// The page on which the person signs in, or says who they are, and then comes back.
pub(crate) fn to_login(visit: &Visit, status: StatusCode, request: &LoginRequest, sent: Sent<'_>) -> Response {
    let back = format!("{}?{}", visit.web.path(paths::AUTHORIZE), sent.or(&request.back));
    let web = &visit.web;
    let page = match request.reason {
        LoginReason::NewAccount => web.with_next("sign-up/", &back),
        LoginReason::WhichAccount => web.with_next("select-account/", &back),
        LoginReason::NotSignedIn
        | LoginReason::Again
        | LoginReason::TooLongAgo
        | LoginReason::SomebodyElse => login::path(web, &back, request.reason),
    };
    redirect(status, &page)
}
