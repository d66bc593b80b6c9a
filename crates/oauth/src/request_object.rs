//! Authorization requests as tokens (RFC 9101, OpenID Connect Core section 6).

use serde_json::{Map, Value};
use thiserror::Error;

use crate::ClientId;
use crate::jose::{JwtError, UnverifiedJwt};
use crate::registered_claims::{SKEW, audience_has, numeric_date};

/// Claims about the token itself, which are no parameters.
const ABOUT_THE_TOKEN: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// The expected client and issuer of a request object.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedRequestObject<'a> {
    /// The client that the request around it names.
    pub client_id: &'a ClientId,
    /// The server's issuer identifier.
    pub issuer: &'a str,
}

/// Why a request object is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RequestObjectError {
    /// Request objects do not nest (RFC 9101 section 4).
    #[error("a request object must hold neither request nor request_uri")]
    Nested,
    /// It names another client than the request around it.
    #[error("client_id in the request object must be that of the request")]
    Client,
    /// `sub` is the client: a reader of the token could use it as the client's assertion.
    #[error(
        "sub of the request object must not be the client_id, so that nobody can authenticate with it (RFC 9101 section 10.8)"
    )]
    Subject,
    /// `iss` is not the client.
    #[error("iss of the request object must be the client_id")]
    Issuer,
    /// `aud` names another server.
    #[error("aud of the request object must be the issuer identifier of this server")]
    Audience,
    /// `exp` or `nbf` is not a number of seconds.
    #[error("exp and nbf of the request object must be numbers of seconds since 1970")]
    NotADate,
    /// `exp` is past.
    #[error("the request object has expired")]
    Expired,
    /// `nbf` is more than 15 seconds ahead.
    #[error("the request object is not yet valid; compare the clocks")]
    NotYetValid,
    /// A list of resources that are not strings.
    #[error("resource in the request object must be a string or a list of strings")]
    Resource,
}

/// The parameters that a request object holds, in the order of their names; they count instead of those around it. Its
/// claims come from a token whose signature was verified, or from an [`UnsignedRequestObject`] if the client may send
/// one. `client_id` is always among them, several resources are several parameters (RFC 8707 section 2), and numbers,
/// booleans, objects and lists are written as JSON. `now_seconds` counts since 1970.
///
/// # Errors
/// See [`RequestObjectError`].
pub fn request_object_params(
    claims: &Map<String, Value>,
    expected: &ExpectedRequestObject<'_>,
    now_seconds: i64,
) -> Result<Vec<(String, String)>, RequestObjectError> {
    if claims.contains_key("request") || claims.contains_key("request_uri") {
        return Err(RequestObjectError::Nested);
    }
    let is_client = |name: &str| {
        claims
            .get(name)
            .is_none_or(|value| value.as_str() == Some(expected.client_id.as_str()))
    };
    if !is_client("client_id") {
        return Err(RequestObjectError::Client);
    }
    if !is_client("iss") {
        return Err(RequestObjectError::Issuer);
    }
    if claims.get("sub").and_then(Value::as_str) == Some(expected.client_id.as_str()) {
        return Err(RequestObjectError::Subject);
    }
    if claims.contains_key("aud") && !audience_has(claims, |one| one == expected.issuer) {
        return Err(RequestObjectError::Audience);
    }
    check_dates(claims, now_seconds)?;
    let mut params = vec![("client_id".to_owned(), expected.client_id.to_string())];
    for (name, value) in claims {
        if name != "client_id" && !ABOUT_THE_TOKEN.contains(&name.as_str()) {
            let values = written(name, value)?;
            params.extend(values.into_iter().map(|value| (name.clone(), value)));
        }
    }
    Ok(params)
}

fn check_dates(claims: &Map<String, Value>, now: i64) -> Result<(), RequestObjectError> {
    let date = |name| numeric_date(claims, name).map_err(|_| RequestObjectError::NotADate);
    if date("exp")?.is_some_and(|exp| exp + SKEW <= now) {
        Err(RequestObjectError::Expired)
    } else if date("nbf")?.is_some_and(|nbf| nbf > now + SKEW) {
        Err(RequestObjectError::NotYetValid)
    } else {
        Ok(())
    }
}

/// A claim as the values of a parameter. `null` is a parameter that was not sent.
fn written(name: &str, value: &Value) -> Result<Vec<String>, RequestObjectError> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Array(several) if name == "resource" => several
            .iter()
            .map(|one| {
                one.as_str()
                    .map(str::to_owned)
                    .ok_or(RequestObjectError::Resource)
            })
            .collect(),
        _ if name == "resource" => Err(RequestObjectError::Resource),
        other => Ok(vec![other.to_string()]),
    }
}

/// A request object without a signature: its `alg` is `none`. It proves no more than parameters in the URL.
#[derive(Clone, Debug, PartialEq)]
pub struct UnsignedRequestObject {
    claims: Map<String, Value>,
}

impl UnsignedRequestObject {
    /// Reads an unsigned request object; `None` if its `alg` is not exactly `none` or it has a signature: such a token has
    /// to be verified.
    ///
    /// # Errors
    /// [`JwtError::Form`], [`JwtError::Critical`].
    pub fn parse(text: &str) -> Result<Option<Self>, JwtError> {
        let claims = UnverifiedJwt::parse(text)?.into_unsecured_claims();
        Ok(claims.map(|claims| Self { claims }))
    }

    /// The claims of the request object.
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::jose::{JwkSet, SigningAlgorithm};

    const NOW: i64 = 1_700_000_000;
    const ISSUER: &str = "https://as.example/o";

    fn params(claims: &Value) -> Result<Vec<(String, String)>, RequestObjectError> {
        let expected = ExpectedRequestObject {
            client_id: &ClientId::parse("client").unwrap(),
            issuer: ISSUER,
        };
        request_object_params(claims.as_object().unwrap(), &expected, NOW)
    }

    fn compact(header: &Value, claims: &Value, signature: &str) -> String {
        let encode = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        format!("{}.{}.{signature}", encode(header), encode(claims))
    }

    #[test]
    fn claims_become_parameters_and_those_about_the_token_do_not() {
        let claims = json!({
            "iss": "client", "aud": [ISSUER], "exp": NOW + 60, "nbf": NOW, "iat": NOW, "jti": "x", "sub": "a user",
            "client_id": "client", "scope": "openid", "max_age": 0, "claims": {"id_token": {"acr": null}},
            "resource": ["https://a.example", "https://b.example"], "nonce": null,
        });
        let expected = [
            ("client_id", "client"),
            ("claims", r#"{"id_token":{"acr":null}}"#),
            ("max_age", "0"),
            ("resource", "https://a.example"),
            ("resource", "https://b.example"),
            ("scope", "openid"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(params(&claims), Ok(expected.to_vec()));
    }

    /// RFC 9101 section 10.8.
    #[test]
    fn a_request_object_that_is_an_assertion_of_the_client_too_is_refused() {
        for claims in [
            json!({ "sub": "client" }),
            json!({ "iss": "client", "sub": "client", "aud": ISSUER }),
        ] {
            assert_eq!(params(&claims), Err(RequestObjectError::Subject), "{claims}");
        }
    }

    #[test]
    fn request_objects_do_not_nest() {
        for name in ["request", "request_uri"] {
            assert_eq!(params(&json!({ name: "x" })), Err(RequestObjectError::Nested));
            assert_eq!(params(&json!({ name: null })), Err(RequestObjectError::Nested));
        }
    }

    #[test]
    fn client_issuer_and_audience_must_be_right_where_they_are_named() {
        assert!(params(&json!({})).is_ok());
        for other in [json!("other"), json!(["client"]), json!(null), json!("")] {
            assert_eq!(
                params(&json!({ "client_id": other })),
                Err(RequestObjectError::Client)
            );
            assert_eq!(params(&json!({ "iss": other })), Err(RequestObjectError::Issuer));
            assert_eq!(
                params(&json!({ "aud": other })),
                Err(RequestObjectError::Audience)
            );
        }
        assert!(params(&json!({ "aud": ISSUER })).is_ok());
    }

    #[test]
    fn expiry_and_beginning_hold_with_15_seconds_of_skew() {
        assert_eq!(
            params(&json!({ "exp": NOW - 15 })),
            Err(RequestObjectError::Expired)
        );
        assert!(params(&json!({ "exp": NOW - 14 })).is_ok());
        assert!(params(&json!({ "nbf": NOW + 15 })).is_ok());
        assert_eq!(
            params(&json!({ "nbf": NOW + 16 })),
            Err(RequestObjectError::NotYetValid)
        );
        assert_eq!(
            params(&json!({ "exp": "never" })),
            Err(RequestObjectError::NotADate)
        );
    }

    #[test]
    fn resources_are_strings() {
        for resource in [json!(1), json!([1]), json!({}), json!([["https://a.example"]])] {
            assert_eq!(
                params(&json!({ "resource": resource })),
                Err(RequestObjectError::Resource)
            );
        }
    }

    #[test]
    fn only_none_without_a_signature_is_unsigned() {
        let claims = json!({ "scope": "openid" });
        let unsigned = compact(&json!({ "alg": "none" }), &claims, "");
        let parsed = UnsignedRequestObject::parse(&unsigned).unwrap().unwrap();
        assert_eq!(parsed.claims()["scope"], "openid");
        for (alg, signature) in [
            ("none", "AAAA"),
            ("None", ""),
            ("NONE", ""),
            ("", ""),
            ("RS256", ""),
        ] {
            let token = compact(&json!({ "alg": alg }), &claims, signature);
            assert_eq!(UnsignedRequestObject::parse(&token), Ok(None), "{alg}");
            let verified = UnverifiedJwt::parse(&token)
                .unwrap()
                .verify(&JwkSet::default(), SigningAlgorithm::ALL);
            assert!(verified.is_err(), "{alg}");
        }
        let critical = compact(&json!({ "alg": "none", "crit": ["b64"] }), &claims, "");
        assert_eq!(UnsignedRequestObject::parse(&critical), Err(JwtError::Critical));
        assert_eq!(UnsignedRequestObject::parse("e30.e30"), Err(JwtError::Form));
    }

    proptest! {
        #[test]
        fn strings_are_parameters_as_they_are(name in "[a-z]{3,5}_[a-z]{1,5}", value: String) {
            prop_assume!(name != "client_id" && name != "request_uri");
            let params = params(&json!({ name.clone(): value })).unwrap();
            prop_assert_eq!(&params[1], &(name, value));
        }
    }
}
