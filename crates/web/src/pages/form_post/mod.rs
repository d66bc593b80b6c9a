//! The page that carries an answer to a client by a form (OAuth 2.0 Form Post Response Mode section 2). The script
//! sends the form; if scripts do not run, the person does.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::RedirectUri;

use crate::page_error::PageError;
use crate::pages::hidden_field::HiddenField;
use crate::request_context::RequestContext;
use crate::respond::{FormTarget, Policy, client_source, html};
use view::FormPost;

/// The page with its form.
pub(crate) fn page(
    context: &RequestContext,
    action: &RedirectUri,
    fields: Vec<(&str, &str)>,
) -> Result<Response, PageError> {
    let (layout, cookie) = context.page(None)?;
    let nonce = context.web.new_browser()?;
    let view = FormPost {
        layout,
        action: action.to_string(),
        destination: action.destination().to_owned(),
        fields: HiddenField::of(fields),
        nonce,
    };
    let framed_by = client_source(action.as_str());
    let policy = Policy {
        script: Some(&view.nonce),
        framed_by: framed_by.as_deref(),
        ..FormTarget::Client.into()
    };
    html(&context.web, StatusCode::OK, cookie, &view, policy)
}
