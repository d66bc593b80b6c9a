//! The claims about one user, with checked values (OpenID Connect Core sections 5.1 and 5.2).

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::error::ClaimError;
use super::form;
use super::standard::StandardClaim;

/// The maximum size of one user's claims, in bytes of JSON.
const MAX_LENGTH: usize = 16 * 1024;

/// The maximum number of one user's claims.
const MAX_CLAIMS: usize = 100;

/// Characters of a name at most.
const MAX_NAME_LENGTH: usize = 200;

/// Claims of tokens and of protocol messages: if users could set them, a user could state who
/// issued the token or for whom it is (RFC 7519 section 4.1, OpenID Connect Core section 2, RFC 9068, RFC 7662, RFC 7800,
/// RFC 8417, RFC 8693, RFC 9396, RFC 9493, RFC 9701).
const RESERVED: &[&str] = &[
    "_claim_names",
    "_claim_sources",
    "acr",
    "act",
    "active",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "authorization_details",
    "azp",
    "c_hash",
    "client_id",
    "cnf",
    "events",
    "exp",
    "iat",
    "iss",
    "jti",
    "may_act",
    "nbf",
    "nonce",
    "s_hash",
    "scope",
    "sid",
    "sub",
    "sub_id",
    "sub_jwk",
    "toe",
    "token_introspection",
    "token_type",
    "txn",
];

/// Claims about one user: standard ones of the right form, and others of any form. None of them is one that the server
/// sets itself, so they can be put into a token beside those.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct UserClaims(Map<String, Value>);

impl UserClaims {
    /// Reads a JSON object of at most 16 KiB.
    ///
    /// # Errors
    /// See [`ClaimError`].
    pub fn parse(json: &str) -> Result<Self, ClaimError> {
        if json.len() > MAX_LENGTH {
            return Err(ClaimError::TooLong);
        }
        Self::from_map(serde_json::from_str(json).map_err(|_| ClaimError::Form)?)
    }

    /// Checks claims.
    ///
    /// # Errors
    /// See [`ClaimError`].
    pub fn from_map(claims: Map<String, Value>) -> Result<Self, ClaimError> {
        for (name, value) in &claims {
            check(name, value)?;
        }
        Self(claims).bounded()
    }

    /// Claims that were checked when they were kept, perhaps by an older version: those that this one refuses are left
    /// out, so that a wrong value never prevents a sign-in.
    #[must_use]
    pub fn from_stored(claims: Map<String, Value>) -> Self {
        let claims = claims.into_iter();
        Self(
            claims
                .filter(|(name, value)| check(name, value).is_ok())
                .collect(),
        )
    }

    /// These claims with one more, or with another value of one.
    ///
    /// # Errors
    /// See [`ClaimError`].
    pub fn with(mut self, name: &str, value: Value) -> Result<Self, ClaimError> {
        check(name, &value)?;
        self.0.insert(name.to_owned(), value);
        self.bounded()
    }

    /// Those of the claims for whose names this holds. A name may end in a language: see [`StandardClaim::of`].
    #[must_use]
    pub fn only(&self, holds: impl Fn(&str) -> bool) -> Self {
        let claims = self.0.iter().filter(|(name, _)| holds(name));
        Self(
            claims
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        )
    }

    /// One claim.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All of them, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Returns `true` if there are no claims.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn bounded(self) -> Result<Self, ClaimError> {
        if self.0.len() > MAX_CLAIMS {
            return Err(ClaimError::TooMany);
        }
        let written = serde_json::to_vec(&self).map_err(|_| ClaimError::Form)?;
        if written.len() > MAX_LENGTH {
            return Err(ClaimError::TooLong);
        }
        Ok(self)
    }
}

fn check(name: &str, value: &Value) -> Result<(), ClaimError> {
    let (base, language) = form::split_language(name);
    let plain = !base.is_empty()
        && name.len() <= MAX_NAME_LENGTH
        && name
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"\\<>".contains(&byte));
    if !plain || !language.is_none_or(form::is_language_tag) {
        return Err(ClaimError::Name(name.to_owned()));
    }
    if RESERVED.contains(&base) {
        return Err(ClaimError::Reserved(name.to_owned()));
    }
    let wrong = |must| {
        Err(ClaimError::Value {
            claim: name.to_owned(),
            must,
        })
    };
    match StandardClaim::named(base) {
        Some(claim) if language.is_some() && !claim.can_be_localized() => {
            Err(ClaimError::Name(name.to_owned()))
        }
        Some(claim) => claim.check(value),
        None if value.is_null() || (value.is_string() && form::text(value).is_none()) => {
            wrong("left out where it is not known")
        }
        None if language.is_some() && !value.is_string() => wrong("a text, because its name has a language"),
        None => Ok(()),
    }
}

impl<'de> Deserialize<'de> for UserClaims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_map(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Shows names only: values are personal.
impl fmt::Debug for UserClaims {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn parse(claims: &Value) -> Result<UserClaims, ClaimError> {
        UserClaims::parse(&claims.to_string())
    }

    #[test]
    fn standard_and_own_claims_are_read_and_written_again() {
        let json = json!({
            "name": "Ada", "name#de": "Ada", "email": "ada@example.com", "email_verified": true,
            "groups": ["admin"], "https://example.com/level": 3, "title#de-CH": "Gräfin",
        });
        let claims = parse(&json).unwrap();
        assert_eq!(serde_json::to_value(&claims).unwrap(), json);
        assert_eq!(serde_json::from_value::<UserClaims>(json).unwrap(), claims);
        assert_eq!(claims.get("groups"), Some(&json!(["admin"])));
    }

    #[test]
    fn what_the_server_sets_itself_cannot_be_a_persons_claim() {
        for name in [
            "iss",
            "sub",
            "aud",
            "exp",
            "iat",
            "nbf",
            "jti",
            "nonce",
            "auth_time",
            "acr",
            "amr",
            "azp",
            "at_hash",
            "c_hash",
            "s_hash",
            "sid",
            "events",
            "cnf",
            "client_id",
            "scope",
            "act",
            "sub#de",
        ] {
            assert_eq!(
                parse(&json!({ name: "x" })),
                Err(ClaimError::Reserved(name.into()))
            );
            assert_eq!(
                UserClaims::default().with(name, json!("x")),
                Err(ClaimError::Reserved(name.into()))
            );
        }
    }

    #[test]
    fn what_an_older_version_kept_and_this_one_refuses_is_left_out() {
        let kept = json!({ "sub": "x", "nickname": "A", "birthdate": "yesterday", "x y": 1, "level": 3 });
        let kept = UserClaims::from_stored(kept.as_object().unwrap().clone());
        assert_eq!(kept, parse(&json!({ "nickname": "A", "level": 3 })).unwrap());
    }

    #[test]
    fn values_that_say_nothing_are_refused() {
        for value in [json!(null), json!(""), json!("null"), json!("  ")] {
            assert!(parse(&json!({ "department": value })).is_err());
            assert!(parse(&json!({ "nickname": value })).is_err());
        }
        assert!(parse(&json!({ "levels": [], "active_member": false })).is_ok());
    }

    #[test]
    fn only_texts_can_have_a_language() {
        for json in [
            json!({ "email_verified#de": true }),
            json!({ "address#de": { "country": "Schweiz" } }),
            json!({ "updated_at#de": 1 }),
            json!({ "groups#de": ["x"] }),
            json!({ "name#": "x" }),
            json!({ "name#a b": "x" }),
            json!({ "name#de#fr": "x" }),
            json!({ "#de": "x" }),
        ] {
            assert!(parse(&json).is_err(), "{json}");
        }
    }

    #[test]
    fn names_are_visible_ascii_and_bounded() {
        for name in ["", "a b", "ä", "a\"b", "<b>", &"x".repeat(201)] {
            assert_eq!(parse(&json!({ name: "x" })), Err(ClaimError::Name(name.into())));
        }
    }

    #[test]
    fn size_and_number_are_bounded() {
        assert_eq!(
            parse(&json!({ "x": "x".repeat(16 * 1024) })),
            Err(ClaimError::TooLong)
        );
        let many = |count: usize| {
            let claims = (0..count).map(|number| (format!("c{number}"), json!(1)));
            UserClaims::from_map(claims.collect())
        };
        assert!(many(100).is_ok());
        assert_eq!(many(101), Err(ClaimError::TooMany));
        let long = many(1).unwrap().with("x", json!("x".repeat(16 * 1024)));
        assert_eq!(long, Err(ClaimError::TooLong));
        for text in ["[]", "x", "", "null", "{\"a\":1}x"] {
            assert_eq!(UserClaims::parse(text), Err(ClaimError::Form), "{text}");
        }
    }

    #[test]
    fn values_do_not_show_in_debug_output_nor_in_errors() {
        let claims = parse(&json!({ "nickname": "Secret" })).unwrap();
        assert_eq!(format!("{claims:?}"), r#"{"nickname"}"#);
        let error = parse(&json!({ "email": "Secret" })).unwrap_err();
        assert_eq!(error.to_string(), "the claim email must be an e-mail address");
    }

    #[test]
    fn a_part_can_be_taken() {
        let claims = parse(&json!({ "name": "Ada", "name#de": "Ada", "email": "ada@example.com" })).unwrap();
        let profile =
            claims.only(|name| StandardClaim::of(name).is_some_and(|claim| claim.scope() == "profile"));
        assert_eq!(
            profile,
            parse(&json!({ "name": "Ada", "name#de": "Ada" })).unwrap()
        );
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_what_is_written_is_read_again(text in r#"\{("[a-z_#]{0,12}":("[ -~&&[^"\\]]{0,9}"|true|null|[0-9]{1,5}),?){0,3}\}"#) {
            if let Ok(claims) = UserClaims::parse(&text) {
                let written = serde_json::to_string(&claims).unwrap();
                prop_assert_eq!(UserClaims::parse(&written), Ok(claims));
            }
        }
    }
}
