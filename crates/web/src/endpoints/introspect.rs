//! The introspection endpoint (RFC 7662 section 2).

use axum::response::Response;
use http::StatusCode;

use crate::endpoints;
use crate::form::Form;
use crate::respond::{json, token_error};
use crate::visit::Visit;

/// What a token is good for.
pub(crate) async fn post(visit: Visit, form: Form) -> Response {
    let params = match endpoints::parameters(&visit, form) {
        Ok(params) => params,
        Err(refusal) => return token_error(&refusal),
    };
    match visit.web.provider().introspect(visit.evidence(&params)).await {
        Ok(description) => json(
            StatusCode::OK,
            serde_json::to_string(&description).unwrap_or_default(),
        ),
        Err(refusal) => token_error(&refusal),
    }
}
