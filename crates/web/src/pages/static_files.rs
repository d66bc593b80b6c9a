//! The stylesheet and the pictures. Their addresses change with their contents, so that browsers keep them.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};

use crate::failure::Failure;
use crate::visit::Visit;
use crate::web::Web;

/// One file.
pub(crate) async fn get(
    State(web): State<Web>,
    Path(name): Path<String>,
    headers: HeaderMap,
    visit: Visit,
) -> Response {
    let Some(asset) = web.templates().assets().asset(&name) else {
        return Failure::NotFound.into_response();
    };
    let is_current = visit.query == format!("v={}", asset.version);
    let kept = if is_current {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = if headers
        .get(IF_NONE_MATCH)
        .is_some_and(|tag| tag.as_bytes() == asset.etag.as_bytes())
    {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        (
            [(CONTENT_TYPE, HeaderValue::from_static(asset.content_type))],
            asset.bytes.clone(),
        )
            .into_response()
    };
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    if let Ok(tag) = HeaderValue::from_str(&asset.etag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}
