//! The authorization endpoint (RFC 6749 section 3.1): also the return address of every page.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{Authorization, AuthorizationResponse, PageRefusal, paths};

use crate::failure::{Failure, FormRefusal};
use crate::form::Form;
use crate::visit::{Visit, redirect};

/// Answers a request, or sends the browser to the page that is needed first.
pub(crate) async fn get(visit: Visit) -> Response {
    let params = match Params::parse(visit.query.as_bytes()) {
        Ok(params) => params,
        Err(error) => return Failure::Authorization(PageRefusal::Params(error)).into_response(),
    };
    let session = match visit.session().await {
        Ok(session) => session,
        Err(error) => return Failure::from(error).into_response(),
    };
    match visit
        .web
        .provider()
        .authorize(&params, session.as_ref(), None)
        .await
    {
        Authorization::Redirect(response) => to_client(StatusCode::FOUND, &response),
        Authorization::Login(_) => redirect(StatusCode::FOUND, &visit.web.login_path(&visit.target)),
        Authorization::Consent(_) => redirect(
            StatusCode::FOUND,
            &format!("{}?{}", visit.web.path("consent/"), visit.query),
        ),
        Authorization::Page(refusal) => Failure::Authorization(refusal).into_response(),
    }
}

/// A request by form (OpenID Connect Core section 3.1.2.1) becomes one by query: a form from another site comes without
/// the session's cookie, the redirect with it.
pub(crate) async fn post(visit: Visit, form: Form) -> Response {
    match form.0 {
        Ok(params) => redirect(
            StatusCode::SEE_OTHER,
            &format!("{}?{}", visit.web.path(paths::AUTHORIZE), params.to_query()),
        ),
        Err(FormRefusal::Params(error)) => Failure::Authorization(PageRefusal::Params(error)).into_response(),
        Err(refusal) => Failure::Form(refusal).into_response(),
    }
}

/// The way back to the client. Only a [`AuthorizationResponse`] says where that is.
pub(crate) fn to_client(status: StatusCode, response: &AuthorizationResponse) -> Response {
    if let Some(refusal) = response.refusal() {
        tracing::warn!(reason = %refusal, error = refusal.answer().0.as_str(), "authorization refused");
    }
    redirect(status, response.location())
}
