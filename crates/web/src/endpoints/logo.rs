//! The logos of applications, as they were fetched: raster pictures from our own origin, which no browser takes for anything else.

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue};
use pixie_provider::Client;

use crate::page_error::PageError;
use crate::pages::application_key::ApplicationKey;
use crate::request_context::RequestContext;
use crate::web::Web;

/// One logo. The address on pages changes when it is fetched again.
pub(crate) async fn get(
    context: RequestContext,
    ApplicationKey(key): ApplicationKey,
) -> Result<Response, PageError> {
    let logo = context
        .web
        .provider()
        .logo(key)
        .await?
        .ok_or(PageError::NotFound)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(logo.format.media_type())),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
        (
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ];
    Ok((headers, logo.picture).into_response())
}

/// The address of the logo of an application, if it is kept. If the store does not answer, the page shows the initial.
pub(crate) async fn address(web: &Web, client: &Client) -> Option<String> {
    let since = web.provider().logo_kept_since(client).await.ok().flatten()?;
    Some(web.path(&format!("logos/{}/?v={}", client.key, since.seconds())))
}
