//! Cross-origin requests: scripts of every origin may read metadata and keys, scripts of the client's own origins the answers
//! of the token, revocation and userinfo endpoints (OAuth 2.0 for Browser-Based Applications section 6.2). Never with cookies.

use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, AUTHORIZATION, HeaderValue, ORIGIN, VARY,
};
use http::{HeaderMap, StatusCode};
use pixie_oauth::{BasicCredentials, Origin, Params};

use crate::request_context::RequestContext;

const EXPOSED: &str = "www-authenticate, x-request-id, retry-after";

/// Answers the preflight of a client's request. A preflight names no client: it is decided when the request itself names its
/// client if a script may read the answer.
pub(crate) async fn preflight(context: RequestContext) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let Some(origin) = sent_origin(&context.headers) else {
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

/// Answers the preflight of a request for a public document. Some clients send a header of their own with it.
pub(crate) async fn public_preflight() -> Response {
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET")),
        (ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*")),
        (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600")),
    ];
    for_everybody((StatusCode::NO_CONTENT, headers).into_response())
}

/// Answers the preflight of a registration request, which carries its token in a header and no cookie.
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

/// Lets scripts of every origin read the answer of the registration endpoint: there is no cookie, and the origin of a page
/// does not decide if it may register a client.
pub(crate) fn for_registration(response: Response) -> Response {
    let mut response = for_everybody(response);
    let exposed = HeaderValue::from_static(EXPOSED);
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    response
}

/// Lets scripts of every origin read the answer.
pub(crate) fn for_everybody(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// Lets scripts of the client's own origins read the answer, errors too.
pub(crate) async fn for_client(
    context: &RequestContext,
    params: Option<&Params>,
    mut response: Response,
) -> Response {
    response
        .headers_mut()
        .append(VARY, HeaderValue::from_static("origin"));
    let Some(origin) = sent_origin(&context.headers) else {
        return response;
    };
    let Some(client) = named_client(&context.headers, params) else {
        return response;
    };
    // A store that does not answer has already made this an error; the script then cannot read which.
    if context
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

/// Lets scripts of the origins for which the function holds read the answer.
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
