//! Answers: JSON for machines, HTML for people, each with its headers.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, PRAGMA};
use http::{HeaderMap, StatusCode};
use pixie_oauth::{RedirectUri, TokenErrorCode};
use pixie_provider::TokenRefusal;
use serde::Serialize;

use crate::failure::Failure;
use crate::templates::View;
use crate::visit::with_cookie;
use crate::web::Web;

/// JSON that must not be kept (RFC 6749 section 5.1).
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
    response
}

/// Says when trying again may help.
pub(crate) fn retry_after(response: &mut Response, seconds: Option<i64>) {
    if let Some(seconds) = seconds {
        response
            .headers_mut()
            .insert(http::header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// What `error_description` may have: no quotes, no backslash, nothing outside visible ASCII (RFC 6749 section 5.2).
fn error_description(text: &str) -> String {
    text.chars()
        .filter(|character| matches!(character, ' '..='~') && !matches!(character, '"' | '\\'))
        .collect()
}

/// Where a form of a page may lead beside our own origin, for `form-action`: Chromium also asks it about the redirects
/// that follow.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FormLeadsTo<'a> {
    /// Nowhere else.
    Ourselves,
    /// A client's redirect URI.
    Client(&'a RedirectUri),
}

/// A page.
pub(crate) fn html<V: View>(
    web: &Web,
    status: StatusCode,
    cookie: Option<HeaderValue>,
    view: &V,
    leads_to: FormLeadsTo<'_>,
) -> Result<Response, Failure> {
    let body = web.templates().render(view)?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(policy) = HeaderValue::from_str(&content_security_policy(leads_to)) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if matches!(leads_to, FormLeadsTo::Ourselves) {
        // A login page may run in a window that its application has opened and waits for.
        let policy = HeaderName::from_static("cross-origin-opener-policy");
        headers.insert(policy, HeaderValue::from_static("same-origin-allow-popups"));
    }
    Ok(with_cookie(
        (status, headers, Body::from(body)).into_response(),
        cookie,
    ))
}

/// A page that is there, for somebody who is signed in.
pub(crate) fn page<V: View>(web: &Web, cookie: Option<HeaderValue>, view: &V) -> Result<Response, Failure> {
    html(web, StatusCode::OK, cookie, view, FormLeadsTo::Ourselves)
}

fn content_security_policy(leads_to: FormLeadsTo<'_>) -> String {
    let client = match leads_to {
        FormLeadsTo::Ourselves => String::new(),
        FormLeadsTo::Client(uri) => format!(" {}", source(uri)),
    };
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{client}; frame-ancestors 'none'; \
         base-uri 'none'"
    )
}

/// The origin or the scheme of a redirect URI as a CSP source. Both have only characters that a policy may have. A policy
/// has no way to write the address `[::1]` (CSP Level 3 section 2.3.1), so that its scheme must do.
fn source(uri: &RedirectUri) -> String {
    let text = uri.as_str();
    match text.split_once("://") {
        Some((scheme, _)) if !uri.is_private_use() && !uri.destination().starts_with('[') => {
            format!("{scheme}://{}", uri.destination())
        }
        _ => format!("{}:", text.split(':').next().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_lets_the_redirect_after_the_form_through() {
        let policy =
            |uri: &str| content_security_policy(FormLeadsTo::Client(&RedirectUri::from_stored(uri.into())));
        assert!(policy("https://a.example:8443/cb").contains("form-action 'self' https://a.example:8443;"));
        assert!(policy("http://127.0.0.1:51004/cb").contains("form-action 'self' http://127.0.0.1:51004;"));
        assert!(policy("http://[::1]:51004/cb").contains("form-action 'self' http:;"));
        assert!(policy("com.example.app:/cb").contains("form-action 'self' com.example.app:;"));
        assert!(content_security_policy(FormLeadsTo::Ourselves).contains("form-action 'self';"));
    }

    #[test]
    fn error_descriptions_have_only_the_characters_they_may_have() {
        assert_eq!(error_description("a \"b\" \\ ä\r\n\tc"), "a b  c");
    }
}
