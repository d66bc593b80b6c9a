//! Which account to use (OpenID Connect Core section 3.1.2.1, `prompt=select_account`). It returns to the request that asked.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{Session, paths};

use crate::failure::Failure;
use crate::form::Form;
use crate::respond::{FormLeadsTo, html};
use crate::visit::{Visit, redirect};
use view::SelectAccount;

/// The question.
pub(crate) async fn get(visit: Visit) -> Result<Response, Failure> {
    let next = Params::parse(visit.query().as_bytes()).unwrap_or_default();
    let next = next.get("next").unwrap_or_default().to_owned();
    match visit.session().await? {
        Some(session) => show(&visit, &session, &next).await,
        None => Ok(redirect(StatusCode::FOUND, &visit.web.login_path(&next))),
    }
}

/// The person goes on with the account they have.
pub(crate) async fn post(visit: Visit, form: Form) -> Result<Response, Failure> {
    let form = form.0?;
    let next = form.get("next").unwrap_or_default();
    let Some(session) = visit.session().await? else {
        return Ok(redirect(StatusCode::SEE_OTHER, &visit.web.login_path(next)));
    };
    visit.check_form(&form, Some(&session))?;
    let request = visit.web.request_in(next).ok_or(Failure::NotFound)?;
    let back = visit.web.provider().having_chosen(&request, &session);
    let back = format!("{}?{}", visit.web.path(paths::AUTHORIZE), back.to_query());
    Ok(redirect(StatusCode::SEE_OTHER, &back))
}

async fn show(visit: &Visit, session: &Session, next: &str) -> Result<Response, Failure> {
    let request = visit.web.request_in(next).ok_or(Failure::NotFound)?;
    let preview = visit.web.provider().preview(&request).await;
    let (chrome, cookie) = visit.page(Some(session))?;
    let view = SelectAccount {
        chrome,
        next: next.to_owned(),
        application: preview.as_ref().map(|preview| preview.client.name.clone()),
        name: session.user.name.clone(),
        another_account: visit.web.login_path(next),
    };
    let leads_to = match &preview {
        Some(preview) => FormLeadsTo::Client(preview.redirect_uri.uri()),
        None => FormLeadsTo::Ourselves,
    };
    html(&visit.web, StatusCode::OK, cookie, &view, leads_to)
}
