//! An answer that the check got, and what is asked of it.

use form_urlencoded::parse;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::Value;

use super::redact;

/// Headers that are printed.
const PRINTED: [HeaderName; 4] = [
    http::header::LOCATION,
    http::header::WWW_AUTHENTICATE,
    http::header::ACCESS_CONTROL_ALLOW_ORIGIN,
    http::header::ACCESS_CONTROL_ALLOW_HEADERS,
];
/// How much of a header or a body is printed.
const MAX_LINE: usize = 300;

/// An answer.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Answer {
    /// `true` if it has this status.
    pub(super) fn is(&self, status: u16) -> bool {
        self.status.as_u16() == status
    }

    /// `true` if it sends a browser elsewhere by GET.
    pub(super) fn redirects(&self) -> bool {
        matches!(self.status, StatusCode::SEE_OTHER | StatusCode::FOUND)
    }

    /// A header; empty if it is missing.
    pub(super) fn header(&self, name: &HeaderName) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The address of the redirect; empty if it is none.
    pub(super) fn location(&self) -> &str {
        self.header(&http::header::LOCATION)
    }

    /// A parameter of the address of the redirect; empty if it is missing.
    pub(super) fn parameter(&self, name: &str) -> String {
        let (_, query) = self.location().split_once('?').unwrap_or_default();
        parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    }

    /// The body as JSON; null if it is not JSON.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// A text of the JSON body; empty if it is missing.
    pub(super) fn text(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_default().to_owned()
    }

    /// `true` if it is this error of RFC 6749 section 5.2.
    pub(super) fn is_error(&self, status: u16, code: &str) -> bool {
        self.is(status) && self.text("error") == code
    }

    /// The value of a hidden field of the page; empty if it is missing.
    pub(super) fn hidden_field(&self, name: &str) -> String {
        let start = format!(r#"name="{name}" value=""#);
        let value = self
            .body
            .split_once(&start)
            .and_then(|(_, rest)| rest.split_once('"'));
        value.map(|(value, _)| unescape(value)).unwrap_or_default()
    }

    /// The answer as people read it: a line each for status, headers that matter and body.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.status.to_string()];
        for name in PRINTED.iter().filter(|name| self.headers.contains_key(*name)) {
            lines.push(format!("  {name}: {}", redact::line(self.header(name), MAX_LINE)));
        }
        if let Some((_, title)) = self.body.split_once("<title>") {
            let (title, _) = title.split_once("</title>").unwrap_or((title, ""));
            lines.push(format!("  the page “{}”", unescape(title.trim())));
        } else if self.header(&CONTENT_TYPE).starts_with("application/json") {
            lines.push(format!("  {}", redact::line(&self.body, MAX_LINE)));
        }
        lines
    }
}

fn unescape(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&#x2f;", "/")
        .replace("&amp;", "&")
}
