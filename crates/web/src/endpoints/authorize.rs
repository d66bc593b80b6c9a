//! The authorization endpoint (RFC 6749 section 3.1): also the return address of every page.

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{Authorization, AuthorizationResponse, PageRefusal, paths};

use crate::failure::{Failure, FormRefusal};
use crate::form::Form;
use crate::visit::{Visit, redirect};

/// Answers a request, or sends the browser to the page that is needed first.
pub(crate) async fn get(visit: Visit) -> Result<Response, Failure> {
    let params = Params::parse(visit.query.as_bytes()).map_err(PageRefusal::Params)?;
    let session = visit.session().await?;
    let next = visit
        .web
        .provider()
        .authorize(&params, session.as_ref(), None)
        .await;
    match next {
        Authorization::Redirect(response) => Ok(to_client(StatusCode::FOUND, &response)),
        Authorization::Login(_) => Ok(redirect(StatusCode::FOUND, &visit.web.login_path(&visit.target))),
        Authorization::Consent(_) => Ok(redirect(
            StatusCode::FOUND,
            &format!("{}?{}", visit.web.path("consent/"), visit.query),
        )),
        Authorization::Page(refusal) => Err(refusal.into()),
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

/// The way back to the client. Only a [`AuthorizationResponse`] says where that is.
pub(crate) fn to_client(status: StatusCode, response: &AuthorizationResponse) -> Response {
    if let Some(refusal) = response.refusal() {
        tracing::warn!(reason = %refusal, error = refusal.answer().0.as_str(), "authorization refused");
    }
    redirect(status, response.location())
}
