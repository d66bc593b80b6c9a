//! Every path that is nobody's.

use axum::response::{IntoResponse, Response};

use crate::failure::Failure;

/// Nothing is here.
pub(crate) async fn any() -> Response {
    Failure::NotFound.into_response()
}
