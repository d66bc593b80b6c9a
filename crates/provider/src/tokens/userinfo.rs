//! The userinfo endpoint: the claims about the user who signed in to a client (OpenID Connect Core section 5.3).

use std::borrow::Cow;
use std::sync::Arc;

use pixie_oauth::jose::JwtType;
use pixie_oauth::{BearerErrorCode, ClaimsRequest, Origin, Params, ParamsError, Scope, bearer_token};
use serde_json::{Map, Value};
use thiserror::Error;

use super::active_token::active_access_token;
use crate::base::Base;
use crate::context::Context;
use crate::entities::Client;
use crate::keys::Keys;
use crate::keys::SignError;
use crate::keys::signing;
use crate::people::host;
use crate::scopes::known::OPENID_SCOPE;
use crate::store::{OpenIdGrant, StoreError};
use crate::tokens::claims::selection::{Selection, claims_about};
use crate::tokens::subject;

/// The tokens of a userinfo request: in its header or in its body (RFC 6750 section 2).
#[derive(Clone, Copy)]
pub struct UserInfoRequest<'a> {
    /// The `Authorization` header.
    pub authorization: Option<&'a [u8]>,
    /// The form of a `POST` request that has one.
    pub form: Option<&'a Params>,
}

/// The claims about a user.
#[derive(Clone, PartialEq, Eq)]
pub enum UserInfo {
    /// A JSON object.
    Json(String),
    /// A signed token with the same members, for a client that registered for it (section 5.3.2).
    Signed(String),
}

/// An answer, and whom it is for.
#[derive(Clone)]
pub struct UserInfoResponse {
    /// The claims about the user.
    pub userinfo: UserInfo,
    client: Arc<Client>,
}

impl UserInfoResponse {
    /// `true` if scripts of an origin may read it.
    pub fn is_for_origin(&self, origin: &Origin) -> bool {
        self.client.has_origin(origin)
    }
}

/// Why nothing is said. Its `Display` is for logs; it never holds a token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UserInfoRefusal {
    /// Nobody asks.
    #[error("no access token")]
    NoToken,
    /// The request has a token in its URL, and logs keep URLs (RFC 6750 section 5.3).
    #[error("an access token in the query")]
    TokenInQuery,
    /// A token in more than one place, or a repeated header.
    #[error("more than one access token")]
    TwoTokens,
    /// The body is larger than the server reads.
    #[error("the body is too large")]
    TooLarge,
    /// The body is not a set of parameters.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// Unknown, expired, revoked, or of a disabled account.
    #[error("the access token is unknown, expired or revoked")]
    DeadToken,
    /// The token is bound to a key, and came as a bearer token (RFC 9449 section 7.2, RFC 8705 section 3).
    #[error("the access token is bound to a key and came as a bearer token")]
    BoundToken,
    /// The client acts for itself.
    #[error("the access token is nobody's: its client acts for itself")]
    NoPerson,
    /// The token was not issued for signing in.
    #[error("the access token has no scope openid")]
    InsufficientScope,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing is signed now.
    #[error(transparent)]
    Signing(#[from] SignError),
}

/// The error that the client gets (RFC 6750 section 3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInfoError {
    /// The HTTP status.
    pub status: u16,
    /// The code; `None` if the request has no token at all, or if the server fails.
    pub code: Option<BearerErrorCode>,
    /// A sentence for the developer.
    pub description: Cow<'static, str>,
    /// The scope that a token must have.
    pub scope: Option<Scope>,
    /// Seconds after which trying again may help.
    pub retry_after: Option<i64>,
}

impl UserInfoRefusal {
    /// The answer that belongs to the reason.
    pub fn answer(&self) -> UserInfoError {
        use BearerErrorCode::{InsufficientScope, InvalidRequest, InvalidToken};
        let (code, description): (_, Cow<'static, str>) = match self {
            Self::NoToken => (None, "Send an access token with the scope openid: Authorization: Bearer.".into()),
            Self::TokenInQuery => (Some(InvalidRequest), "A token in the URL ends up in logs: send it in the Authorization header, and have this one revoked.".into()),
            Self::TwoTokens => (Some(InvalidRequest), "Send one access token, in the Authorization header or in the body.".into()),
            Self::TooLarge => (Some(InvalidRequest), "The request is too large.".into()),
            Self::Params(error) => (Some(InvalidRequest), format!("The request is malformed: {error}.").into()),
            Self::DeadToken => (Some(InvalidToken), "The access token is unknown, expired or revoked. Get a new one.".into()),
            Self::BoundToken => (Some(InvalidToken), "The access token is bound to a key: it is not accepted as a bearer token.".into()),
            Self::NoPerson => (Some(InvalidToken), "The access token was issued to a client that acts for itself: there is no person to tell of.".into()),
            Self::InsufficientScope => (Some(InsufficientScope), "The access token has no scope openid: ask for it in the authorization request.".into()),
            Self::Store(error) => (None, error.answer().description().into()),
            Self::Signing(_) => (None, "The server cannot answer now; try again shortly.".into()),
        };
        let status = match self {
            Self::NoToken => 401,
            Self::Store(_) | Self::Signing(_) => 503,
            _ => code.map_or(400, BearerErrorCode::status),
        };
        let openid = || Scope::parse(OPENID_SCOPE).unwrap_or_default();
        UserInfoError {
            status,
            code,
            description,
            scope: (code == Some(InsufficientScope)).then(openid),
            retry_after: match self {
                Self::Store(error) => Some(error.answer().retry_after),
                Self::Signing(_) => Some(1),
                _ => None,
            },
        }
    }
}

pub(crate) async fn userinfo(
    context: &Context,
    request: UserInfoRequest<'_>,
) -> Result<UserInfoResponse, UserInfoRefusal> {
    let token = presented(request)?;
    let record = active_access_token(&context.base, &context.keys, token)
        .await?
        .ok_or(UserInfoRefusal::DeadToken)?;
    if record.confirmation.is_some() {
        return Err(UserInfoRefusal::BoundToken);
    }
    let owner = record.owner.ok_or(UserInfoRefusal::NoPerson)?;
    if !record.scope.has(OPENID_SCOPE) {
        return Err(UserInfoRefusal::InsufficientScope);
    }
    let account = context.base.store.find_account(owner.id).await?;
    let client = context.known_clients.find_by_key(record.client).await?;
    let (Some(account), Some(client)) = (account, client) else {
        return Err(UserInfoRefusal::DeadToken);
    };
    let selection = Selection {
        client: &client,
        scope: &record.scope,
        requested: &requested(record.openid.as_ref()).userinfo,
    };
    let Some(person) = host::with_profile(&context.base, &account).await? else {
        return Err(UserInfoRefusal::DeadToken);
    };
    let mut members = claims_about(&context.base.settings, &person, selection);
    members.insert(
        "sub".to_owned(),
        Value::String(subject::subject(
            &context.keys.purpose,
            &client,
            account.local_subject(),
        )),
    );
    let userinfo = for_client(&context.base, &context.keys, &client, members).await?;
    Ok(UserInfoResponse { userinfo, client })
}

/// The userinfo response: plain JSON, or signed if the client registered for that.
async fn for_client(
    base: &Base,
    keys: &Keys,
    client: &Client,
    mut members: Map<String, Value>,
) -> Result<UserInfo, SignError> {
    let Some(algorithm) = client.userinfo_signed_response_alg else {
        return Ok(UserInfo::Json(Value::Object(members).to_string()));
    };
    members.insert("iss".to_owned(), Value::String(base.settings.issuer.to_string()));
    members.insert("aud".to_owned(), Value::String(client.id.to_string()));
    let signed = signing::sign(base, keys, JwtType::Jwt, algorithm, members).await?;
    Ok(UserInfo::Signed(signed))
}

/// The one token of a request.
fn presented(request: UserInfoRequest<'_>) -> Result<&str, UserInfoRefusal> {
    let in_form = request.form.and_then(|form| form.get("access_token"));
    let in_header = request.authorization.map(bearer_token);
    match (in_header, in_form) {
        (Some(_), Some(_)) => Err(UserInfoRefusal::TwoTokens),
        (Some(Some(token)), None) | (None, Some(token)) => Ok(token),
        // Another scheme proves nothing here.
        (Some(None) | None, None) => Err(UserInfoRefusal::NoToken),
    }
}

/// The claims that the authorization request asked for one by one.
fn requested(openid: Option<&OpenIdGrant>) -> ClaimsRequest {
    let claims = openid.and_then(|openid| openid.claims.as_deref());
    claims
        .and_then(|claims| ClaimsRequest::parse(claims).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(authorization: Option<&'static str>, form: Option<&str>) -> Result<String, UserInfoRefusal> {
        let form = form.map(|body| Params::parse(body.as_bytes()).unwrap());
        let request = UserInfoRequest {
            authorization: authorization.map(str::as_bytes),
            form: form.as_ref(),
        };
        presented(request).map(str::to_owned)
    }

    #[test]
    fn a_token_is_in_the_header_or_in_the_body_and_not_in_both() {
        assert_eq!(token(Some("bearer abc"), None), Ok("abc".to_owned()));
        assert_eq!(token(None, Some("access_token=abc")), Ok("abc".to_owned()));
        assert_eq!(token(Some("Bearer abc"), Some("x=y")), Ok("abc".to_owned()));
        for header in ["Bearer abc", "Basic abc"] {
            let both = token(Some(header), Some("access_token=abc"));
            assert_eq!(both, Err(UserInfoRefusal::TwoTokens));
        }
        for header in [None, Some("Basic abc")] {
            assert_eq!(token(header, None), Err(UserInfoRefusal::NoToken));
        }
    }
}
