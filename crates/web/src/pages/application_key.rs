//! The application that a path names.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use pixie_provider::ClientKey;

use crate::page_error::PageError;
use crate::web::Web;

/// The key of an application in a path. Any other word is answered with 404.
pub(crate) struct ApplicationKey(pub(crate) ClientKey);

impl FromRequestParts<Web> for ApplicationKey {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let Path(key) = Path::<ClientKey>::from_request_parts(parts, web)
            .await
            .map_err(|_| PageError::NotFound)?;
        Ok(Self(key))
    }
}
