//! Asking for a link by mail to choose another password. The page that follows is the same for every name.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::Params;
use pixie_provider::ForgottenPasswordRefusal;

use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::field_error::{FieldError, form_status};
use crate::pages::notice::Notice;
use crate::request_context::{RequestContext, redirect};
use crate::respond::{FormTarget, html, retry_after};
use crate::texts::text;
use view::ForgottenPassword;

/// The page, below the issuer's path.
pub(crate) const PAGE: &str = "forgotten-password/";

/// The parameter of the address after a request.
const SENT: &str = "sent";

/// The form, or the page that follows it.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let params = Params::parse(context.query().as_bytes()).unwrap_or_default();
    show(&context, "", params.get(SENT).is_some(), Vec::new(), None)
}

/// Sends the link, if there is somebody to send it to.
pub(crate) async fn post(context: RequestContext, form: Form) -> Result<Response, PageError> {
    let form = form.0?;
    let username = form.get("username").unwrap_or_default();
    if !context.is_current(&form, None) {
        let typed = if context.is_from_own_page() { username } else { "" };
        return show(&context, typed, false, Vec::new(), Some(Notice::Expired));
    }
    let web = &context.web;
    let requested = web.provider().request_reset_link(username, context.origin());
    match requested.await {
        Ok(()) => {
            let page = format!("{}?{SENT}=true", web.path(PAGE));
            Ok(redirect(StatusCode::SEE_OTHER, &page))
        }
        Err(ForgottenPasswordRefusal::SlowDown(seconds)) => {
            let error = FieldError::new("username", text!("forgotten-password-slow-down"));
            let mut response = show(&context, username, false, vec![error], None)?;
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            retry_after(&mut response, Some(seconds));
            Ok(response)
        }
        Err(ForgottenPasswordRefusal::Store(error)) => Err(error.into()),
        Err(refusal) => Err(PageError::Unavailable(refusal.to_string())),
    }
}

fn show(
    context: &RequestContext,
    username: &str,
    sent: bool,
    errors: Vec<FieldError>,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let status = form_status(notice, &errors);
    let (layout, cookie) = context.page(None)?;
    let view = ForgottenPassword {
        layout: layout.with_notice(notice),
        username: username.to_owned(),
        sent,
        errors,
    };
    html(&context.web, status, cookie, &view, FormTarget::OwnOrigin)
}
