//! The request as the handlers see it: headers, address of the client, session, form token.

use std::borrow::Cow;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCEPT_LANGUAGE, AUTHORIZATION, CACHE_CONTROL, HeaderValue, LOCATION, ORIGIN, SET_COOKIE,
};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, StatusCode};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use pixie_oauth::{BasicCredentials, Params};
use pixie_provider::store::StoreError;
use pixie_provider::{Actor, ClientEvidence, Command, RequestOrigin, Session, paths};

use crate::cookies::Name;
use crate::form_token::BoundTo;
use crate::page_error::PageError;
use crate::pages::layout::Layout;
use crate::pages::notice::Notice;
use crate::pages::sign_in_methods;
use crate::request_source::RequestSource;
use crate::respond::{FormTarget, response};
use crate::texts::LanguageIndex;
use crate::web::Web;

/// The parts of a request that handlers need.
pub(crate) struct RequestContext {
    pub(crate) web: Web,
    pub(crate) headers: HeaderMap,
    /// Path and query as they were sent. Characters that a header or [`own_path`] cannot carry are percent-encoded.
    pub(crate) target: String,
    source: Option<RequestSource>,
}

impl FromRequestParts<Web> for RequestContext {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        Ok(Self {
            web: web.clone(),
            headers: parts.headers.clone(),
            target: plain(parts.uri.path_and_query().map_or("", PathAndQuery::as_str)),
            source: parts.extensions.get::<RequestSource>().copied(),
        })
    }
}

impl RequestContext {
    /// The query, without `?`.
    pub(crate) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The id of the request, as it is in the log.
    pub(crate) fn request_id(&self) -> &str {
        self.source.as_ref().map_or("", |source| source.id.as_str())
    }

    /// The request, for the events that it causes.
    pub(crate) fn origin(&self) -> RequestOrigin<'_> {
        let source = self.source.as_ref();
        source.map(RequestSource::origin).unwrap_or_default()
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

    /// The client that a back-channel request names, in the body or in the header.
    pub(crate) fn named_client(&self, params: Option<&Params>) -> Option<String> {
        if let Some(id) = params.and_then(|params| params.get("client_id")) {
            return Some(id.to_owned());
        }
        BasicCredentials::parse(self.headers.get(AUTHORIZATION)?.as_bytes())
            .ok()?
            .map(|basic| basic.client_id)
    }

    /// The session of the browser, if it has one that has not ended.
    pub(crate) async fn session(&self) -> Result<Option<Session>, StoreError> {
        self.web.session(&self.headers).await
    }

    /// The layout of a page without a person and without a form that has an effect. It sets no cookie: if the browser has not sent
    /// its own, a new one would take the place of the one that its open forms are bound to.
    pub(crate) fn layout_without_person(&self) -> Layout {
        Layout::without_person(&self.web, self.web.language(&self.headers))
    }

    /// The layout of a page for this person, and the cookie that its form is bound to, if the browser has none yet.
    pub(crate) fn page(&self, session: Option<&Session>) -> Result<(Layout, Option<HeaderValue>), PageError> {
        let (browser, new_browser) = match self.browser() {
            Some(browser) => (Cow::Borrowed(browser), None),
            None => {
                let browser = self.web.new_browser()?;
                let cookie = self.web.set_cookie(Name::Form, &browser);
                (Cow::Owned(browser), cookie)
            }
        };
        let may = |command| {
            session.is_some_and(|session| {
                let actor = Actor::person(&session.account);
                self.web.provider().may(actor, command)
            })
        };
        let layout = Layout {
            account: session.and_then(|_| self.web.account_page()),
            username: session.map(|session| session.account.username.to_string()),
            administrator: session.is_some_and(|session| session.account.administrator),
            may_register_clients: may(Command::RegisterClient),
            may_view_keys: may(Command::ViewKeys),
            may_trust_clients: may(Command::TrustClient),
            csrf_token: self.web.form_token(&browser, bound_to(session)),
            notice: session.and_then(|session| self.done(session)).map(Notice::text),
            ..self.layout_without_person()
        };
        Ok((layout, new_browser))
    }

    /// Returns true if the browser may have cookies of ours that it did not send: a form from another site comes without them. In a
    /// frame of another site no request has them.
    pub(crate) fn cookies_may_be_missing(&self) -> bool {
        let cookies = self.web.cookies();
        let sent = |name| cookies.read(&self.headers, name).is_some();
        let header = |name| self.headers.get(name).and_then(|value| value.to_str().ok());
        let from_elsewhere = header("sec-fetch-site").is_none_or(|site| site == "cross-site");
        let in_window = header("sec-fetch-dest").is_none_or(|destination| destination == "document");
        from_elsewhere && in_window && ![Name::Session, Name::Device, Name::Form].into_iter().any(sent)
    }

    /// The change that this session has just made, by the address of the page.
    fn done(&self, session: &Session) -> Option<Notice> {
        let (_, value) = form_urlencoded::parse(self.query().as_bytes()).find(|(name, _)| name == DONE)?;
        let (word, tag) = value.split_once('.')?;
        let notice = Notice::of_word(word)?;
        self.web.is_done_tag(tag, notice, session).then_some(notice)
    }

    /// Returns `true` if a page of this server sent the request, so that its text may be shown again. The browser says so (Fetch
    /// Metadata, or `Origin`). If it says neither, the cookie counts, which no form of another site brings along.
    pub(crate) fn is_from_own_page(&self) -> bool {
        let sent = |name: HeaderName| self.headers.get(name).map(HeaderValue::as_bytes);
        // Our pages send no referrer, for which some browsers write `null` here.
        let origin = sent(ORIGIN).filter(|origin| *origin != b"null");
        match (sent(SEC_FETCH_SITE), origin) {
            (Some(site), _) => site == b"same-origin",
            (None, Some(origin)) => origin == self.web.provider().issuer().origin().as_bytes(),
            (None, None) => self.browser().is_some(),
        }
    }

    /// The value of the cookie that forms are bound to.
    pub(crate) fn browser(&self) -> Option<&str> {
        let sent = self.web.cookies().read(&self.headers, Name::Form);
        sent.filter(|value| value.len() >= 32)
    }

    /// Returns `true` if a form was made for this browser and session, and logs it if not.
    pub(crate) fn is_current(&self, form: &Params, session: Option<&Session>) -> bool {
        let current = self.check_form(form, session).is_ok();
        if !current {
            let reason = "the form token is missing or does not belong to this browser and session";
            tracing::warn!(reason, "form refused");
        }
        current
    }

    /// Refuses a form that was not made for this browser and session. Two tabs that a new browser opens at the same moment
    /// get two cookies, of which the browser keeps one. So if nobody is signed in, `Sec-Fetch-Site: same-origin` is
    /// accepted too (Fetch Metadata: no page can forge it).
    pub(crate) fn check_form(&self, form: &Params, session: Option<&Session>) -> Result<(), PageError> {
        let same_origin = || {
            self.headers
                .get(SEC_FETCH_SITE)
                .is_some_and(|site| site == "same-origin")
        };
        let own = match (self.browser(), form.get("csrf_token")) {
            (Some(browser), Some(token)) => {
                self.web.is_form_token(token, browser, bound_to(session))
                    || (session.is_none() && same_origin())
            }
            _ => false,
        };
        if own {
            Ok(())
        } else {
            Err(PageError::FormToken(own_path(&self.target).map(str::to_owned)))
        }
    }
}

/// The parameter that confirms a change.
const DONE: &str = "done";

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

fn bound_to(session: Option<&Session>) -> BoundTo {
    session.map_or(BoundTo::Browser, |session| BoundTo::Session(session.id))
}

impl Web {
    /// The address of the login page, with the path to return to.
    pub(crate) fn login_path(&self, next: &str) -> String {
        with_next(&self.login_page(), next)
    }

    /// The language of pages for a browser that sends these headers.
    pub(crate) fn language(&self, headers: &HeaderMap) -> LanguageIndex {
        let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        self.templates().texts().preferred(accepted)
    }

    /// The path of the pages about a person's own account, if the accounts are Pixie's own.
    fn account_page(&self) -> Option<String> {
        let own = self.settings().host_login.is_none();
        own.then(|| self.path(sign_in_methods::PAGE))
    }

    /// The target of a form that leads to a path of ours. From the authorization request, from a request to sign out and from
    /// the paths of the application into which Pixie is mounted the browser may go on to another site.
    pub(crate) fn form_target(&self, next: &str) -> FormTarget {
        let path = next.split('?').next().unwrap_or_default();
        let below = path
            .strip_prefix(self.base())
            .filter(|below| below.starts_with('/'));
        let page = below.map(|below| below.trim_matches('/'));
        let goes_on = ["consent/", paths::AUTHORIZE, paths::END_SESSION].map(|path| path.trim_matches('/'));
        match page {
            Some(page) if !goes_on.contains(&page) => FormTarget::OwnOrigin,
            None if next.is_empty() => FormTarget::OwnOrigin,
            _ => FormTarget::Client,
        }
    }

    /// The path of a page below the issuer's path that confirms a change, to this session only.
    pub(crate) fn path_with_notice(&self, page: &str, notice: Notice, session: &Session) -> String {
        let tag = self.done_tag(notice, session);
        format!("{}?{DONE}={}.{tag}", self.path(page), notice.word())
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
            response(
                status,
                [(LOCATION, location), (CACHE_CONTROL, no_store)],
                Body::empty(),
            )
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
