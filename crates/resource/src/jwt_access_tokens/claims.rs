//! The claims that a verified token must have to be an access token for this API (RFC 9068 sections 2 and 4).

use pixie_oauth::jose::{JwtType, VerifiedJwt};
use pixie_oauth::{AccessTokenClaims, IntrospectionResponse, Issuer};
use serde_json::Value;
use thiserror::Error;

/// Clocks may differ by this much, in seconds.
const SKEW: i64 = 15;

/// The claims that this API expects.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a Issuer,
    pub(super) identifier: &'a str,
    /// Seconds since 1970.
    pub(super) now: i64,
}

/// A token that holds, and when.
#[derive(Clone)]
pub(super) struct Accepted {
    pub(super) answer: IntrospectionResponse,
    /// Seconds since 1970; not good at this second any more.
    until: i64,
    /// Seconds since 1970.
    from: i64,
}

impl Accepted {
    /// Returns `true` if the token is valid at this time.
    pub(super) fn holds_at(&self, now: i64) -> bool {
        self.from <= now && now < self.until
    }
}

/// Why a token is not an access token for this API; for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum ClaimsRefusal {
    #[error("it is no JWT, and nobody is asked about other tokens: see JwtAccessTokens::or")]
    NotAJwt,
    #[error("its type is not at+jwt: it is no access token, perhaps an id token")]
    Type,
    #[error("its claims are not those of RFC 9068 section 2.2")]
    Claims,
    #[error("it is of another issuer")]
    Issuer,
    #[error(
        "it is for another API: its aud does not have this API's identifier, which clients send as resource"
    )]
    Audience,
    #[error("it is expired")]
    Expired,
    #[error("it is from the future: do the clocks agree?")]
    NotYet,
    #[error("it is bound to a key (cnf), whose proof is not checked here")]
    Bound,
}

/// Accepts a token, or returns the reason of the refusal.
pub(super) fn accept(token: &VerifiedJwt, expected: &Expected<'_>) -> Result<Accepted, ClaimsRefusal> {
    if !token.is(JwtType::AccessToken) {
        return Err(ClaimsRefusal::Type);
    }
    let members = token.claims();
    // If it were accepted as a bearer token, a thief could use it.
    if members.contains_key("cnf") {
        return Err(ClaimsRefusal::Bound);
    }
    let not_before = match members.get("nbf") {
        None => i64::MIN,
        Some(nbf) => seconds(nbf).ok_or(ClaimsRefusal::Claims)?,
    };
    let claims: AccessTokenClaims =
        serde_json::from_value(Value::Object(members.clone())).map_err(|_| ClaimsRefusal::Claims)?;
    if claims.iss != expected.issuer.as_str() {
        return Err(ClaimsRefusal::Issuer);
    }
    if !claims.aud.iter().any(|one| one == expected.identifier) {
        return Err(ClaimsRefusal::Audience);
    }
    let accepted = Accepted {
        from: claims.iat.max(not_before).saturating_sub(SKEW),
        until: claims.exp.saturating_add(SKEW),
        answer: answer(claims),
    };
    if expected.now >= accepted.until {
        Err(ClaimsRefusal::Expired)
    } else if expected.now < accepted.from {
        Err(ClaimsRefusal::NotYet)
    } else {
        Ok(accepted)
    }
}

/// A number of seconds, perhaps with a fraction (RFC 7519 section 2, `NumericDate`), rounded up.
fn seconds(value: &Value) -> Option<i64> {
    let seconds = value.as_f64().filter(|seconds| seconds.abs() < 9e15)?;
    Some(seconds.ceil() as i64)
}

/// As introspection would have said it.
fn answer(claims: AccessTokenClaims) -> IntrospectionResponse {
    IntrospectionResponse {
        active: true,
        scope: Some(claims.scope),
        client_id: Some(claims.client_id),
        username: None,
        token_type: Some("Bearer".to_owned()),
        exp: Some(claims.exp),
        iat: Some(claims.iat),
        sub: Some(claims.sub),
        aud: Some(claims.aud),
        iss: Some(claims.iss),
        cnf: claims.cnf,
    }
}
