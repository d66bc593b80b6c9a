//! The page that sends the browser on with a form. What came in a body, or is too long for an address, goes on in a body: into no
//! history, no log of a proxy and no header. The script sends the form; if scripts do not run, the person does.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;

use crate::page_error::PageError;
use crate::pages::hidden_field::HiddenField;
use crate::request_context::RequestContext;
use crate::respond::{FormTarget, Policy, html};
use view::SendOn;

/// The page with its form to a path of ours.
pub(crate) fn page(
    context: &RequestContext,
    action: &str,
    fields: &[(&str, &str)],
) -> Result<Response, PageError> {
    let view = SendOn {
        layout: context.layout_without_person(),
        action: action.to_owned(),
        fields: HiddenField::of(fields.iter().copied()),
        nonce: context.web.new_browser()?,
    };
    let policy = Policy {
        script: Some(&view.nonce),
        ..FormTarget::Client.into()
    };
    html(&context.web, StatusCode::OK, None, &view, policy)
}
