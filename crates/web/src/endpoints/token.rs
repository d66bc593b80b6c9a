//! The token endpoint (RFC 6749 section 3.2).

use axum::response::Response;
use http::StatusCode;

use crate::form::Form;
use crate::request_context::RequestContext;
use crate::respond::{json, token_error};
use crate::{cors, endpoints};

/// A token for a code, a refresh token or the client's own credentials.
pub(crate) async fn post(context: RequestContext, form: Form) -> Response {
    let params = match endpoints::parameters(&context, form) {
        Ok(params) => params,
        Err(refusal) => {
            let answer = token_error(&refusal, context.named_client(None).as_deref());
            return cors::for_client(&context, None, answer).await;
        }
    };
    let response = match context.web.provider().token(context.evidence(&params)).await {
        Ok(tokens) => json(StatusCode::OK, tokens.expose().to_owned()),
        Err(refusal) => token_error(&refusal, context.named_client(Some(&params)).as_deref()),
    };
    cors::for_client(&context, Some(&params), response).await
}
