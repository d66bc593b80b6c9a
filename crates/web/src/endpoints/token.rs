//! The token endpoint (RFC 6749 section 3.2).

use axum::response::Response;
use http::StatusCode;

use crate::form::Form;
use crate::respond::{json, token_error};
use crate::visit::Visit;
use crate::{cors, endpoints};

/// A token for a code, a refresh token or the client's own credentials.
pub(crate) async fn post(visit: Visit, form: Form) -> Response {
    let params = match endpoints::parameters(&visit, form) {
        Ok(params) => params,
        Err(refusal) => return cors::for_client(&visit, None, token_error(&refusal)).await,
    };
    let response = match visit.web.provider().token(visit.evidence(&params)).await {
        Ok(tokens) => json(StatusCode::OK, tokens.expose().to_owned()),
        Err(refusal) => token_error(&refusal),
    };
    cors::for_client(&visit, Some(&params), response).await
}
