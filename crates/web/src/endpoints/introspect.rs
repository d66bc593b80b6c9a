//! The introspection endpoint (RFC 7662 section 2).

use axum::response::Response;
use http::StatusCode;

use crate::endpoints;
use crate::form::Form;
use crate::request_context::RequestContext;
use crate::respond::{json, token_error};

/// Describes a token.
pub(crate) async fn post(context: RequestContext, form: Form) -> Response {
    let params = match endpoints::parameters(&context, form) {
        Ok(params) => params,
        Err(refusal) => return token_error(&refusal, context.named_client(None).as_deref()),
    };
    match context.web.provider().introspect(context.evidence(&params)).await {
        Ok(description) => json(
            StatusCode::OK,
            serde_json::to_string(&description).unwrap_or_default(),
        ),
        Err(refusal) => token_error(&refusal, context.named_client(Some(&params)).as_deref()),
    }
}
