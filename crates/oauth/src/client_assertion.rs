//! The claims of a client's assertion, after its signature was verified (RFC 7523 section 3, OpenID Connect Core section 9).

use serde_json::{Map, Value};
use thiserror::Error;

use crate::ClientId;
use crate::registered_claims::{SKEW, audience_has_only, numeric_date};

/// The maximum lifetime of an assertion in seconds. The server has to remember its `jti` for this time.
const MAX_LIFETIME: i64 = 60 * 60;

/// The maximum length of a `jti` in bytes.
const MAX_JTI_LENGTH: usize = 255;

/// The expected claims of an assertion.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedAssertion<'a> {
    /// The client whose key verified it.
    pub client_id: &'a ClientId,
    /// The server's issuer identifier, which is always a valid audience.
    pub issuer: &'a str,
    /// Other valid audiences: the URLs of the token endpoint and of the endpoint that is called.
    pub audiences: &'a [&'a str],
    /// `true` if the audience must be the issuer alone, as a string, so that an assertion for one server is not valid at
    /// another.
    pub issuer_only: bool,
}

/// The identity of an assertion, which must be used only once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertionIdentity {
    /// The `jti` claim. The client must not use it again.
    pub jti: String,
    /// The `exp` claim in seconds since 1970. The assertion is accepted for 15 seconds more, for clock skew.
    pub exp: i64,
}

impl AssertionIdentity {
    /// The time from which the assertion is refused as expired, in seconds since 1970. From then on its `jti` can be
    /// forgotten.
    pub fn refused_from(&self) -> i64 {
        self.exp + SKEW
    }
}

/// Why an assertion does not authenticate its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AssertionError {
    /// `iss` is not the client.
    #[error("iss must be the client_id")]
    Issuer,
    /// `sub` is not the client.
    #[error("sub must be the client_id")]
    Subject,
    /// `aud` names another server, alone or beside this one, which could use the assertion here.
    #[error("aud must be the issuer identifier of this server, and name no other")]
    Audience,
    /// `aud` has to be the issuer identifier, alone, as a string.
    #[error("aud must be the issuer identifier of this server as a single string")]
    AudienceNotIssuer,
    /// There is no `exp`.
    #[error("exp is missing")]
    NoExpiry,
    /// `exp`, `nbf` or `iat` is not a number of seconds.
    #[error("exp, nbf and iat must be numbers of seconds since 1970")]
    NotADate,
    /// `exp` is past.
    #[error("the assertion has expired")]
    Expired,
    /// `exp` is more than an hour ahead.
    #[error("exp must be at most one hour ahead")]
    LivesTooLong,
    /// `nbf` is more than 15 seconds ahead.
    #[error("the assertion is not yet valid; compare the clocks")]
    NotYetValid,
    /// `iat` is more than 15 seconds ahead.
    #[error("the assertion was issued in the future; compare the clocks")]
    IssuedInFuture,
    /// There is no `jti`, or it is longer than 255 bytes.
    #[error("jti must be a string of 1 to 255 bytes")]
    Identifier,
}

/// Checks the claims of an assertion whose signature is that of the client's key. `now_seconds` counts since 1970.
///
/// # Errors
/// See [`AssertionError`].
pub fn check_client_assertion(
    claims: &Map<String, Value>,
    expected: &ExpectedAssertion<'_>,
    now_seconds: i64,
) -> Result<AssertionIdentity, AssertionError> {
    let is_client =
        |name: &str| claims.get(name).and_then(Value::as_str) == Some(expected.client_id.as_str());
    if !is_client("iss") {
        return Err(AssertionError::Issuer);
    }
    if !is_client("sub") {
        return Err(AssertionError::Subject);
    }
    check_audience(claims, expected)?;
    let exp = check_dates(claims, now_seconds)?;
    let jti = claims.get("jti").and_then(Value::as_str);
    let jti = jti.filter(|jti| (1..=MAX_JTI_LENGTH).contains(&jti.len()));
    Ok(AssertionIdentity {
        jti: jti.ok_or(AssertionError::Identifier)?.to_owned(),
        exp,
    })
}

fn check_audience(
    claims: &Map<String, Value>,
    expected: &ExpectedAssertion<'_>,
) -> Result<(), AssertionError> {
    if expected.issuer_only {
        let is_issuer = claims.get("aud").and_then(Value::as_str) == Some(expected.issuer);
        return is_issuer.then_some(()).ok_or(AssertionError::AudienceNotIssuer);
    }
    audience_has_only(claims, |one| {
        one == expected.issuer || expected.audiences.contains(&one)
    })
    .then_some(())
    .ok_or(AssertionError::Audience)
}

/// The expiry, when the dates hold.
fn check_dates(claims: &Map<String, Value>, now: i64) -> Result<i64, AssertionError> {
    let date = |name| numeric_date(claims, name).map_err(|_| AssertionError::NotADate);
    let exp = date("exp")?.ok_or(AssertionError::NoExpiry)?;
    let is_ahead = |date: Option<i64>| date.is_some_and(|date| date > now + SKEW);
    if exp + SKEW <= now {
        Err(AssertionError::Expired)
    } else if exp > now + MAX_LIFETIME {
        Err(AssertionError::LivesTooLong)
    } else if is_ahead(date("nbf")?) {
        Err(AssertionError::NotYetValid)
    } else if is_ahead(date("iat")?) {
        Err(AssertionError::IssuedInFuture)
    } else {
        Ok(exp)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_700_000_000;
    const ISSUER: &str = "https://as.example/o";
    const TOKEN_ENDPOINT: &str = "https://as.example/o/token/";

    fn good() -> Map<String, Value> {
        let claims = json!({
            "iss": "client", "sub": "client", "aud": ISSUER, "exp": NOW + 60, "iat": NOW, "jti": "one",
        });
        claims.as_object().unwrap().clone()
    }

    fn check(claims: &Map<String, Value>, issuer_only: bool) -> Result<AssertionIdentity, AssertionError> {
        let expected = ExpectedAssertion {
            client_id: &ClientId::parse("client").unwrap(),
            issuer: ISSUER,
            audiences: &[TOKEN_ENDPOINT],
            issuer_only,
        };
        check_client_assertion(claims, &expected, NOW)
    }

    fn with(name: &str, value: Value) -> Result<AssertionIdentity, AssertionError> {
        let mut claims = good();
        claims.insert(name.to_owned(), value);
        check(&claims, false)
    }

    fn without(name: &str) -> Result<AssertionIdentity, AssertionError> {
        let mut claims = good();
        claims.remove(name);
        check(&claims, false)
    }

    #[test]
    fn a_good_assertion_gives_its_identity() {
        let identity = AssertionIdentity {
            jti: "one".into(),
            exp: NOW + 60,
        };
        assert_eq!(check(&good(), false).as_ref(), Ok(&identity));
        assert_eq!(check(&good(), true).as_ref(), Ok(&identity));
        assert_eq!(without("iat").as_ref(), Ok(&identity));
    }

    #[test]
    fn issuer_and_subject_must_be_the_client() {
        assert_eq!(with("iss", json!("other")), Err(AssertionError::Issuer));
        assert_eq!(without("iss"), Err(AssertionError::Issuer));
        assert_eq!(with("sub", json!(["client"])), Err(AssertionError::Subject));
        assert_eq!(without("sub"), Err(AssertionError::Subject));
    }

    #[test]
    fn the_audience_is_the_issuer_or_an_endpoint_of_this_server() {
        for aud in [
            json!(TOKEN_ENDPOINT),
            json!([ISSUER]),
            json!([ISSUER, TOKEN_ENDPOINT]),
        ] {
            assert!(with("aud", aud.clone()).is_ok(), "{aud}");
        }
        for aud in [
            json!("https://as.example/o/"),
            json!([]),
            json!(["https://x.example", TOKEN_ENDPOINT]),
            json!([ISSUER, "https://x.example"]),
            json!([ISSUER, 1]),
            json!("https://other.example"),
            json!(null),
        ] {
            assert_eq!(with("aud", aud.clone()), Err(AssertionError::Audience), "{aud}");
        }
        assert_eq!(without("aud"), Err(AssertionError::Audience));
    }

    #[test]
    fn where_only_the_issuer_will_do_a_list_or_an_endpoint_will_not() {
        for aud in [
            json!(TOKEN_ENDPOINT),
            json!([ISSUER]),
            json!([ISSUER, "https://x.example"]),
        ] {
            let mut claims = good();
            claims.insert("aud".into(), aud.clone());
            assert_eq!(
                check(&claims, true),
                Err(AssertionError::AudienceNotIssuer),
                "{aud}"
            );
        }
    }

    #[test]
    fn the_expiry_is_required_and_bounded_on_both_sides() {
        assert_eq!(without("exp"), Err(AssertionError::NoExpiry));
        assert_eq!(with("exp", json!("soon")), Err(AssertionError::NotADate));
        assert_eq!(with("exp", json!(NOW - 15)), Err(AssertionError::Expired));
        assert_eq!(with("exp", json!(NOW - 14)).unwrap().refused_from(), NOW + 1);
        assert!(with("exp", json!(NOW - 14)).is_ok());
        assert!(with("exp", json!(NOW + 3600)).is_ok());
        assert_eq!(with("exp", json!(NOW + 3601)), Err(AssertionError::LivesTooLong));
        assert_eq!(with("exp", json!(1e14)), Err(AssertionError::LivesTooLong));
    }

    #[test]
    fn dates_may_be_8_but_not_60_seconds_in_the_future() {
        for (name, error) in [
            ("nbf", AssertionError::NotYetValid),
            ("iat", AssertionError::IssuedInFuture),
        ] {
            assert!(with(name, json!(NOW + 8)).is_ok());
            assert!(with(name, json!(NOW + 15)).is_ok());
            assert_eq!(with(name, json!(NOW + 16)), Err(error));
            assert_eq!(with(name, json!(NOW + 60)), Err(error));
            assert_eq!(with(name, json!(true)), Err(AssertionError::NotADate));
        }
    }

    #[test]
    fn the_identifier_is_required_and_bounded() {
        assert_eq!(without("jti"), Err(AssertionError::Identifier));
        for jti in [json!(""), json!(7), json!("x".repeat(256))] {
            assert_eq!(with("jti", jti), Err(AssertionError::Identifier));
        }
        assert!(with("jti", json!("x".repeat(255))).is_ok());
    }

    proptest! {
        #[test]
        fn no_date_makes_it_panic(exp: i64, nbf: f64) {
            let mut claims = good();
            claims.insert("exp".into(), json!(exp));
            claims.insert("nbf".into(), json!(nbf));
            let accepted = check(&claims, false).is_ok();
            prop_assert!(!accepted || (exp > NOW - SKEW && exp <= NOW + MAX_LIFETIME));
        }
    }
}
