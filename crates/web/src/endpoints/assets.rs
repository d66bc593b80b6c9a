//! The stylesheet and the pictures. Their addresses change with their contents, so that browsers may cache them for a year.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};

use crate::page_error::PageError;
use crate::request_context::RequestContext;

/// One file.
pub(crate) async fn get(
    context: RequestContext,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, PageError> {
    let Path(name) = name.map_err(|_| PageError::NotFound)?;
    let assets = context.web.templates().assets();
    let asset = assets.asset(&name).ok_or(PageError::NotFound)?;
    let is_current = context.query() == format!("v={}", asset.version);
    let kept = if is_current {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = if context
        .headers
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
    Ok(response)
}
