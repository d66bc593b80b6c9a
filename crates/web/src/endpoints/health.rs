//! Liveness and readiness, for the program that starts and watches the server.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use pixie_provider::Timestamp;
use tokio::sync::Mutex;

use crate::frame::OPERATION;
use crate::respond::{json, retry_after};
use crate::web::Web;

/// Answers if the process runs.
pub(crate) async fn live() -> Response {
    json(StatusCode::OK, r#"{"status":"live"}"#.to_owned())
}

/// Answers 200 if the store can write, otherwise 503.
pub(crate) async fn ready(State(web): State<Web>) -> Response {
    if web.readiness().check(&web).await {
        json(StatusCode::OK, r#"{"status":"ready"}"#.to_owned())
    } else {
        let body = r#"{"status":"not ready"}"#.to_owned();
        let mut response = json(StatusCode::SERVICE_UNAVAILABLE, body);
        retry_after(&mut response, Some(1));
        response
    }
}

/// The last check of the store. A check costs a commit, so it is made at most once a second.
#[derive(Default)]
pub(crate) struct Readiness {
    last: Mutex<Option<(Timestamp, bool)>>,
}

impl Readiness {
    async fn check(&self, web: &Web) -> bool {
        let mut last = self.last.lock().await;
        let now = web.provider().now();
        if let Some((at, ready)) = *last
            && at == now
        {
            return ready;
        }
        let checked = web.provider().ready().await;
        if let Err(error) = &checked {
            tracing::warn!(target: OPERATION, reason = %error, "not ready");
        }
        *last = Some((now, checked.is_ok()));
        checked.is_ok()
    }
}
