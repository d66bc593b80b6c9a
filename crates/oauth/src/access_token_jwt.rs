//! The claims of an access token that is a JWT (RFC 9068 section 2.2).

use serde::{Deserialize, Serialize};

use crate::{Audience, ClientId, Confirmation, Scope};

/// The claims of a JWT access token. The type `at+jwt` in its header distinguishes it from an ID token. A field that is
/// `None` is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// The issuer identifier.
    pub iss: String,
    /// When it expires, seconds since 1970.
    pub exp: i64,
    /// The resources it is for: one is a string, several are a list.
    pub aud: Audience,
    /// The user, or the client if it acts for itself.
    pub sub: String,
    /// The client it was issued to.
    pub client_id: ClientId,
    /// When it was issued, seconds since 1970.
    pub iat: i64,
    /// The token's identifier, by which it can be revoked.
    pub jti: String,
    /// The time of the sign-in, seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// How much the sign-in can be relied on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The authentication methods (RFC 8176); left out if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The key to which the token is bound (RFC 7800).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
    /// The scope; left out if it is empty.
    #[serde(default, skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn required() -> Value {
        json!({
            "iss": "https://as.example/o", "exp": 1_700_000_300, "aud": "https://api.example", "sub": "ada",
            "client_id": "client", "iat": 1_700_000_000, "jti": "one",
        })
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let claims: AccessTokenClaims = serde_json::from_value(required()).unwrap();
        assert!(claims.scope.is_empty() && claims.amr.is_empty());
        assert_eq!(serde_json::to_value(claims).unwrap(), required());
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut full = required();
        full["aud"] = json!(["https://api.example", "https://files.example"]);
        full["auth_time"] = json!(1_699_999_999);
        full["acr"] = json!("1");
        full["amr"] = json!(["pwd"]);
        full["scope"] = json!("read write");
        let claims: AccessTokenClaims = serde_json::from_value(full.clone()).unwrap();
        assert_eq!(serde_json::to_value(claims).unwrap(), full);
    }

    #[test]
    fn what_rfc_9068_requires_must_be_there() {
        for name in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] {
            let mut claims = required();
            claims.as_object_mut().unwrap().remove(name);
            assert!(
                serde_json::from_value::<AccessTokenClaims>(claims).is_err(),
                "{name}"
            );
        }
    }
}
