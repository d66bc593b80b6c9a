//! The checks of an ID token by the one who requested it (OpenID Connect Core section 3.1.3.7). The signature is verified before.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::jose::{JwtType, VerifiedJwt};
use crate::registered_claims::{SKEW, audience_has, numeric_date};

/// Characters of a subject at most (OpenID Connect Core section 2).
const MAX_SUBJECT: usize = 255;

/// The values that an ID token must have.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedIdToken<'a> {
    /// The issuer whose keys have verified the token.
    pub issuer: &'a str,
    /// The client that requested it.
    pub client_id: &'a str,
    /// The nonce of the authorization request.
    pub nonce: &'a str,
    /// Now, in seconds since 1970.
    pub now: i64,
}

/// Why an ID token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IdTokenError {
    /// It is a token of another type.
    #[error("the token is no ID token: its header has another typ")]
    Type,
    /// `iss` is another one.
    #[error("the ID token names another issuer")]
    Issuer,
    /// `aud` does not have the client, or `azp` is somebody else.
    #[error("the ID token is for another client")]
    Audience,
    /// `nonce` is missing or another one: the token belongs to another request.
    #[error("the ID token belongs to another request: its nonce differs")]
    Nonce,
    /// `exp` is missing, no date, or over.
    #[error("the ID token has expired")]
    Expired,
    /// `iat` is missing, or `iat` or `nbf` are no dates or in the future.
    #[error("the ID token is from the future, or does not tell when it was issued")]
    Future,
    /// `sub` is missing, empty or longer than 255 characters.
    #[error("the ID token names no subject")]
    Subject,
}

/// Checks the claims of a verified token, and gives its subject.
///
/// # Errors
/// See [`IdTokenError`].
pub fn check_id_token<'a>(
    token: &'a VerifiedJwt,
    expected: &ExpectedIdToken<'_>,
) -> Result<&'a str, IdTokenError> {
    if !token.may_be(JwtType::Jwt) {
        return Err(IdTokenError::Type);
    }
    let claims = token.claims();
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(expected.issuer) {
        return Err(IdTokenError::Issuer);
    }
    if !is_for(claims, expected.client_id) {
        return Err(IdTokenError::Audience);
    }
    if text("nonce") != Some(expected.nonce) {
        return Err(IdTokenError::Nonce);
    }
    let date = |name: &str| numeric_date(claims, name);
    match date("exp") {
        Ok(Some(end)) if expected.now < end.saturating_add(SKEW) => {}
        _ => return Err(IdTokenError::Expired),
    }
    let past = |at: i64| at <= expected.now.saturating_add(SKEW);
    let issued = date("iat").ok().flatten();
    let valid_from = date("nbf").map(|from| from.is_none_or(past));
    if !issued.is_some_and(past) || !matches!(valid_from, Ok(true)) {
        return Err(IdTokenError::Future);
    }
    let subject = text("sub").filter(|subject| (1..=MAX_SUBJECT).contains(&subject.len()));
    subject.ok_or(IdTokenError::Subject)
}

/// Returns `true` if the client is in the audience, and is the authorized party if the token names one. With several audiences
/// the token has to name it.
fn is_for(claims: &Map<String, Value>, client_id: &str) -> bool {
    let several = matches!(claims.get("aud"), Some(Value::Array(all)) if all.len() > 1);
    let party = match claims.get("azp") {
        Some(party) => party.as_str() == Some(client_id),
        None => !several,
    };
    party && audience_has(claims, |one| one == client_id)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::jose::{JwkSet, SigningAlgorithm, SigningKey, UnverifiedJwt};

    const EXPECTED: ExpectedIdToken<'static> = ExpectedIdToken {
        issuer: "https://idp.example",
        client_id: "pixie",
        nonce: "n",
        now: 1000,
    };

    fn claims() -> Map<String, Value> {
        let claims = json!({
            "iss": "https://idp.example", "aud": "pixie", "nonce": "n", "sub": "alice", "iat": 990, "exp": 1300,
        });
        claims.as_object().unwrap().clone()
    }

    fn check_as(typ: JwtType, claims: &Map<String, Value>) -> Result<String, IdTokenError> {
        let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        let keys = JwkSet::new(vec![key.public().clone()]);
        let token = key.sign(typ, claims).unwrap();
        let verified = UnverifiedJwt::parse(&token).unwrap();
        let verified = verified.verify(&keys, SigningAlgorithm::ALL).unwrap();
        check_id_token(&verified, &EXPECTED).map(str::to_owned)
    }

    #[test]
    fn an_id_token_of_this_issuer_for_this_request_names_its_subject() {
        assert_eq!(check_as(JwtType::Jwt, &claims()).as_deref(), Ok("alice"));
        let mut several = claims();
        several.insert("aud".to_owned(), json!(["other", "pixie"]));
        several.insert("azp".to_owned(), json!("pixie"));
        assert!(check_as(JwtType::Jwt, &several).is_ok());
    }

    #[test]
    fn every_claim_that_differs_is_refused_with_its_reason() {
        use IdTokenError::{Audience, Expired, Future, Issuer, Nonce, Subject};
        for (name, value, error) in [
            ("iss", json!("https://idp.example/"), Issuer),
            ("iss", json!(["https://idp.example"]), Issuer),
            ("aud", json!("other"), Audience),
            ("aud", json!([]), Audience),
            ("aud", json!(["pixie", "other"]), Audience),
            ("aud", json!(["pixie", 1]), Audience),
            ("azp", json!("other"), Audience),
            ("azp", json!(null), Audience),
            ("nonce", json!("another"), Nonce),
            ("nonce", json!(null), Nonce),
            ("exp", json!(985), Expired),
            ("exp", json!("1300"), Expired),
            ("iat", json!(1016), Future),
            ("iat", json!("soon"), Future),
            ("nbf", json!(1016), Future),
            ("nbf", json!("soon"), Future),
            ("sub", json!(""), Subject),
            ("sub", json!(7), Subject),
            ("sub", json!("a".repeat(256)), Subject),
        ] {
            let mut changed = claims();
            changed.insert(name.to_owned(), value.clone());
            assert_eq!(check_as(JwtType::Jwt, &changed), Err(error), "{name} {value}");
        }
        for (name, error) in [
            ("iss", Issuer),
            ("aud", Audience),
            ("nonce", Nonce),
            ("exp", Expired),
            ("iat", Future),
            ("sub", Subject),
        ] {
            let mut without = claims();
            without.remove(name);
            assert_eq!(check_as(JwtType::Jwt, &without), Err(error), "{name}");
        }
    }

    #[test]
    fn a_token_of_another_type_is_no_id_token() {
        for typ in [JwtType::AccessToken, JwtType::LogoutToken] {
            assert_eq!(check_as(typ, &claims()), Err(IdTokenError::Type));
        }
    }
}
