//! The home page.

pub(crate) mod view;

use axum::response::Response;

use crate::page_error::PageError;
use crate::request_context::RequestContext;
use crate::respond::page;
use view::Home;

/// The page, also if nobody is signed in.
pub(crate) async fn get(context: RequestContext) -> Result<Response, PageError> {
    let session = context.session().await?;
    let (layout, cookie) = context.page(session.as_ref())?;
    let issuer = context.web.provider().issuer();
    let view = Home {
        layout,
        issuer: issuer.to_string(),
        metadata_url: issuer.endpoint(".well-known/oauth-authorization-server"),
    };
    page(&context.web, cookie, &view)
}
