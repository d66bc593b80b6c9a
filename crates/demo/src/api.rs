//! The application that Pixie is mounted into, with the private API of the walkthrough: for people who are signed in, and
//! for apps with a token (RFC 6750).

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, Method};
use pixie_oauth::{Origin, Scope};
use pixie_provider::Provider;
use pixie_resource::{Access, ResourceLayer};
use pixie_web::LocalChecker;
use serde_json::json;
use tower_http::cors::CorsLayer;

use super::{Addresses, DemoError};

/// `/api/test/`, the very private endpoint, and a way from `/` to Pixie's pages.
pub(super) fn router(provider: &Provider, addresses: &Addresses) -> Result<Router, DemoError> {
    let pixie = Arc::new(LocalChecker::new(provider.clone()));
    let guard = ResourceLayer::new(pixie.clone())
        .scope(Scope::parse("read")?)
        .sessions(pixie, Origin::parse(addresses.origin())?);
    // The app is on another origin. It may send a token, and may read why one was refused.
    let cors = CorsLayer::new()
        .allow_origin(HeaderValue::from_str(addresses.app_origin())?)
        .allow_methods([Method::GET])
        .allow_headers([AUTHORIZATION])
        .expose_headers([WWW_AUTHENTICATE]);
    let pages = addresses.endpoint("");
    Ok(Router::new()
        .route("/api/test/", get(test))
        .route_layer(guard)
        .route_layer(cors)
        .route("/", get(async move || Redirect::to(&pages))))
}

async fn test(access: Access) -> impl IntoResponse {
    let name = access.username().or(access.sub()).unwrap_or("stranger");
    let by = if access.is_session() {
        "session cookie"
    } else {
        "bearer token"
    };
    let answer = json!({ "message": format!("Hello {name}, this is very private."), "opened_by": by });
    ([(CONTENT_TYPE, "application/json")], answer.to_string())
}
