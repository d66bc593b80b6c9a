//! The claims of an id token (OpenID Connect Core sections 2, 3.1.3.6 and 3.3.2.11).

use serde::Serialize;

use crate::{ClientId, UserClaims};

/// The claims of an ID token for one client. A field that is `None` is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdTokenClaims {
    /// The issuer identifier.
    pub iss: String,
    /// The subject identifier of the user at this client. It never changes and is never given to another user.
    pub sub: String,
    /// The client it is for.
    pub aud: ClientId,
    /// The expiry time, seconds since 1970.
    pub exp: i64,
    /// The time of issue, seconds since 1970.
    pub iat: i64,
    /// The time of the sign-in, seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// The `nonce` of the authorization request, as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The authentication context class (OpenID Connect Core section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The authentication methods (RFC 8176); left out if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The client that sent the request, if it is not the one in `aud`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azp: Option<ClientId>,
    /// Binds the access token that is issued with it: see [`half_hash`](crate::jose::half_hash).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// Binds the code that is issued with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub c_hash: Option<String>,
    /// Binds the `state` of the request (Financial-grade API Security Profile 1.0 part 2 section 5.1.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s_hash: Option<String>,
    /// The session at this server, for logging out of it (OpenID Connect Back-Channel Logout section 2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Other claims about the user. `UserClaims` cannot hold any of the claims above.
    #[serde(flatten)]
    pub person: UserClaims,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims() -> IdTokenClaims {
        IdTokenClaims {
            iss: "https://as.example/o".into(),
            sub: "ada".into(),
            aud: ClientId::parse("client").unwrap(),
            exp: 1_700_000_300,
            iat: 1_700_000_000,
            auth_time: None,
            nonce: None,
            acr: None,
            amr: Vec::new(),
            azp: None,
            at_hash: None,
            c_hash: None,
            s_hash: None,
            sid: None,
            person: UserClaims::default(),
        }
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let required = json!({
            "iss": "https://as.example/o", "sub": "ada", "aud": "client", "exp": 1_700_000_300, "iat": 1_700_000_000,
        });
        assert_eq!(serde_json::to_value(claims()).unwrap(), required);
    }

    #[test]
    fn claims_of_the_person_stand_beside_those_of_the_token() {
        let all = IdTokenClaims {
            auth_time: Some(1_699_999_999),
            nonce: Some("n".into()),
            acr: Some("1".into()),
            amr: vec!["pwd".into()],
            sid: Some("s".into()),
            person: UserClaims::parse(r#"{"name":"Ada","email_verified":true}"#).unwrap(),
            ..claims()
        };
        let json = serde_json::to_value(all).unwrap();
        assert_eq!(json["name"], "Ada");
        assert_eq!(json["email_verified"], true);
        assert_eq!(json["amr"], json!(["pwd"]));
        assert_eq!(json.as_object().unwrap().len(), 12);
    }

    /// If a claim of the token were not reserved, a user's claim could replace it.
    #[test]
    fn no_claim_of_the_token_can_be_a_persons_claim() {
        let some = || Some("x".to_owned());
        let full = IdTokenClaims {
            auth_time: Some(1),
            nonce: some(),
            acr: some(),
            amr: vec!["pwd".into()],
            azp: Some(ClientId::parse("client").unwrap()),
            at_hash: some(),
            c_hash: some(),
            s_hash: some(),
            sid: some(),
            ..claims()
        };
        let json = serde_json::to_value(full).unwrap();
        assert_eq!(json.as_object().unwrap().len(), 14);
        for name in json.as_object().unwrap().keys() {
            assert!(UserClaims::default().with(name, json!("x")).is_err(), "{name}");
        }
    }
}
