//! The request as the handlers see it: headers, address of the client, session, form token.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, HeaderValue, LOCATION, SET_COOKIE};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, StatusCode};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use pixie_oauth::Params;
use pixie_provider::store::StoreError;
use pixie_provider::{Actor, ClientEvidence, Command, RequestOrigin, Session, paths};

use crate::cookies::{self, Name};
use crate::form_token::BoundTo;
use crate::page_error::PageError;
use crate::pages::layout::Layout;
use crate::peer::PeerAddress;
use crate::request_id::RequestId;
use crate::web::Web;

/// The parts of a request that handlers need.
pub(crate) struct RequestContext {
    pub(crate) web: Web,
    pub(crate) headers: HeaderMap,
    /// Path and query as they were sent. Characters that a header or [`own_path`] cannot carry are percent-encoded.
    pub(crate) target: String,
    id: Option<RequestId>,
    address: Option<IpAddr>,
}

impl FromRequestParts<Web> for RequestContext {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        let peer = PeerAddress::of(&parts.extensions);
        Ok(Self {
            address: web
                .settings()
                .trusted_proxies
                .client_of(peer.as_ref(), &parts.headers),
            web: web.clone(),
            headers: parts.headers.clone(),
            target: plain(parts.uri.path_and_query().map_or("", PathAndQuery::as_str)),
            id: parts.extensions.get::<RequestId>().copied(),
        })
    }
}

impl RequestContext {
    /// The query, without `?`.
    pub(crate) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The request, for the events that it causes.
    pub(crate) fn origin(&self) -> RequestOrigin<'_> {
        RequestOrigin {
            address: self.address,
            id: self.id.as_ref().map(RequestId::as_str),
        }
    }

    /// The parts of the request that authenticate its client.
    pub(crate) fn evidence<'a>(&'a self, params: &'a Params) -> ClientEvidence<'a> {
        let authorization = self.headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
        ClientEvidence {
            params,
            authorization,
            request: self.origin(),
        }
    }

    /// The session of the browser, if it has one that has not ended.
    pub(crate) async fn session(&self) -> Result<Option<Session>, StoreError> {
        self.web.session(&self.headers).await
    }

    /// The layout of a page for this person, and the cookie that its form is bound to, if the browser has none yet.
    pub(crate) fn page(&self, session: Option<&Session>) -> Result<(Layout, Option<HeaderValue>), PageError> {
        let sent =
            cookies::read(&self.headers, Name::Form, self.web.is_https()).filter(|value| value.len() >= 32);
        let (browser, new_browser) = match sent {
            Some(browser) => (browser, None),
            None => {
                let browser = self.web.new_browser()?;
                let cookie = self.web.set_cookie(Name::Form, &browser);
                (browser, cookie)
            }
        };
        let may = |command| {
            session.is_some_and(|session| {
                let actor = Actor::person(&session.user);
                self.web.provider().may(actor, command)
            })
        };
        let layout = Layout {
            product: self.web.settings().product.clone(),
            base: self.web.base().to_owned(),
            login: self.web.login_page(),
            username: session.map(|session| session.user.username.to_string()),
            administrator: session.is_some_and(|session| session.user.administrator),
            may_view_keys: may(Command::ViewKeys),
            may_trust_clients: may(Command::TrustClient),
            csrf_token: self.web.form_token(&browser, bound_to(session)),
            request_id: self
                .id
                .as_ref()
                .map_or_else(String::new, |id| id.as_str().to_owned()),
        };
        Ok((layout, new_browser))
    }

    /// Refuses a form that was not made for this browser and session. Two tabs that a new browser opens at the same moment
    /// get two cookies, of which the browser keeps one. So if nobody is signed in, `Sec-Fetch-Site: same-origin` is
    /// accepted too (Fetch Metadata: no page can forge it).
    pub(crate) fn check_form(&self, form: &Params, session: Option<&Session>) -> Result<(), PageError> {
        let browser =
            cookies::read(&self.headers, Name::Form, self.web.is_https()).ok_or(PageError::FormToken)?;
        let token = form.get("csrf_token").ok_or(PageError::FormToken)?;
        let same_origin = || {
            self.headers
                .get("sec-fetch-site")
                .is_some_and(|site| site == "same-origin")
        };
        if self.web.is_form_token(token, &browser, bound_to(session)) || (session.is_none() && same_origin())
        {
            Ok(())
        } else {
            Err(PageError::FormToken)
        }
    }
}

fn bound_to(session: Option<&Session>) -> BoundTo {
    session.map_or(BoundTo::Browser, |session| BoundTo::Session(session.id))
}

impl Web {
    /// The address of the login page, with the path to return to.
    pub(crate) fn login_path(&self, next: &str) -> String {
        with_next(&self.login_page(), next)
    }

    /// The parameters of the authorization request that a path of ours leads to, if it leads to one.
    pub(crate) fn request_in(&self, next: &str) -> Option<Params> {
        let (path, query) = own_path(next)?.split_once('?')?;
        let authorize = self.path(paths::AUTHORIZE);
        let same = path.trim_end_matches('/') == authorize.trim_end_matches('/');
        Params::parse(query.as_bytes()).ok().filter(|_| same)
    }

    /// The address of a page below the issuer's path, with the path to return to.
    pub(crate) fn with_next(&self, page: &str, next: &str) -> String {
        with_next(&self.path(page), next)
    }
}

/// The address of a page, with the path to return to.
pub(crate) fn with_next(page: &str, next: &str) -> String {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("{page}?next={next}")
}

/// A redirect. If a header cannot carry the address, the answer is the error page.
pub(crate) fn redirect(status: StatusCode, to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(location) => {
            let no_store = HeaderValue::from_static("no-store");
            (
                status,
                [(LOCATION, location), (http::header::CACHE_CONTROL, no_store)],
            )
                .into_response()
        }
        Err(_) => PageError::NotFound.into_response(),
    }
}

/// Adds a cookie to an answer.
pub(crate) fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The text with backslashes and characters outside ASCII percent-encoded. Some browsers and programs send them as they
/// are; encoded, they mean the same and survive the way over the login page.
fn plain(text: &str) -> String {
    const WRITTEN_WITH_PERCENT: &AsciiSet = &CONTROLS.add(b'\\').add(b' ');
    if is_plain(text) {
        return text.to_owned();
    }
    utf8_percent_encode(text, WRITTEN_WITH_PERCENT).to_string()
}

/// The text if it is a path of this origin: a login page redirects to nothing else. CVE-2024-39694 shows how such a check is deceived.
pub fn own_path(text: &str) -> Option<&str> {
    let absolute = text.starts_with('/') && !text.starts_with("//");
    (absolute && is_plain(text)).then_some(text)
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn next_leads_only_to_our_own_paths() {
        for own in [
            "/",
            "/o/authorize/?client_id=a&redirect_uri=https%3A%2F%2Fa",
            "/api/test/",
        ] {
            assert_eq!(own_path(own), Some(own));
        }
        for foreign in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            " /x",
            "javascript:alert(1)",
            "o/",
        ] {
            assert_eq!(own_path(foreign), None, "{foreign:?}");
        }
    }
}
