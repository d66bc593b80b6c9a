//! The claims of an id token (OpenID Connect Core sections 2, 3.1.3.6 and 3.3.2.11).

use serde::Serialize;

use crate::{ClientId, UserClaims};

/// Who signed in, when and how, for one client. A field that is `None` is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdTokenClaims {
    /// The issuer identifier.
    pub iss: String,
    /// The person, by the name that this client knows: the same for ever, never another's.
    pub sub: String,
    /// The client it is for.
    pub aud: ClientId,
    /// When it expires, seconds since 1970.
    pub exp: i64,
    /// When it was issued, seconds since 1970.
    pub iat: i64,
    /// When the person signed in, seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// The `nonce` of the authorization request, as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// How much the sign-in can be relied on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// How the person signed in (RFC 8176); left out where it is empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The client that asked, where it is not the one in `aud`.
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
    /// What else is said of the person. Its type keeps it from saying any of the above.
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

    /// Were a claim of the token not reserved, a person's claim could stand in its place.
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
