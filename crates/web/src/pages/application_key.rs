//! The application that a path names.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use pixie_provider::ClientKey;

use crate::failure::Failure;
use crate::web::Web;

/// The application that a path names. What names none is not found.
pub(crate) struct ApplicationKey(pub(crate) ClientKey);

impl FromRequestParts<Web> for ApplicationKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Failure> {
        let Path(key) = Path::<ClientKey>::from_request_parts(parts, web)
            .await
            .map_err(|_| Failure::NotFound)?;
        Ok(Self(key))
    }
}
