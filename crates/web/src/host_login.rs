//! The login page of the application into which Pixie is mounted, the host application. It takes the place of the built-in pages
//! to sign in, to create an account and to make the first administrator.

use std::fmt;
use std::sync::Arc;

use axum::response::AppendHeaders;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue};
use pixie_provider::store::StoreError;
use pixie_provider::{AuthenticatedPerson, NewSession, OpenSessionError, RequestOrigin, Session};
use thiserror::Error;

use crate::checker::LocalChecker;
use crate::request_context::own_path;
use crate::web::Web;

/// Called when a session has ended, with the headers of the answer.
type OnLogout = dyn Fn(&Session, &mut HeaderMap) + Send + Sync;

/// The login page of the host application.
///
/// Browsers are redirected to it with `next`, the path to return to, and perhaps with `reason`: `again` (`prompt=login`),
/// `too-long-ago` (`max_age`), `another-account`, `stronger` (an essential `acr`) or `new-account` (`prompt=create`). If there is a
/// reason, the page signs the person in even though somebody is signed in already: if no new session is opened, the
/// authorization endpoint redirects to the page again. `session-ended` says that the session of somebody who sent a form had ended, and
/// `session-ended-with-text` that `next` leads to the form with the text. Check `next` with [`own_path`].
#[derive(Clone)]
pub struct HostLogin {
    path: String,
    on_logout: Option<Arc<OnLogout>>,
}

/// Why a text is not the path of a login page.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the login page {0:?} must be a path of this host without a query, such as /login")]
pub struct HostLoginError(String);

/// The `Set-Cookie` headers of an answer. They are added to those that it has already.
pub type SetCookies = AppendHeaders<Vec<(HeaderName, HeaderValue)>>;

impl HostLogin {
    /// The login page at a path of this host.
    ///
    /// # Errors
    /// It is not a path, or has a query.
    pub fn at(path: &str) -> Result<Self, HostLoginError> {
        let plain = own_path(path).filter(|path| !path.contains(['?', '#']));
        let path = plain.ok_or_else(|| HostLoginError(path.to_owned()))?.to_owned();
        Ok(Self {
            path,
            on_logout: None,
        })
    }

    /// Calls this when somebody has signed out at `logout/`: the host application ends its own session of the person, and may add
    /// headers to the answer, such as one that removes its cookie. An application that asks [`Web::session`] needs none.
    #[must_use]
    pub fn on_logout(self, call: impl Fn(&Session, &mut HeaderMap) + Send + Sync + 'static) -> Self {
        Self {
            on_logout: Some(Arc::new(call)),
            ..self
        }
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn logged_out(&self, session: &Session, headers: &mut HeaderMap) {
        if let Some(call) = &self.on_logout {
            call(session, headers);
        }
    }
}

impl fmt::Debug for HostLogin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HostLogin")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Web {
    /// Opens a session for somebody whom the host application has authenticated
    /// ([`pixie_provider::Provider::authenticate_by_host`]), in place of the one that the browser has. `headers` are those of the
    /// request; `persistent` says that the person stays signed in on this device ([`pixie_provider::Lifetimes::session`]); and `request` is its address and id as stored events repeat them (`None` if the application does not know
    /// them). The answer must have the cookies.
    ///
    /// # Errors
    /// See [`OpenSessionError`].
    pub async fn open_session(
        &self,
        headers: &HeaderMap,
        person: AuthenticatedPerson,
        persistent: bool,
        request: Option<RequestOrigin<'_>>,
    ) -> Result<SetCookies, OpenSessionError> {
        let replaces = self.cookies().session(headers);
        let new = NewSession {
            replaces: replaces.as_ref(),
            persistent,
            ..NewSession::default()
        };
        let opened = self
            .provider()
            .open_session(person, new, request.unwrap_or_default())
            .await?;
        let cookies = self.session_cookies(headers, &opened.token, &opened.session, None);
        Ok(AppendHeaders(
            cookies.into_iter().map(|cookie| (SET_COOKIE, cookie)).collect(),
        ))
    }

    /// The session of the browser that sent these headers, if it has one that has not ended.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn session(&self, headers: &HeaderMap) -> Result<Option<Session>, StoreError> {
        match self.cookies().session(headers) {
            Some(token) => self.provider().session(&token).await,
            None => Ok(None),
        }
    }

    /// A checker for APIs in the same process. It redirects people to the login page of these settings.
    #[must_use]
    pub fn checker(&self) -> LocalChecker {
        LocalChecker::new(self.provider().clone()).with_login_page(self.login_page())
    }

    /// The path of the login page.
    pub(crate) fn login_page(&self) -> String {
        match &self.settings().host_login {
            Some(host) => host.path().to_owned(),
            None => self.path("login/"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::HostLogin;

    #[test]
    fn the_login_page_is_a_path_of_this_host_without_a_query() {
        assert_eq!(HostLogin::at("/login").unwrap().path(), "/login");
        for text in [
            "",
            "login",
            "//evil.example/",
            "https://evil.example/",
            "/login?next=/",
            "/a#b",
            "/a b",
        ] {
            assert!(HostLogin::at(text).is_err(), "{text:?}");
        }
    }
}
