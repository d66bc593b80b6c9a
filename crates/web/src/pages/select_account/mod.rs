//! The page to choose an account (OpenID Connect Core section 3.1.2.1, `prompt=select_account`). It returns to the
//! authorization request.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::{Session, paths};

use crate::form::Form;
use crate::page_error::PageError;
use crate::request_context::{RequestContext, redirect};
use crate::respond::{FormTarget, html};
use view::SelectAccount;

/// The question.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let next = Params::parse(context.query().as_bytes()).unwrap_or_default();
    let next = next.get("next").unwrap_or_default().to_owned();
    match context.session().await? {
        Some(session) => show(&context, &session, &next).await,
        None => Ok(redirect(StatusCode::FOUND, &context.web.login_path(&next))),
    }
}

/// The person continues with the account that is signed in.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    let next = form.get("next").unwrap_or_default();
    let Some(session) = context.session().await? else {
        return Ok(redirect(StatusCode::SEE_OTHER, &context.web.login_path(next)));
    };
    context.check_form(&form, Some(&session))?;
    let request = context.web.request_in(next).ok_or(PageError::NotFound)?;
    let back = context.web.provider().having_chosen(&request, &session);
    let back = format!("{}?{}", context.web.path(paths::AUTHORIZE), back.to_query());
    Ok(redirect(StatusCode::SEE_OTHER, &back))
}

async fn show(context: &RequestContext, session: &Session, next: &str) -> Result<Response, PageError> {
    let request = context.web.request_in(next).ok_or(PageError::NotFound)?;
    let preview = context.web.provider().preview(&request).await;
    let (layout, cookie) = context.page(Some(session))?;
    let view = SelectAccount {
        layout,
        next: next.to_owned(),
        application: preview.as_ref().map(|preview| preview.client.name.clone()),
        name: session.user.name.clone(),
        another_account: context.web.login_path(next),
    };
    let form_target = match &preview {
        Some(preview) => FormTarget::Client(preview.redirect_uri.uri()),
        None => FormTarget::OwnOrigin,
    };
    html(&context.web, StatusCode::OK, cookie, &view, form_target)
}
