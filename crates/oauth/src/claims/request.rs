//! The `claims` parameter: which claims a client wants, one by one (OpenID Connect Core section 5.5).

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use thiserror::Error;

/// Bytes of the parameter at most.
const MAX_LENGTH: usize = 8 * 1024;

/// The maximum number of requested claims, for userinfo and the ID token together.
const MAX_CLAIMS: usize = 100;

/// Why the `claims` parameter cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ClaimsRequestError {
    /// More than 8 KiB.
    #[error("claims must have at most 8192 bytes")]
    TooLong,
    /// More than 100 claims.
    #[error("claims must ask for at most 100 claims")]
    TooMany,
    /// Not JSON of the right form.
    #[error("claims must be a JSON object with userinfo and id_token, each an object of claim requests")]
    Form,
    /// The value of a claim is neither `null` nor an object of the right form.
    #[error("each claim request must be null or an object: essential a boolean, values a list")]
    Claim,
}

/// The claims that a client requests, for userinfo and for the ID token. As JSON it is the `claims` parameter in its
/// shortest form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClaimsRequest {
    /// From the userinfo endpoint.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub userinfo: BTreeMap<String, ClaimRequest>,
    /// In the id token.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub id_token: BTreeMap<String, ClaimRequest>,
}

/// A client's request for one claim. As JSON it is `null` if it has no members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimRequest {
    /// `true` if the client marked the claim as essential. A missing essential claim is not an error (section 5.5.1).
    pub essential: bool,
    /// The value that it wants.
    pub value: Option<Value>,
    /// The values of which it wants one, the first best.
    pub values: Option<Vec<Value>>,
}

impl ClaimsRequest {
    /// Reads the parameter. Unknown members are ignored.
    ///
    /// # Errors
    /// See [`ClaimsRequestError`].
    pub fn parse(text: &str) -> Result<Self, ClaimsRequestError> {
        if text.len() > MAX_LENGTH {
            return Err(ClaimsRequestError::TooLong);
        }
        Self::from_map(serde_json::from_str(text).map_err(|_| ClaimsRequestError::Form)?)
    }

    /// Returns `true` if no claim is requested.
    pub fn is_empty(&self) -> bool {
        self.userinfo.is_empty() && self.id_token.is_empty()
    }

    fn from_map(mut members: Map<String, Value>) -> Result<Self, ClaimsRequestError> {
        let request = Self {
            userinfo: place(members.remove("userinfo"))?,
            id_token: place(members.remove("id_token"))?,
        };
        if request.userinfo.len() + request.id_token.len() > MAX_CLAIMS {
            return Err(ClaimsRequestError::TooMany);
        }
        Ok(request)
    }
}

fn place(member: Option<Value>) -> Result<BTreeMap<String, ClaimRequest>, ClaimsRequestError> {
    match member {
        None | Some(Value::Null) => Ok(BTreeMap::new()),
        Some(Value::Object(claims)) => claims
            .into_iter()
            .map(|(name, request)| Ok((name, ClaimRequest::from_json(request)?)))
            .collect(),
        Some(_) => Err(ClaimsRequestError::Form),
    }
}

impl ClaimRequest {
    /// Returns `true` if the client accepts the value. If the request names no value, it accepts every value.
    pub fn accepts(&self, value: &Value) -> bool {
        self.value.as_ref().is_none_or(|expected| expected == value)
            && self
                .values
                .as_ref()
                .is_none_or(|expected| expected.contains(value))
    }

    fn from_json(json: Value) -> Result<Self, ClaimsRequestError> {
        let mut members = match json {
            Value::Null => return Ok(Self::default()),
            Value::Object(members) => members,
            _ => return Err(ClaimsRequestError::Claim),
        };
        let mut member = |name| members.remove(name).filter(|value| !value.is_null());
        let essential = match member("essential") {
            None => false,
            Some(Value::Bool(essential)) => essential,
            Some(_) => return Err(ClaimsRequestError::Claim),
        };
        let values = match member("values") {
            None => None,
            Some(Value::Array(values)) => Some(values).filter(|values| !values.is_empty()),
            Some(_) => return Err(ClaimsRequestError::Claim),
        };
        Ok(Self {
            essential,
            value: member("value"),
            values,
        })
    }
}

impl Serialize for ClaimRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == Self::default() {
            return serializer.serialize_unit();
        }
        let mut members = serializer.serialize_map(None)?;
        if self.essential {
            members.serialize_entry("essential", &true)?;
        }
        if let Some(value) = &self.value {
            members.serialize_entry("value", value)?;
        }
        if let Some(values) = &self.values {
            members.serialize_entry("values", values)?;
        }
        members.end()
    }
}

impl<'de> Deserialize<'de> for ClaimRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for ClaimsRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_map(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn parse(json: &Value) -> Result<ClaimsRequest, ClaimsRequestError> {
        ClaimsRequest::parse(&json.to_string())
    }

    #[test]
    fn a_request_says_which_claims_where_and_how_much_they_matter() {
        let request = parse(&json!({
            "userinfo": {
                "given_name": { "essential": true }, "nickname": null, "picture": null,
                "http://example.info/claims/groups": null,
            },
            "id_token": { "auth_time": { "essential": true }, "acr": { "values": ["gold", "silver"] } },
        }))
        .unwrap();
        assert!(request.userinfo["given_name"].essential);
        assert_eq!(request.userinfo["nickname"], ClaimRequest::default());
        assert!(request.id_token["acr"].accepts(&json!("silver")));
        assert!(!request.id_token["acr"].accepts(&json!("bronze")));
        assert!(request.id_token["auth_time"].accepts(&json!(1)));
    }

    #[test]
    fn a_value_that_is_asked_for_must_be_met() {
        let request = parse(&json!({ "id_token": { "sub": { "value": "ada" } } })).unwrap();
        assert!(request.id_token["sub"].accepts(&json!("ada")));
        assert!(!request.id_token["sub"].accepts(&json!("bob")));
    }

    #[test]
    fn unknown_members_and_nulls_are_ignored() {
        let request = parse(&json!({
            "userinfo": null, "access_token": 7, "purpose": "x",
            "id_token": { "name": { "essential": null, "value": null, "values": [], "purpose": "greeting" } },
        }));
        let request = request.unwrap();
        assert!(request.userinfo.is_empty());
        assert_eq!(request.id_token["name"], ClaimRequest::default());
        assert!(parse(&json!({})).unwrap().is_empty());
    }

    #[test]
    fn what_is_no_claims_request_is_refused() {
        for text in [
            "",
            "x",
            "null",
            "[]",
            "\"x\"",
            "{",
            r#"{"userinfo":[]}"#,
            r#"{"id_token":"name"}"#,
        ] {
            assert_eq!(
                ClaimsRequest::parse(text),
                Err(ClaimsRequestError::Form),
                "{text}"
            );
        }
        for claim in [
            json!(true),
            json!("x"),
            json!([]),
            json!({"essential": "true"}),
            json!({"values": "x"}),
        ] {
            let request = parse(&json!({ "userinfo": { "name": claim } }));
            assert_eq!(request, Err(ClaimsRequestError::Claim), "{claim}");
        }
    }

    #[test]
    fn size_and_number_are_bounded() {
        let claims = |from: usize, to: usize| {
            let claims = (from..to).map(|number| (format!("c{number}"), Value::Null));
            Value::Object(claims.collect())
        };
        assert!(parse(&json!({ "userinfo": claims(0, 60), "id_token": claims(0, 40) })).is_ok());
        assert_eq!(
            parse(&json!({ "userinfo": claims(0, 60), "id_token": claims(0, 41) })),
            Err(ClaimsRequestError::TooMany)
        );
        let long = format!("{}{{}}", " ".repeat(8 * 1024));
        assert_eq!(ClaimsRequest::parse(&long), Err(ClaimsRequestError::TooLong));
    }

    #[test]
    fn it_is_written_in_its_shortest_form() {
        let request = parse(&json!({
            "other": 1, "userinfo": {}, "id_token": { "b": { "essential": false }, "a": { "value": 1, "essential": true } },
        }));
        assert_eq!(
            serde_json::to_string(&request.unwrap()).unwrap(),
            r#"{"id_token":{"a":{"essential":true,"value":1},"b":null}}"#
        );
    }

    fn any_request() -> impl Strategy<Value = ClaimRequest> {
        let value = "[a-z]{0,3}".prop_map(Value::String);
        let values = proptest::collection::vec(value.clone(), 1..3);
        (
            any::<bool>(),
            proptest::option::of(value),
            proptest::option::of(values),
        )
            .prop_map(|(essential, value, values)| ClaimRequest {
                essential,
                value,
                values,
            })
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text: String) {
            let _ = ClaimsRequest::parse(&text);
        }

        #[test]
        fn what_is_written_is_read_again(
            userinfo in proptest::collection::btree_map(".{0,4}", any_request(), 0..4),
            id_token in proptest::collection::btree_map(".{0,4}", any_request(), 0..4),
        ) {
            let request = ClaimsRequest { userinfo, id_token };
            let json = serde_json::to_string(&request).unwrap();
            prop_assert_eq!(ClaimsRequest::parse(&json), Ok(request.clone()));
            prop_assert_eq!(serde_json::from_str::<ClaimsRequest>(&json).unwrap(), request);
        }
    }
}
