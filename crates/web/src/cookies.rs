//! Cookies: `HttpOnly`, `SameSite=Lax`, and where TLS is, `Secure` with the `__Host-` prefix (RFC 6265bis section 4.1.3).

use cookie::{Cookie, SameSite};
use http::{HeaderMap, HeaderValue};
use pixie_oauth::SessionToken;

use crate::web::Web;

const YEAR: i64 = 365 * 24 * 3600;

/// The cookies that Pixie sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// The session.
    Session,
    /// The browser, known from an earlier login; keeps strangers from slowing it down.
    Device,
    /// The browser, for tokens in forms.
    Form,
}

impl Name {
    fn text(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-pixie_session",
            (Self::Session, false) => "pixie_session",
            (Self::Device, true) => "__Host-pixie_device",
            (Self::Device, false) => "pixie_device",
            (Self::Form, true) => "__Host-pixie_form",
            (Self::Form, false) => "pixie_form",
        }
    }
}

/// The value of a cookie that the browser sent.
pub(crate) fn read(headers: &HeaderMap, name: Name, https: bool) -> Option<String> {
    let name = name.text(https);
    let lines = headers
        .get_all(http::header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    lines
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// The session cookie that the browser sent.
pub(crate) fn session(headers: &HeaderMap, https: bool) -> Option<SessionToken> {
    SessionToken::parse(&read(headers, Name::Session, https)?).ok()
}

impl Web {
    /// The header that sets a cookie.
    pub(crate) fn set_cookie(&self, name: Name, value: &str) -> Option<HeaderValue> {
        let lifetime = match name {
            Name::Session => Some(self.provider().settings().lifetimes.session_absolute),
            Name::Device => Some(YEAR),
            Name::Form => None,
        };
        self.cookie(name, value, lifetime)
    }

    /// The header that takes a cookie away.
    pub(crate) fn remove_cookie(&self, name: Name) -> Option<HeaderValue> {
        self.cookie(name, "", Some(0))
    }

    fn cookie(&self, name: Name, value: &str, lifetime: Option<i64>) -> Option<HeaderValue> {
        let https = self.is_https();
        let mut cookie = Cookie::build((name.text(https), value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax);
        if https {
            cookie = cookie.secure(true);
        }
        let mut text = cookie.build().to_string();
        if let Some(seconds) = lifetime {
            text.push_str(&format!("; Max-Age={seconds}"));
        }
        HeaderValue::from_str(&text).ok()
    }
}
