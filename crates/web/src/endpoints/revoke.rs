//! The revocation endpoint (RFC 7009 section 2).

use axum::response::Response;
use http::StatusCode;

use crate::form::Form;
use crate::request_context::RequestContext;
use crate::respond::{json, token_error};
use crate::{cors, endpoints};

/// Ends a token. The body of the answer is an empty object: several clients choke on an empty one.
pub(crate) async fn post(context: RequestContext, form: Form) -> Response {
    let params = match endpoints::parameters(&context, form) {
        Ok(params) => params,
        Err(refusal) => {
            let answer = token_error(&refusal, context.named_client(None).as_deref());
            return cors::for_client(&context, None, answer).await;
        }
    };
    let response = match context.web.provider().revoke(context.evidence(&params)).await {
        Ok(()) => json(StatusCode::OK, "{}".to_owned()),
        Err(refusal) => token_error(&refusal, context.named_client(Some(&params)).as_deref()),
    };
    cors::for_client(&context, Some(&params), response).await
}
