//! Every cookie has `HttpOnly`, `SameSite=Lax`, and with TLS `Secure` and the `__Host-` prefix (RFC 6265bis section 4.1.3). One
//! is for a script of ours in a frame of an application, and holds no secret (OpenID Connect Session Management section 4.2).

use cookie::{Cookie, SameSite};
use http::{HeaderMap, HeaderValue};
use pixie_oauth::SessionToken;
use pixie_provider::Session;

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
    /// The state of the login, for the script that answers applications which watch it.
    BrowserState,
}

impl Name {
    /// The name of the cookie.
    pub(crate) fn text(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-pixie_session",
            (Self::Session, false) => "pixie_session",
            (Self::Device, true) => "__Host-pixie_device",
            (Self::Device, false) => "pixie_device",
            (Self::Form, true) => "__Host-pixie_form",
            (Self::Form, false) => "pixie_form",
            (Self::BrowserState, true) => "__Host-pixie_browser_state",
            (Self::BrowserState, false) => "pixie_browser_state",
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
            Name::Session | Name::BrowserState => Some(self.provider().settings().lifetimes.session_absolute),
            Name::Device => Some(YEAR),
            Name::Form => None,
        };
        self.cookie(name, value, lifetime)
    }

    /// The headers that give a browser a session that was just opened, and the value by which it is known at the next sign-in.
    pub(crate) fn session_cookies(
        &self,
        headers: &HeaderMap,
        token: &SessionToken,
        session: &Session,
        device: Option<&str>,
    ) -> Vec<HeaderValue> {
        let cookies = [
            self.set_cookie(Name::Session, token.expose()),
            device.and_then(|device| self.set_cookie(Name::Device, device)),
            self.browser_state_cookie(headers, Some(session)),
        ];
        cookies.into_iter().flatten().collect()
    }

    /// The header that updates the cookie with the state of the login, if the browser has another. Every answer with a
    /// `session_state` carries it, and every answer that begins or ends a session.
    pub(crate) fn browser_state_cookie(
        &self,
        headers: &HeaderMap,
        session: Option<&Session>,
    ) -> Option<HeaderValue> {
        let sent = read(headers, Name::BrowserState, self.is_https());
        let watched = session.filter(|_| self.provider().sessions_may_be_watched());
        match watched.map(|session| self.provider().browser_state(Some(session))) {
            Some(state) if sent.as_ref() == Some(&state) => None,
            Some(state) => self.set_cookie(Name::BrowserState, &state),
            None => sent.and_then(|_| self.remove_cookie(Name::BrowserState)),
        }
    }

    /// The header that removes a cookie.
    pub(crate) fn remove_cookie(&self, name: Name) -> Option<HeaderValue> {
        self.cookie(name, "", Some(0))
    }

    fn cookie(&self, name: Name, value: &str, lifetime: Option<i64>) -> Option<HeaderValue> {
        let https = self.is_https();
        let mut cookie = Cookie::build((name.text(https), value))
            .path("/")
            .http_only(name != Name::BrowserState)
            .same_site(match name {
                // A frame on another site reads it, which browsers allow with TLS only.
                Name::BrowserState if https => SameSite::None,
                _ => SameSite::Lax,
            });
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
