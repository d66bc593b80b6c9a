//! A passkey as the second factor.

use axum::response::Response;
use pixie_oauth::Params;
use pixie_provider::{PasskeyRefusal, PasskeySignIn};

use super::{Page, ended, finish, form_expired, log_refused, sent, show};
use crate::page_error::PageError;
use crate::passkey;
use crate::passkey_request::PasskeyRequest;
use crate::request_context::RequestContext;
use crate::respond::retry_after;
use crate::web::Web;

/// The challenge for the browser of a half-finished sign-in; `None` if no passkey can be asked for.
pub(super) async fn request_for(web: &Web, pending: &str) -> Option<PasskeyRequest> {
    let challenge = web.provider().passkey_challenge(Some(pending)).await;
    challenge.ok().map(PasskeyRequest::from)
}

/// Completes the sign-in.
pub(super) async fn post(
    context: RequestContext,
    form: &Params,
    page: Page<'_>,
) -> Result<Response, PageError> {
    if !context.is_current(form, None) {
        return form_expired(&context, page).await;
    }
    let Some(pending) = sent(&context) else {
        return ended(&context, page.back.next);
    };
    let replaces = context.web.cookies().session(&context.headers);
    let attempt = PasskeySignIn {
        answer: passkey::answer(form),
        pending: Some(pending),
        request: context.origin(),
        replaces: replaces.as_ref(),
    };
    let refusal = match context.web.provider().sign_in_with_passkey(attempt).await {
        Ok(opened) => return finish(context, &opened, page.back).await,
        Err(refusal) => refusal,
    };
    log_refused(&context, pending, page.back.next, &refusal).await;
    if refusal == PasskeyRefusal::Disabled {
        return ended(&context, page.back.next);
    }
    let (status, error, wait) = passkey::refused(&refusal);
    let page = Page {
        status,
        error: Some(error),
        ..page
    };
    let mut response = show(&context, Some(pending), page).await?;
    retry_after(&mut response, wait);
    Ok(response)
}
