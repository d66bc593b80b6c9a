//! The page that applications put into a frame to learn whether the login has changed (OpenID Connect Session Management
//! 1.0 section 3.2). It is the only page that other origins may frame. It answers the page that framed it. Without
//! the `session_state` that this server gave to that origin, every answer is `changed`.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue};

use crate::cookies::Name;
use crate::frame::MayBeFramed;
use crate::page_error::PageError;
use crate::web::Web;

const PAGE: &str = include_str!("check_session.html");
const SCRIPT: &str = include_str!("check_session.js");

/// Only the one script runs, by its hash.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(digest(&SHA256, SCRIPT.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors *"
    )
});

/// The page, if session management is on.
pub(crate) async fn get(State(web): State<Web>) -> Result<Response, PageError> {
    if !web.provider().sessions_may_be_watched() {
        return Err(PageError::NotFound);
    }
    let page = PAGE
        .replace("{cookie}", web.cookies().text(Name::BrowserState))
        .replace("{script}", SCRIPT);
    let policy = HeaderValue::from_str(&POLICY).map_err(|error| PageError::Template(error.to_string()))?;
    let headers = [
        (CONTENT_SECURITY_POLICY, policy),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    let mut response = (headers, Html(page)).into_response();
    response.extensions_mut().insert(MayBeFramed);
    Ok(response)
}
