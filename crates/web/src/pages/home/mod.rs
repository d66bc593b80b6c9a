//! Where a person finds everything.

pub(crate) mod view;

use axum::response::Response;

use crate::failure::Failure;
use crate::respond::page;
use crate::visit::Visit;
use view::Home;

/// The home page, signed in or not.
pub(crate) async fn get(visit: Visit) -> Result<Response, Failure> {
    let session = visit.session().await?;
    let (chrome, cookie) = visit.page(session.as_ref())?;
    let issuer = visit.web.provider().issuer();
    let view = Home {
        chrome,
        issuer: issuer.to_string(),
        metadata_url: issuer.endpoint(".well-known/oauth-authorization-server"),
    };
    page(&visit.web, cookie, &view)
}
