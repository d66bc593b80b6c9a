//! The page to choose an account (OpenID Connect Core section 3.1.2.1, `prompt=select_account`). It returns to the
//! authorization request.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::Session;

use crate::form::Form;
use crate::onward;
use crate::page_error::PageError;
use crate::pages::notice::Notice;
use crate::pages::relaxed_redirect::RelaxedRedirect;
use crate::request_context::RequestContext;
use crate::respond::{FormTarget, html};
use view::SelectAccount;

/// The question.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let params = Params::parse(context.query().as_bytes()).unwrap_or_default();
    let next = params.get("next").unwrap_or_default();
    match context.session().await? {
        Some(session) => show(&context, &session, next, None).await,
        None => to_login(&context, StatusCode::FOUND, next),
    }
}

/// The person continues with the account that is signed in, or comes with the path to return to in a body.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    let next = form.get("next").unwrap_or_default();
    let Some(session) = context.session().await? else {
        return to_login(&context, StatusCode::SEE_OTHER, next);
    };
    if onward::only_returns(&form) {
        return show(&context, &session, next, None).await;
    }
    if !context.is_current(&form, Some(&session)) {
        return show(&context, &session, next, Some(Notice::Expired)).await;
    }
    let request = context.web.request_in(next).ok_or(PageError::NotFound)?;
    let back = context.web.provider().having_chosen(&request, &session);
    let back = context.web.request_path(&back.to_query());
    onward::follow(&context, StatusCode::SEE_OTHER, &back)
}

fn to_login(context: &RequestContext, status: StatusCode, next: &str) -> Result<Response, PageError> {
    onward::to_page(context, status, &context.web.login_page(), next, None)
}

async fn show(
    context: &RequestContext,
    session: &Session,
    next: &str,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let request = context.web.request_in(next).ok_or(PageError::NotFound)?;
    let preview = context.web.provider().preview(&request).await;
    let (layout, cookie) = context.page(Some(session))?;
    let another_account = context.web.link(&context.web.login_page(), next)?;
    let view = SelectAccount {
        layout: layout.with_notice(notice),
        next: next.to_owned(),
        application: preview.as_ref().map(|preview| preview.client.name.clone()),
        relaxed_uri: RelaxedRedirect::of_preview(preview.as_ref()),
        name: session.account.name.clone(),
        another_account: another_account.address,
        another_account_by_form: another_account.by_form.is_some(),
    };
    let status = match notice {
        Some(_) => StatusCode::FORBIDDEN,
        None => StatusCode::OK,
    };
    html(&context.web, status, cookie, &view, FormTarget::Client)
}
