//! The answers, JSON for programs and HTML for people, with their headers.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, PRAGMA};
use http::{HeaderMap, StatusCode};
use pixie_oauth::{RedirectUri, TokenErrorCode, WebUri};
use pixie_provider::TokenRefusal;
use serde::Serialize;

use crate::frame::MayBeFramed;
use crate::metrics::ErrorCode;
use crate::page_error::PageError;
use crate::request_context::with_cookie;
use crate::scripts::ScriptSources;
use crate::templates::View;
use crate::web::Web;

/// Room for as many headers as most answers have, those of every answer among them, so that the map does not grow.
const USUAL_HEADERS: usize = 12;

/// JSON that must not be cached (RFC 6749 section 5.1).
pub(crate) fn json(status: StatusCode, body: String) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    response(status, headers, body.into())
}

/// An answer of these parts.
pub(crate) fn response<const N: usize>(
    status: StatusCode,
    headers: [(HeaderName, HeaderValue); N],
    body: Body,
) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let mut map = HeaderMap::with_capacity(USUAL_HEADERS);
    for (name, value) in headers {
        map.insert(name, value);
    }
    *response.headers_mut() = map;
    response
}

/// The error of the token, revocation and introspection endpoints (RFC 6749 section 5.2), and its log entry, which has the client
/// that the request names.
pub(crate) fn token_error(refusal: &TokenRefusal, client_id: Option<&str>) -> Response {
    #[derive(Serialize)]
    struct Body<'a> {
        error: &'a str,
        error_description: &'a str,
    }
    let error = refusal.answer();
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    tracing::warn!(client_id, reason = %refusal, error = error.code.as_str(), "refused");
    let description = error_description(&error.description);
    let body = Body {
        error: error.code.as_str(),
        error_description: &description,
    };
    let mut response = json(status, serde_json::to_string(&body).unwrap_or_default());
    if error.code == TokenErrorCode::InvalidClient {
        let challenge = HeaderValue::from_static(match refusal {
            // RFC 7662 section 2.3: as RFC 6750 section 3 says.
            TokenRefusal::BearerMayNotIntrospect => r#"Bearer realm="pixie", error="invalid_token""#,
            _ => r#"Basic realm="pixie", charset="UTF-8""#,
        });
        response
            .headers_mut()
            .insert(http::header::WWW_AUTHENTICATE, challenge);
    }
    retry_after(&mut response, error.retry_after);
    ErrorCode::note(error.code.as_str(), &mut response);
    response
}

/// Adds `Retry-After`.
pub(crate) fn retry_after(response: &mut Response, seconds: Option<i64>) {
    if let Some(seconds) = seconds {
        response
            .headers_mut()
            .insert(http::header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// The text without the characters that `error_description` must not have: quotes, backslashes, and everything outside
/// visible ASCII (RFC 6749 section 5.2).
pub(crate) fn error_description(text: &str) -> String {
    text.chars()
        .filter(|character| matches!(character, ' '..='~') && !matches!(character, '"' | '\\'))
        .collect()
}

/// The targets that the forms of a page may lead to, for `form-action`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FormTarget {
    /// Our own origin and nothing else.
    OwnOrigin,
    /// Our own origin, from which the answer goes on to a client. Chromium compares every redirect that follows a form with
    /// `form-action`, those of the client's own site too, and nobody knows these beforehand. So the policy has none.
    Client,
}

/// The parts of a page's Content Security Policy that differ. Most pages run no script and show no frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy<'a> {
    /// The target of its forms.
    pub(crate) form_target: FormTarget,
    /// The nonce of its script, if it has one.
    pub(crate) script: Option<&'a str>,
    /// Sources of the pages that it shows in frames; none if it shows none.
    pub(crate) frames: &'a [String],
    /// The source of the pages that may show it in a frame; `None` if none may. Only for a page that goes on to that source at once, as a
    /// redirect would, and has nothing to click for a person who does not see where they are.
    pub(crate) framed_by: Option<&'a str>,
}

impl From<FormTarget> for Policy<'_> {
    fn from(form_target: FormTarget) -> Self {
        Self {
            form_target,
            script: None,
            frames: &[],
            framed_by: None,
        }
    }
}

/// A page.
pub(crate) fn html<'a, V: View>(
    web: &Web,
    status: StatusCode,
    cookie: Option<HeaderValue>,
    view: &V,
    policy: impl Into<Policy<'a>>,
) -> Result<Response, PageError> {
    let policy = policy.into();
    let page = web.templates().render(view)?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(text) = HeaderValue::from_str(&content_security_policy(policy, &page.scripts)) {
        headers.insert(CONTENT_SECURITY_POLICY, text);
    }
    if policy.form_target == FormTarget::OwnOrigin {
        // A login page may run in a window that its application has opened and waits for.
        let opener = HeaderName::from_static("cross-origin-opener-policy");
        headers.insert(opener, HeaderValue::from_static("same-origin-allow-popups"));
    }
    let mut response = with_cookie((status, headers, Body::from(page.html)).into_response(), cookie);
    if policy.framed_by.is_some() {
        response.extensions_mut().insert(MayBeFramed);
    }
    Ok(response)
}

/// A page with status 200 whose forms stay on our own origin.
pub(crate) fn page<V: View>(web: &Web, cookie: Option<HeaderValue>, view: &V) -> Result<Response, PageError> {
    html(web, StatusCode::OK, cookie, view, FormTarget::OwnOrigin)
}

fn content_security_policy(policy: Policy<'_>, scripts: &ScriptSources) -> String {
    let form_action = match policy.form_target {
        FormTarget::OwnOrigin => "form-action 'self'; ",
        FormTarget::Client => "",
    };
    let nonce = policy.script.map(|nonce| format!("'nonce-{nonce}'"));
    let mut script = String::new();
    for source in nonce.as_deref().into_iter().chain(scripts.hashes.iter().copied()) {
        script.push_str(if script.is_empty() { "script-src" } else { "" });
        script.push(' ');
        script.push_str(source);
    }
    if !script.is_empty() {
        script.push_str("; ");
    }
    let connect = if scripts.connect {
        "connect-src 'self'; "
    } else {
        ""
    };
    let frames = if policy.frames.is_empty() {
        String::new()
    } else {
        format!("frame-src {}; ", policy.frames.join(" "))
    };
    let framed_by = policy.framed_by.unwrap_or("'none'");
    format!(
        "default-src 'none'; {script}{connect}{frames}style-src 'self'; img-src 'self'; {form_action}\
         frame-ancestors {framed_by}; base-uri 'none'"
    )
}

/// The CSP source of the client's page to which an address leads; `None` if that is no page.
pub(crate) fn client_source(address: &str) -> Option<String> {
    let origin = RedirectUri::from_stored(address.to_owned()).origin()?;
    let uri = WebUri::parse(origin.as_str()).ok()?;
    Some(page_source(&uri))
}

/// The origin of a page as a CSP source. A policy has no way to write the address `[::1]` (CSP Level 3 section 2.3.1), so that
/// its scheme must do.
pub(crate) fn page_source(uri: &WebUri) -> String {
    let scheme = uri.as_str().split(':').next().unwrap_or_default();
    match uri.authority() {
        authority if authority.starts_with('[') => format!("{scheme}:"),
        authority => format!("{scheme}://{authority}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_no_form_target_on_the_way_to_a_client() {
        let policy = |target: FormTarget| content_security_policy(target.into(), &ScriptSources::default());
        assert!(policy(FormTarget::OwnOrigin).contains("; form-action 'self'; frame-ancestors 'none'"));
        assert!(!policy(FormTarget::Client).contains("form-action"));
        assert!(policy(FormTarget::Client).contains("img-src 'self'; frame-ancestors 'none'"));
    }

    #[test]
    fn a_frame_is_named_by_its_origin_or_if_a_policy_cannot_write_that_by_its_scheme() {
        for (uri, source) in [
            ("https://a.example:8443/out?x=1", "https://a.example:8443"),
            ("http://127.0.0.1:51004/out", "http://127.0.0.1:51004"),
            ("http://[::1]:51004/out", "http:"),
        ] {
            assert_eq!(page_source(&WebUri::parse(uri).unwrap()), source);
        }
    }

    #[test]
    fn error_descriptions_have_only_the_characters_they_may_have() {
        assert_eq!(error_description("a \"b\" \\ ä\r\n\tc"), "a b  c");
    }
}
