//! Every cookie has `HttpOnly`, `SameSite=Lax`, and with TLS `Secure` and the `__Host-` prefix (RFC 6265bis section 4.1.3). One
//! is for a script of ours in a frame of an application, and holds no secret (OpenID Connect Session Management section 4.2).

use aws_lc_rs::digest::{SHA256, digest};
use cookie::{Cookie, SameSite};
use http::{HeaderMap, HeaderValue};
use pixie_oauth::{Issuer, SessionToken};
use pixie_provider::Session;

use crate::web::Web;

const HOUR: i64 = 3600;
const YEAR: i64 = 365 * 24 * 3600;

/// Bytes of the issuer's digest in the names of its cookies.
const DIGEST_BYTES: usize = 4;

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
    /// A half-finished sign-in, sealed.
    PendingSignIn,
    /// The secret of a link that the browser has opened.
    Link,
    /// A sign-in at an upstream provider that is under way, sealed.
    UpstreamAttempt,
    /// An identity at an upstream provider that is linked to nobody yet, sealed.
    WaitingIdentity,
}

impl Name {
    const ALL: [Self; 8] = [
        Self::Session,
        Self::Device,
        Self::Form,
        Self::BrowserState,
        Self::PendingSignIn,
        Self::Link,
        Self::UpstreamAttempt,
        Self::WaitingIdentity,
    ];

    /// The part of the name that says what the cookie is for.
    fn purpose(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Device => "device",
            Self::Form => "form",
            Self::BrowserState => "browser_state",
            Self::PendingSignIn => "sign_in",
            Self::Link => "link",
            Self::UpstreamAttempt => "upstream",
            Self::WaitingIdentity => "identity",
        }
    }
}

/// The cookies of one issuer. A browser sends a cookie to every port and, because of `Path=/`, to every path of its host (RFC
/// 6265 section 8.5). So the names end in a digest of the issuer: two servers on one host do not overwrite each other's.
#[derive(Clone, Debug)]
pub(crate) struct CookieNames([String; 8]);

impl CookieNames {
    pub(crate) fn of(issuer: &Issuer) -> Self {
        let prefix = if issuer.is_https() { "__Host-" } else { "" };
        let whole = digest(&SHA256, issuer.as_str().as_bytes());
        let digits = whole.as_ref()[..DIGEST_BYTES].iter();
        let digits: String = digits.map(|byte| format!("{byte:02x}")).collect();
        Self(Name::ALL.map(|name| format!("{prefix}pixie_{}_{digits}", name.purpose())))
    }

    /// The name of the cookie.
    pub(crate) fn text(&self, name: Name) -> &str {
        &self.0[name as usize]
    }

    /// The value of a cookie that the browser sent.
    pub(crate) fn read<'h>(&self, headers: &'h HeaderMap, name: Name) -> Option<&'h str> {
        self.values(headers, name).next()
    }

    /// The session cookie that the browser sent.
    pub(crate) fn session(&self, headers: &HeaderMap) -> Option<SessionToken> {
        self.values(headers, Name::Session)
            .find_map(|value| SessionToken::parse(value).ok())
    }

    /// The values of the cookies of a name, in the order in which they were sent. Other sites of the domain choose cookies too: one
    /// that is not ASCII or not a pair is passed over, and the others of its line are read.
    fn values<'h>(&self, headers: &'h HeaderMap, name: Name) -> impl Iterator<Item = &'h str> {
        let expected = self.text(name).as_bytes();
        let lines = headers.get_all(http::header::COOKIE).iter();
        let cookies = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
        cookies.filter_map(move |cookie| {
            let equals = cookie.iter().position(|byte| *byte == b'=')?;
            let (found, value) = (cookie[..equals].trim_ascii(), cookie[equals + 1..].trim_ascii());
            let value = std::str::from_utf8(value).ok().filter(|value| value.is_ascii())?;
            (found == expected).then_some(value)
        })
    }
}

/// The name of the cookie in which a browser has its session with an issuer.
#[must_use]
pub fn session_cookie(issuer: &Issuer) -> String {
    CookieNames::of(issuer).text(Name::Session).to_owned()
}

impl Web {
    /// The header that sets a cookie.
    pub(crate) fn set_cookie(&self, name: Name, value: &str) -> Option<HeaderValue> {
        let lifetime = match name {
            Name::Session | Name::BrowserState => Some(self.provider().settings().lifetimes.session_absolute),
            Name::Device => Some(YEAR),
            Name::Link => Some(HOUR),
            Name::Form | Name::PendingSignIn | Name::UpstreamAttempt | Name::WaitingIdentity => None,
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
        let sent = self.cookies().read(headers, Name::BrowserState);
        let watched = session.filter(|_| self.provider().sessions_may_be_watched());
        match watched.map(|session| self.provider().browser_state(Some(session))) {
            Some(state) if sent == Some(state.as_str()) => None,
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
        let mut cookie = Cookie::build((self.cookies().text(name), value))
            .path("/")
            .http_only(name != Name::BrowserState)
            .same_site(match name {
                // A frame on another site reads it, which browsers allow with TLS only.
                Name::BrowserState if https => SameSite::None,
                // An upstream provider sends the browser back to us.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn names(issuer: &str) -> CookieNames {
        CookieNames::of(&Issuer::parse(issuer).unwrap())
    }

    #[test]
    fn servers_on_one_host_have_cookies_of_different_names() {
        let issuers = [
            "https://id.example/o",
            "https://id.example/p",
            "https://id.example",
            "https://id.example:8443/o",
            "http://localhost:8000/o",
            "http://localhost:8001/o",
            "http://localhost:8000",
        ];
        let all: Vec<_> = issuers.iter().flat_map(|issuer| names(issuer).0).collect();
        for (index, one) in all.iter().enumerate() {
            assert!(!all[index + 1..].contains(one), "{one}");
        }
        assert_eq!(names(issuers[0]).0, names(issuers[0]).0);
    }

    #[test]
    fn a_cookie_of_another_site_never_hides_ours() {
        let names = names("http://localhost:8000/o");
        let own = names.text(Name::Form);
        for foreign in [
            "utm=\u{fc}".as_bytes(),
            b"utm=\xfc",
            b"\xff\xfe=1",
            b"utm",
            b"=",
            b"",
            b"a=\"x; y=\"",
            b"{\"json\": \"x=1\"}",
            b"a=%ff%zz",
            b"a\t=\t1",
        ] {
            let own = format!("{own}=value");
            for line in [
                [foreign, b"; ", own.as_bytes()].concat(),
                [own.as_bytes(), b"; ", foreign].concat(),
                [foreign, b";", own.as_bytes(), b";", foreign].concat(),
            ] {
                let mut headers = HeaderMap::new();
                headers.append(http::header::COOKIE, HeaderValue::from_bytes(&line).unwrap());
                assert_eq!(names.read(&headers, Name::Form), Some("value"), "{line:?}");
                assert_eq!(names.read(&headers, Name::Device), None, "{line:?}");
            }
        }
    }

    #[test]
    fn a_malformed_cookie_of_our_name_is_passed_over_too() {
        let names = names("https://id.example/o");
        let own = names.text(Name::Form);
        let mut headers = HeaderMap::new();
        for value in [&b"\xfc"[..], b"value", b"second"] {
            let line = [own.as_bytes(), b"=", value].concat();
            headers.append(http::header::COOKIE, HeaderValue::from_bytes(&line).unwrap());
        }
        assert_eq!(names.read(&headers, Name::Form), Some("value"));
    }
}
