//! Cross-origin requests: scripts of every origin may read metadata and keys, scripts of the client's own origins the answers
//! of the token, revocation and userinfo endpoints (OAuth 2.0 for Browser-Based Applications section 6.2). Never with cookies.

use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, AUTHORIZATION,
    HeaderName, HeaderValue, ORIGIN, VARY,
};
use http::{HeaderMap, StatusCode};
use pixie_oauth::{Origin, Params};

use crate::request_context::RequestContext;

const EXPOSED: HeaderValue = HeaderValue::from_static("www-authenticate, x-request-id, retry-after");

/// The headers that change what Pixie does with a request of a script.
const READ: [&str; 2] = ["authorization", "content-type"];

/// The bytes of a list of headers that a preflight answer repeats.
const MAX_REPEATED: usize = 1024;

/// Answers the preflight of a client's request. A preflight names no client: it is decided when the request itself names its
/// client if a script may read the answer.
pub(crate) async fn preflight(context: RequestContext) -> Response {
    let response = StatusCode::NO_CONTENT.into_response();
    let response = allowing(&context, HeaderValue::from_static("POST"), response);
    for_every_script(&context.headers, response)
}

/// Answers the preflight of a request for a public document. A star stands for every header but one (Fetch Standard section
/// 3.3.3).
pub(crate) async fn public_preflight(context: RequestContext) -> Response {
    let mut names = wanted_headers(&context.headers);
    let headers = if names.any(|name| name == AUTHORIZATION) {
        "*, authorization"
    } else {
        "*"
    };
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET")),
        (ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(headers)),
        (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600")),
    ];
    for_everybody((StatusCode::NO_CONTENT, headers).into_response())
}

/// Answers the preflight of a registration request, which carries its token in a header and no cookie.
pub(crate) async fn registration_preflight(context: RequestContext) -> Response {
    let response = StatusCode::NO_CONTENT.into_response();
    let methods = HeaderValue::from_static("POST, GET, PUT, DELETE");
    for_everybody(allowing(&context, methods, response))
}

/// Allows methods, the headers that Pixie reads, and every other header that the script wants to send: they change nothing, but
/// for those in which proxies name the client.
fn allowing(context: &RequestContext, methods: HeaderValue, mut response: Response) -> Response {
    let forwarded = context.web.settings().trusted_proxies.header();
    let mut allowed = READ.join(", ");
    for name in wanted_headers(&context.headers) {
        let is_listed = allowed.split(", ").any(|listed| listed == name.as_str());
        let fits = allowed.len() + name.as_str().len() + 2 <= MAX_REPEATED;
        if !is_listed && fits && !forwarded.is_of_proxies(&name) {
            allowed.push_str(", ");
            allowed.push_str(name.as_str());
        }
    }
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    if let Ok(allowed) = HeaderValue::try_from(allowed) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    }
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    response
}

/// The headers that a script wants to send.
fn wanted_headers(headers: &HeaderMap) -> impl Iterator<Item = HeaderName> {
    let lines = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS).iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    let names = lines.flat_map(|line| line.split(','));
    names.filter_map(|name| name.trim().parse().ok())
}

/// Lets scripts of every origin read the answer and its headers: one of the registration endpoint, which has no cookie, or a
/// refusal that says nothing about anybody.
pub(crate) fn for_everybodys_scripts(response: Response) -> Response {
    let mut response = for_everybody(response);
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    response
}

/// Lets scripts of every origin read the answer.
pub(crate) fn for_everybody(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// Lets scripts of the client's own origins read the answer, errors too. A refusal of a request without parameters, or of an
/// unknown client, is for every script.
pub(crate) async fn for_client(
    context: &RequestContext,
    params: Option<&Params>,
    mut response: Response,
) -> Response {
    response
        .headers_mut()
        .append(VARY, HeaderValue::from_static("origin"));
    if !context.headers.contains_key(ORIGIN) {
        return response;
    }
    let origin = sent_origin(&context.headers);
    let is_own = match context.named_client(params) {
        Some(client) => {
            let provider = context.web.provider();
            let is_own = provider.is_origin_of_client(&client, origin.as_ref()).await;
            // A store that does not answer has already made this an error.
            is_own.unwrap_or(None)
        }
        None => None,
    };
    let refused = response.status().is_client_error() || response.status().is_server_error();
    match origin.filter(|_| is_own == Some(true)) {
        Some(origin) => allow(response.headers_mut(), origin.as_str()),
        None if refused && (is_own.is_none() || params.is_none()) => return for_everybodys_scripts(response),
        None => {}
    }
    response
}

/// Lets the script that has sent a request read the answer, also one of an opaque origin.
pub(crate) fn for_every_script(sent: &HeaderMap, mut response: Response) -> Response {
    if sent_origin(sent).is_some() {
        return for_origins(sent, response, |_| true);
    }
    response
        .headers_mut()
        .append(VARY, HeaderValue::from_static("origin"));
    for_everybodys_scripts(response)
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
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}

fn sent_origin(headers: &HeaderMap) -> Option<Origin> {
    Origin::parse(headers.get(ORIGIN)?.to_str().ok()?).ok()
}
