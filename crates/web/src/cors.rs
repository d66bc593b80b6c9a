//! What scripts of other origins may read: metadata and keys anybody's, token and revocation answers those of the
//! client's own origins (OAuth 2.0 for Browser-Based Applications section 6.2). Never with cookies.

use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, AUTHORIZATION, HeaderValue, ORIGIN, VARY,
};
use http::{HeaderMap, StatusCode};
use pixie_oauth::{BasicCredentials, Origin, Params};

use crate::visit::Visit;

const EXPOSED: &str = "www-authenticate, x-request-id, retry-after";

/// Answers a preflight for what a client sends. It names no client, so that it can only say what may be asked; whether a
/// script may read the answer is decided when the request itself names its client.
pub(crate) async fn preflight(visit: Visit) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let Some(origin) = sent_origin(&visit.headers) else {
        return response;
    };
    let headers = response.headers_mut();
    allow(headers, origin.as_str());
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("authorization, content-type"),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    response
}

/// Answers a preflight for what is public. Some clients send a header of their own when they discover a server.
pub(crate) async fn public_preflight() -> Response {
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET")),
        (ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*")),
        (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600")),
    ];
    for_everybody((StatusCode::NO_CONTENT, headers).into_response())
}

/// Answers a preflight for what registers clients, which takes a token in a header and no cookie.
pub(crate) async fn registration_preflight() -> Response {
    let headers = [
        (
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("POST, GET, PUT, DELETE"),
        ),
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("authorization, content-type"),
        ),
        (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600")),
    ];
    for_everybody((StatusCode::NO_CONTENT, headers).into_response())
}

/// Lets any script read what the registration endpoint answers: there is no cookie, and who may register is not told by
/// where a page comes from.
pub(crate) fn for_registration(response: Response) -> Response {
    let mut response = for_everybody(response);
    let exposed = HeaderValue::from_static(EXPOSED);
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    response
}

/// Lets any script read the answer.
pub(crate) fn for_everybody(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// Lets scripts of the client's own origins read the answer, errors too.
pub(crate) async fn for_client(visit: &Visit, params: Option<&Params>, mut response: Response) -> Response {
    response
        .headers_mut()
        .append(VARY, HeaderValue::from_static("origin"));
    let Some(origin) = sent_origin(&visit.headers) else {
        return response;
    };
    let Some(client) = named_client(&visit.headers, params) else {
        return response;
    };
    // A store that does not answer has already made this an error; the script then cannot read which.
    if visit
        .web
        .provider()
        .is_origin_of_client(&client, &origin)
        .await
        .unwrap_or(false)
    {
        allow(response.headers_mut(), origin.as_str());
    }
    response
}

/// Lets scripts of those origins read the answer for which this holds.
pub(crate) fn for_origins(
    sent: &HeaderMap,
    mut response: Response,
    holds: impl FnOnce(&Origin) -> bool,
) -> Response {
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = sent_origin(sent).filter(holds) {
        allow(headers, origin.as_str());
    }
    response
}

fn allow(headers: &mut HeaderMap, origin: &str) {
    if let Ok(value) = HeaderValue::from_str(origin) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, value);
        let exposed = HeaderValue::from_static(EXPOSED);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
}

fn sent_origin(headers: &HeaderMap) -> Option<Origin> {
    Origin::parse(headers.get(ORIGIN)?.to_str().ok()?).ok()
}

fn named_client(headers: &HeaderMap, params: Option<&Params>) -> Option<String> {
    if let Some(id) = params.and_then(|params| params.get("client_id")) {
        return Some(id.to_owned());
    }
    BasicCredentials::parse(headers.get(AUTHORIZATION)?.as_bytes())
        .ok()?
        .map(|basic| basic.client_id)
}
