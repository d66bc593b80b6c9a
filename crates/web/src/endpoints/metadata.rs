//! The server's metadata (RFC 8414) and its public keys (RFC 7517).

use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};

use crate::cors;
use crate::respond::response;
use crate::web::Web;

/// The discovery document, the same on every well-known path.
pub(crate) async fn document(State(web): State<Web>) -> Response {
    public(web.metadata(), "application/json")
}

/// The JWK Set.
pub(crate) async fn jwks(State(web): State<Web>) -> Response {
    let jwks = Bytes::from_owner(web.provider().jwks().await);
    public(jwks, "application/jwk-set+json")
}

/// An answer that may be cached for five minutes. A new key is published for longer than that before it signs.
pub(super) fn public(body: Bytes, content_type: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    cors::for_everybody(response(StatusCode::OK, headers, body.into()))
}
