//! The answers, JSON for programs and HTML for people, with their headers.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, PRAGMA};
use http::{HeaderMap, StatusCode};
use pixie_oauth::{RedirectUri, TokenErrorCode, WebUri};
use pixie_provider::TokenRefusal;
use serde::Serialize;

use crate::metrics::ErrorCode;
use crate::page_error::PageError;
use crate::request_context::with_cookie;
use crate::templates::View;
use crate::web::Web;

/// JSON that must not be cached (RFC 6749 section 5.1).
pub(crate) fn json(status: StatusCode, body: String) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    (status, headers, body).into_response()
}

/// The error of the token, revocation and introspection endpoints (RFC 6749 section 5.2), and its log entry.
pub(crate) fn token_error(refusal: &TokenRefusal) -> Response {
    #[derive(Serialize)]
    struct Body<'a> {
        error: &'a str,
        error_description: &'a str,
    }
    let error = refusal.answer();
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    tracing::warn!(reason = %refusal, error = error.code.as_str(), "refused");
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

/// The target that a form of a page may lead to beside our own origin, for `form-action`. Chromium also checks the
/// redirects that follow.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FormTarget<'a> {
    /// No other target.
    OwnOrigin,
    /// A client's redirect URI.
    Client(&'a RedirectUri),
}

/// The parts of a page's Content Security Policy that differ. Most pages run no script and show no frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy<'a> {
    /// The target of its forms.
    pub(crate) form_target: FormTarget<'a>,
    /// The nonce of its script, if it has one.
    pub(crate) script: Option<&'a str>,
    /// Origins whose pages it shows in frames.
    pub(crate) frames: &'a [String],
    /// The address of an application's picture. The server that has the picture learns that somebody saw the page, and
    /// nothing more: no page sends a referrer.
    pub(crate) picture: Option<&'a str>,
}

impl<'a> From<FormTarget<'a>> for Policy<'a> {
    fn from(form_target: FormTarget<'a>) -> Self {
        Self {
            form_target,
            script: None,
            frames: &[],
            picture: None,
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
    let body = web.templates().render(view)?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(text) = HeaderValue::from_str(&content_security_policy(policy)) {
        headers.insert(CONTENT_SECURITY_POLICY, text);
    }
    if matches!(policy.form_target, FormTarget::OwnOrigin) {
        // A login page may run in a window that its application has opened and waits for.
        let opener = HeaderName::from_static("cross-origin-opener-policy");
        headers.insert(opener, HeaderValue::from_static("same-origin-allow-popups"));
    }
    Ok(with_cookie(
        (status, headers, Body::from(body)).into_response(),
        cookie,
    ))
}

/// A page with status 200 whose forms stay on our own origin.
pub(crate) fn page<V: View>(web: &Web, cookie: Option<HeaderValue>, view: &V) -> Result<Response, PageError> {
    html(web, StatusCode::OK, cookie, view, FormTarget::OwnOrigin)
}

fn content_security_policy(policy: Policy<'_>) -> String {
    let client = match policy.form_target {
        FormTarget::OwnOrigin => String::new(),
        FormTarget::Client(uri) => format!(" {}", source(uri)),
    };
    let script = policy
        .script
        .map_or_else(String::new, |nonce| format!("script-src 'nonce-{nonce}'; "));
    let frames = if policy.frames.is_empty() {
        String::new()
    } else {
        format!("frame-src {}; ", policy.frames.join(" "))
    };
    let picture = policy.picture.and_then(https_origin);
    let picture = picture.map_or_else(String::new, |origin| format!(" {origin}"));
    format!(
        "default-src 'none'; {script}{frames}style-src 'self'; img-src 'self'{picture}; form-action 'self'{client}; \
         frame-ancestors 'none'; base-uri 'none'"
    )
}

/// The origin of an address, if a policy can name it.
fn https_origin(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = &rest[..end];
    let plain = host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
    (plain && !host.is_empty()).then(|| &address[.."https://".len() + end])
}

/// The origin or the scheme of a redirect URI as a CSP source. Both have only characters that a policy may have. A policy
/// has no way to write the address `[::1]` (CSP Level 3 section 2.3.1), so that its scheme must do.
pub(crate) fn source(uri: &RedirectUri) -> String {
    let authority = (!uri.is_private_use()).then(|| uri.destination());
    source_of(uri.as_str(), authority)
}

/// The origin of a page as a CSP source.
pub(crate) fn page_source(uri: &WebUri) -> String {
    source_of(uri.as_str(), Some(uri.authority()))
}

fn source_of(uri: &str, authority: Option<&str>) -> String {
    let scheme = uri.split(':').next().unwrap_or_default();
    match authority {
        Some(authority) if !authority.starts_with('[') => format!("{scheme}://{authority}"),
        _ => format!("{scheme}:"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_lets_the_redirect_after_the_form_through() {
        let policy = |uri: &str| {
            content_security_policy(FormTarget::Client(&RedirectUri::from_stored(uri.into())).into())
        };
        assert!(policy("https://a.example:8443/cb").contains("form-action 'self' https://a.example:8443;"));
        assert!(policy("http://127.0.0.1:51004/cb").contains("form-action 'self' http://127.0.0.1:51004;"));
        assert!(policy("http://[::1]:51004/cb").contains("form-action 'self' http:;"));
        assert!(policy("com.example.app:/cb").contains("form-action 'self' com.example.app:;"));
        assert!(content_security_policy(FormTarget::OwnOrigin.into()).contains("form-action 'self';"));
    }

    #[test]
    fn a_picture_adds_its_origin_and_nothing_else() {
        let policy = |picture| {
            content_security_policy(Policy {
                picture: Some(picture),
                ..FormTarget::OwnOrigin.into()
            })
        };
        assert!(policy("https://a.example:8443/logo.png").contains("img-src 'self' https://a.example:8443;"));
        for address in [
            "http://a.example/x",
            "https://a.example;script-src *",
            "https://a b/",
            "https://user@a/",
            "https://",
        ] {
            assert!(policy(address).contains("img-src 'self';"), "{address}");
        }
    }

    #[test]
    fn error_descriptions_have_only_the_characters_they_may_have() {
        assert_eq!(error_description("a \"b\" \\ ä\r\n\tc"), "a b  c");
    }
}
