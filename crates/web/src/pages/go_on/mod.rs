//! The page that sends the browser to a client whose address is too long for a header of an answer. The script goes there; if
//! scripts do not run, the browser does by itself or the person chooses the link.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;

use crate::page_error::PageError;
use crate::request_context::RequestContext;
use crate::respond::{FormTarget, Policy, client_source, html};
use view::GoOn;

/// The page with its link.
pub(crate) fn page(
    context: &RequestContext,
    destination: &str,
    address: &str,
) -> Result<Response, PageError> {
    let view = GoOn {
        layout: context.layout_without_person(),
        destination: destination.to_owned(),
        address: address.to_owned(),
        nonce: context.web.new_browser()?,
    };
    let framed_by = client_source(address);
    let policy = Policy {
        script: Some(&view.nonce),
        framed_by: framed_by.as_deref(),
        ..FormTarget::OwnOrigin.into()
    };
    html(&context.web, StatusCode::OK, None, &view, policy)
}
