//! The revocation endpoint (RFC 7009 section 2).

use axum::response::Response;
use http::StatusCode;

use crate::form::Form;
use crate::respond::{json, token_error};
use crate::visit::Visit;
use crate::{cors, endpoints};

/// Ends a token. The body of the answer is an empty object: several clients choke on an empty one.
pub(crate) async fn post(visit: Visit, form: Form) -> Response {
    let params = match endpoints::parameters(&visit, form) {
        Ok(params) => params,
        Err(refusal) => return cors::for_client(&visit, None, token_error(&refusal)).await,
    };
    let response = match visit.web.provider().revoke(visit.evidence(&params)).await {
        Ok(()) => json(StatusCode::OK, "{}".to_owned()),
        Err(refusal) => token_error(&refusal),
    };
    cors::for_client(&visit, Some(&params), response).await
}
