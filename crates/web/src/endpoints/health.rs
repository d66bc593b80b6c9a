//! Liveness and readiness, for whatever starts and watches the server.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::respond::json;
use crate::web::Web;

/// The process answers.
pub(crate) async fn live() -> Response {
    json(StatusCode::OK, r#"{"status":"live"}"#.to_owned())
}

/// The store can write, too.
pub(crate) async fn ready(State(web): State<Web>) -> Response {
    match web.provider().ready().await {
        Ok(()) => json(StatusCode::OK, r#"{"status":"ready"}"#.to_owned()),
        Err(error) => {
            tracing::warn!(reason = %error, "not ready");
            json(
                StatusCode::SERVICE_UNAVAILABLE,
                r#"{"status":"not ready"}"#.to_owned(),
            )
        }
    }
}
