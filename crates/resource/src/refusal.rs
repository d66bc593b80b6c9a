//! The reasons for which a request is refused, and what each lets a client see (RFC 6750 section 3).

use std::fmt;
use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use pixie_oauth::{BearerChallenge, BearerErrorCode, Scope};

use crate::CheckError;

/// Seconds after which a client should try again when the authorization server gave no answer.
const RETRY_AFTER_SECONDS: u16 = 5;

/// The answer to a request that is not let in, for handlers to return. It is logged, with its reason, when it is sent.
#[derive(Clone, Debug)]
pub struct Refusal {
    reason: Reason,
    realm: Arc<str>,
}

/// Why a request is refused.
#[derive(Clone, Debug)]
pub(crate) enum Reason {
    /// Neither a token nor a session.
    Anonymous,
    /// The request has neither, and is a browser's request for a page: the response redirects to this login URL.
    LoginNeeded(HeaderValue),
    /// `access_token=` in the query.
    TokenInQuery,
    /// More than one `Authorization` header.
    RepeatedAuthorization,
    /// An `Authorization` header that is no scheme and credentials, or no token after `Bearer`.
    MalformedAuthorization,
    /// Unknown, expired, revoked or foreign.
    Inactive,
    /// Active, but not to be used as a bearer token, such as a refresh token.
    NotBearer,
    /// Active, but bound to a key whose possession is not proved (RFC 9449 section 7.2, RFC 8705 section 3).
    Bound,
    /// Good, but for other APIs and not for this one, which has this identifier.
    ForAnother(Arc<str>),
    /// A good token that lacks some of these.
    InsufficientScope(Scope),
    /// A change by session cookie that was not sent by a page of this origin.
    CrossSite,
    /// The token or the session could not be checked.
    Unchecked(CheckError),
    /// The handler uses the extractor, but no layer checks its route.
    Unguarded,
    /// The handler requires a scope that cannot exist.
    ImpossibleScope,
}

/// The part of a reason that a client sees.
enum Answer {
    /// A `Bearer` challenge; without a code if the request had no token (RFC 6750 section 3.1).
    Challenge(Option<BearerErrorCode>, Option<Scope>),
    /// An answer that no other credentials would change.
    Plain(StatusCode, &'static str),
    /// Off to the login page.
    Redirect(HeaderValue),
}

impl Reason {
    /// The whole table of what clients see.
    fn answer(&self) -> Answer {
        use BearerErrorCode::{InsufficientScope, InvalidRequest, InvalidToken};
        match self {
            Self::Anonymous => Answer::Challenge(None, None),
            Self::LoginNeeded(login_url) => Answer::Redirect(login_url.clone()),
            Self::TokenInQuery | Self::RepeatedAuthorization | Self::MalformedAuthorization => {
                Answer::Challenge(Some(InvalidRequest), None)
            }
            Self::Inactive | Self::NotBearer | Self::Bound | Self::ForAnother(_) => {
                Answer::Challenge(Some(InvalidToken), None)
            }
            Self::InsufficientScope(needed) => {
                Answer::Challenge(Some(InsufficientScope), Some(needed.clone()))
            }
            Self::CrossSite => Answer::Plain(StatusCode::FORBIDDEN, "cross_site_request"),
            Self::Unchecked(_) => Answer::Plain(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
            Self::Unguarded | Self::ImpossibleScope => {
                Answer::Plain(StatusCode::INTERNAL_SERVER_ERROR, "server_error")
            }
        }
    }

    /// The description for the client, with what to do.
    fn description(&self) -> String {
        match self {
            Self::Anonymous => "send an access token: Authorization: Bearer ...".into(),
            Self::LoginNeeded(_) => "sign in first".into(),
            Self::TokenInQuery => {
                "a token in the URL ends up in logs: send it in the Authorization header, and have this one revoked".into()
            }
            Self::RepeatedAuthorization => "there is more than one Authorization header: send one".into(),
            Self::MalformedAuthorization => {
                "the Authorization header is malformed: write Authorization: Bearer and the token".into()
            }
            Self::Inactive => "the token is unknown, expired or revoked: get a new one".into(),
            Self::NotBearer => "this is not an access token: send the access_token of the token response".into(),
            Self::Bound => "the token is bound to a key: it is no bearer token".into(),
            Self::ForAnother(identifier) => {
                format!("the token is for another API: get one with resource={identifier}")
            }
            Self::InsufficientScope(needed) => format!("the token is not good for this: it needs {needed}"),
            Self::CrossSite => {
                "a change with a session cookie must come from this site's own pages; programs and other sites send a bearer token".into()
            }
            Self::Unchecked(_) => "it could not be checked whether you may do this: try again soon".into(),
            Self::Unguarded | Self::ImpossibleScope => "the API is set up wrongly; its log says how".into(),
        }
    }

    /// Attacks and faults of this side must be seen; the rest is everyday.
    fn log(&self) {
        let reason = self.to_string();
        match self {
            Self::Unchecked(_) | Self::Unguarded | Self::ImpossibleScope => {
                tracing::error!(reason, "request refused");
            }
            Self::CrossSite | Self::TokenInQuery => tracing::warn!(reason, "request refused"),
            _ => tracing::info!(reason, "request refused"),
        }
    }
}

/// The reason as the log has it. No token and no address with a query is in it.
impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => formatter.write_str("no token and no session"),
            Self::LoginNeeded(_) => formatter.write_str("no session: sent to the login page"),
            Self::TokenInQuery => formatter.write_str("a token in the query"),
            Self::RepeatedAuthorization => formatter.write_str("repeated Authorization header"),
            Self::MalformedAuthorization => formatter.write_str("malformed Authorization header"),
            Self::Inactive => formatter.write_str("the token is not active"),
            Self::NotBearer => formatter.write_str("the token's type is not Bearer"),
            Self::Bound => formatter.write_str("the token is bound to a key and came as a bearer token"),
            Self::ForAnother(_) => formatter.write_str("the token is for another API"),
            Self::InsufficientScope(needed) => write!(formatter, "the token lacks some of: {needed}"),
            Self::CrossSite => formatter.write_str("a change by session cookie from another origin"),
            Self::Unchecked(error) => write!(formatter, "could not be checked: {error}"),
            Self::Unguarded => formatter.write_str("no ResourceLayer on a route whose handler takes Access"),
            Self::ImpossibleScope => formatter.write_str("a handler requires a scope that cannot exist"),
        }
    }
}

impl Refusal {
    pub(crate) fn new(reason: Reason, realm: Arc<str>) -> Self {
        Self { reason, realm }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.reason.log();
        let description = self.reason.description();
        match self.reason.answer() {
            Answer::Redirect(login_url) => {
                respond(StatusCode::SEE_OTHER, [(LOCATION, login_url)], Body::empty())
            }
            Answer::Plain(status, error) => {
                let retry = (status == StatusCode::SERVICE_UNAVAILABLE)
                    .then(|| (RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS)));
                respond(status, retry, json(error, &description))
            }
            Answer::Challenge(code, scope) => {
                let error = code.map_or("unauthorized", BearerErrorCode::as_str);
                let status = code.map_or(401, BearerErrorCode::status);
                let body = json(error, &description);
                let challenge = BearerChallenge {
                    realm: Some(self.realm.to_string()),
                    error: code.map(|code| (code, description)),
                    scope,
                };
                let header = HeaderValue::try_from(challenge.to_header()).ok();
                respond(
                    StatusCode::from_u16(status).unwrap_or(StatusCode::UNAUTHORIZED),
                    header.map(|header| (WWW_AUTHENTICATE, header)),
                    body,
                )
            }
        }
    }
}

fn json(error: &str, description: &str) -> Body {
    serde_json::json!({ "error": error, "error_description": description })
        .to_string()
        .into()
}

/// No cache may keep a refusal: after a sign-in the same request has another response.
fn respond(
    status: StatusCode,
    headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>,
    body: Body,
) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let own = response.headers_mut();
    own.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    own.extend(headers);
    if !own.contains_key(LOCATION) {
        own.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}
