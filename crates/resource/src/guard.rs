//! The decision whether a request may go on (RFC 6750 sections 2 and 3).

use std::sync::Arc;

use axum::extract::OriginalUri;
use http::header::ACCEPT;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method};
use pixie_oauth::{Origin, Scope};

use crate::access::too_narrow;
use crate::audience::is_for;
use crate::refusal::Reason;
use crate::{AuthorizedBy, SessionChecker, TokenChecker, authorization_header, cross_site};

/// The rules of a layer.
#[derive(Clone)]
pub(crate) struct Guard {
    pub(crate) tokens: Arc<dyn TokenChecker>,
    pub(crate) sessions: Option<Sessions>,
    pub(crate) scope: Scope,
    /// As what tokens name this API.
    pub(crate) identifier: Option<Arc<str>>,
    pub(crate) allow_anonymous: bool,
}

/// The rules for users with a session.
#[derive(Clone)]
pub(crate) struct Sessions {
    pub(crate) checker: Arc<dyn SessionChecker>,
    /// The origin under which the API's own pages are.
    pub(crate) origin: Origin,
}

impl Guard {
    /// The credential of the request; `None` for an anonymous request that is allowed. If there is a token, the session is
    /// ignored.
    pub(crate) async fn authorize(&self, head: &Parts) -> Result<Option<AuthorizedBy>, Reason> {
        if let Some(token) = authorization_header::token(&head.headers, &head.uri)? {
            return self.by_token(token).await.map(Some);
        }
        if let Some(sessions) = &self.sessions
            && let Some(by) = by_session(sessions, head).await?
        {
            return Ok(Some(by));
        }
        if self.allow_anonymous {
            return Ok(None);
        }
        Err(self.login_needed(head).unwrap_or(Reason::Anonymous))
    }

    async fn by_token(&self, token: &str) -> Result<AuthorizedBy, Reason> {
        let answer = self.tokens.check(token).await.map_err(Reason::Unchecked)?;
        if !answer.active {
            return Err(Reason::Inactive);
        }
        let token_type = answer.token_type.as_deref().unwrap_or_default();
        if !token_type.eq_ignore_ascii_case("bearer") {
            return Err(Reason::NotBearer);
        }
        // The token alone proves nothing: if it were accepted, a thief could use it.
        if answer.cnf.is_some() {
            return Err(Reason::Bound);
        }
        if let Some(identifier) = &self.identifier
            && !is_for(&answer, identifier)
        {
            return Err(Reason::ForAnother(identifier.clone()));
        }
        match too_narrow(&answer, &self.scope) {
            Some(reason) => Err(reason),
            None => Ok(AuthorizedBy::Token(Box::new(answer))),
        }
    }

    /// A browser that requests a page is redirected to the login page and returns; programs and forms are not.
    fn login_needed(&self, head: &Parts) -> Option<Reason> {
        let sessions = self.sessions.as_ref()?;
        let asks_for_page = matches!(head.method, Method::GET | Method::HEAD) && accepts_html(&head.headers);
        if !asks_for_page {
            return None;
        }
        let login_url = sessions.checker.login_url(&return_to(head));
        match HeaderValue::try_from(login_url) {
            Ok(location) => Some(Reason::LoginNeeded(location)),
            Err(_) => {
                tracing::error!("login_url gave characters that a Location header cannot have");
                None
            }
        }
    }
}

async fn by_session(sessions: &Sessions, head: &Parts) -> Result<Option<AuthorizedBy>, Reason> {
    let person = sessions.checker.session(&head.headers).await;
    let Some(person) = person.map_err(Reason::Unchecked)? else {
        return Ok(None);
    };
    if cross_site::is_allowed(head, &sessions.origin) {
        Ok(Some(AuthorizedBy::Session(person)))
    } else {
        Err(Reason::CrossSite)
    }
}

/// Returns `true` if `Accept` names HTML. Programs send `*/*`, which does not count.
fn accepts_html(headers: &HeaderMap) -> bool {
    let ranges = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    ranges.flat_map(|value| value.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let html = parts
            .next()
            .is_some_and(|media| media.eq_ignore_ascii_case("text/html"));
        html && !parts.any(|parameter| {
            let weight = parameter
                .strip_prefix("q=")
                .or_else(|| parameter.strip_prefix("Q="));
            weight.is_some_and(|weight| weight.parse() == Ok(0.0_f32))
        })
    })
}

/// The path and query of the request, also below a nested router. Browsers read `//host` and `/\host` as
/// other sites, so there is one slash at its beginning.
fn return_to(head: &Parts) -> String {
    let requested = head
        .extensions
        .get::<OriginalUri>()
        .map_or(&head.uri, |uri| &uri.0);
    let path_and_query = requested.path_and_query().map_or("/", |path| path.as_str());
    format!("/{}", path_and_query.trim_start_matches(['/', '\\']))
}
