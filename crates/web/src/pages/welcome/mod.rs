//! The first page for somebody who has just made their account by an invitation: what they can do next.

pub(crate) mod view;

use axum::response::Response;

use crate::page_error::PageError;
use crate::signed_in::SignedIn;
use view::Welcome;

/// The page, below the issuer's path.
pub(crate) const PAGE: &str = "welcome/";

/// The page.
pub(crate) async fn get(person: SignedIn) -> Result<Response, PageError> {
    person.show(|layout| Welcome { layout })
}
