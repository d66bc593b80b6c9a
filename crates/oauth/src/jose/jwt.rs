//! JSON Web Tokens in the compact serialization (RFC 7515 section 7.1, RFC 7519, RFC 8725).

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use thiserror::Error;

use super::algorithm::SigningAlgorithm;
use super::jwk::{JwkSet, VerificationKey};

/// Longer tokens are not read.
const MAX_LENGTH: usize = 32 * 1024;

/// The maximum number of keys of a set that are tried, so that the sender of a token cannot choose how much work it causes.
const MAX_TRIED_KEYS: usize = 10;

crate::words! {
    /// The type of a token in its header. A token of one type is never accepted as another (RFC 8725 section 3.11).
    JwtType, "unknown token type" {
        /// A token whose use follows from its claims, such as an id token.
        Jwt = "JWT",
        /// An access token (RFC 9068 section 2.1).
        AccessToken = "at+jwt",
        /// A logout token (OpenID Connect Back-Channel Logout section 2.4).
        LogoutToken = "logout+jwt",
        /// An introspection answer (RFC 9701 section 5).
        Introspection = "token-introspection+jwt",
        /// A client assertion with an explicit type (draft-ietf-oauth-rfc7523bis).
        ClientAuthentication = "client-authentication+jwt",
        /// A request object with an explicit type (RFC 9101 section 10.8).
        RequestObject = "oauth-authz-req+jwt",
    }
}

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JwtError {
    /// Not three base64url parts of JSON, or longer than 32 KiB.
    #[error("this is not a signed token in compact form")]
    Form,
    /// It has critical headers, which are not supported (RFC 7515 section 4.1.11).
    #[error("the token has critical headers")]
    Critical,
    /// The header's `alg` is not a supported algorithm; `none` is not supported.
    #[error("the token's algorithm is not accepted")]
    Algorithm,
    /// None of the keys goes with it.
    #[error("no known key goes with the token")]
    UnknownKey,
    /// The signature is not the key's.
    #[error("the token's signature does not verify")]
    Signature,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<serde_json::Value>,
}

/// A token that is not verified: its claims may be false.
pub struct UnverifiedJwt<'a> {
    header: Header,
    signed: &'a str,
    claims: serde_json::Map<String, serde_json::Value>,
    signature: Vec<u8>,
}

/// A token whose signature is that of a known key. Whether its claims hold is for the caller to say.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifiedJwt {
    claims: serde_json::Map<String, serde_json::Value>,
    typ: Option<String>,
}

impl<'a> UnverifiedJwt<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// [`JwtError::Form`], [`JwtError::Critical`].
    pub fn parse(compact: &'a str) -> Result<Self, JwtError> {
        if compact.len() > MAX_LENGTH {
            return Err(JwtError::Form);
        }
        let (signed, signature) = compact.rsplit_once('.').ok_or(JwtError::Form)?;
        let (header, claims) = signed.split_once('.').ok_or(JwtError::Form)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| JwtError::Form);
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| JwtError::Form)?;
        if header.crit.is_some() {
            return Err(JwtError::Critical);
        }
        let claims = serde_json::from_slice(&decode(claims)?).map_err(|_| JwtError::Form)?;
        Ok(Self {
            header,
            signed,
            claims,
            signature: decode(signature)?,
        })
    }

    /// A claim that is not verified, to select the issuer whose keys are used.
    pub fn unverified_claim(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }

    /// The key id that the header names.
    pub fn kid(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// The claims, if the token is marked as unsigned: its `alg` is exactly `none` and its signature is
    /// empty (RFC 7519 section 6). Anybody can have written them.
    pub(crate) fn into_unsecured_claims(self) -> Option<serde_json::Map<String, serde_json::Value>> {
        (self.header.alg == "none" && self.signature.is_empty()).then_some(self.claims)
    }

    /// Verifies with the keys of a set that are used with one of the accepted algorithms. The header's `alg` only has
    /// to agree with the key; `jku`, `jwk` and `x5u` are ignored (RFC 8725 section 3.10). If several keys have its `kid` or
    /// none, the first ten are tried.
    ///
    /// # Errors
    /// See [`JwtError`].
    pub fn verify(self, keys: &JwkSet, accepted: &[SigningAlgorithm]) -> Result<VerifiedJwt, JwtError> {
        let algorithm = SigningAlgorithm::named(&self.header.alg).ok_or(JwtError::Algorithm)?;
        if !accepted.contains(&algorithm) {
            return Err(JwtError::Algorithm);
        }
        let candidates = keys
            .keys()
            .iter()
            .filter(|key| match (&self.header.kid, key.kid()) {
                (Some(expected), Some(kid)) => expected == kid,
                _ => true,
            });
        let candidates: Vec<VerificationKey> = candidates
            .filter_map(|key| key.for_algorithm(algorithm).ok())
            .take(MAX_TRIED_KEYS)
            .collect();
        if candidates.is_empty() {
            return Err(JwtError::UnknownKey);
        }
        if candidates
            .iter()
            .any(|key| key.verifies(self.signed.as_bytes(), &self.signature))
        {
            Ok(VerifiedJwt {
                claims: self.claims,
                typ: self.header.typ,
            })
        } else {
            Err(JwtError::Signature)
        }
    }
}

impl UnverifiedJwt<'_> {
    /// Verifies HMAC with SHA-256 by a secret that only the sender and this server have. Nothing else is accepted, so that no
    /// public key is ever used as a secret (RFC 8725 section 3.1).
    ///
    /// # Errors
    /// [`JwtError::Algorithm`], [`JwtError::Signature`].
    pub fn verify_hs256(self, secret: &[u8]) -> Result<VerifiedJwt, JwtError> {
        if self.header.alg != "HS256" {
            return Err(JwtError::Algorithm);
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        hmac::verify(&key, self.signed.as_bytes(), &self.signature).map_err(|_| JwtError::Signature)?;
        Ok(VerifiedJwt {
            claims: self.claims,
            typ: self.header.typ,
        })
    }
}

impl VerifiedJwt {
    /// The claims.
    pub fn claims(&self) -> &serde_json::Map<String, serde_json::Value> {
        &self.claims
    }

    /// Returns `true` if the header's `typ` is this type; a prefix `application/` does not matter (RFC 7515 section 4.1.9).
    pub fn is(&self, typ: JwtType) -> bool {
        let own = self.typ.as_deref().unwrap_or_default();
        own.strip_prefix("application/")
            .unwrap_or(own)
            .eq_ignore_ascii_case(typ.as_str())
    }

    /// Returns `true` if the header's `typ` is this type, `JWT` or missing. Clients need not set `typ` in the tokens that
    /// they make (RFC 7523 section 3, RFC 9101 section 10.8); another type is refused.
    pub fn may_be(&self, typ: JwtType) -> bool {
        self.typ.is_none() || self.is(JwtType::Jwt) || self.is(typ)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::jwk::Jwk;
    use super::super::signing_key::SigningKey;
    use super::*;

    fn key(algorithm: SigningAlgorithm) -> (SigningKey, JwkSet) {
        let key = SigningKey::generate(algorithm).unwrap();
        let set = JwkSet::new(vec![key.public().clone()]);
        (key, set)
    }

    fn verify(token: &str, keys: &JwkSet) -> Result<VerifiedJwt, JwtError> {
        UnverifiedJwt::parse(token)?.verify(keys, SigningAlgorithm::ALL)
    }

    fn forged(header: &serde_json::Value, claims: &serde_json::Value, signature: &[u8]) -> String {
        [
            header.to_string().as_bytes(),
            claims.to_string().as_bytes(),
            signature,
        ]
        .map(|part| URL_SAFE_NO_PAD.encode(part))
        .join(".")
    }

    #[test]
    fn what_each_algorithm_signs_its_public_key_verifies() {
        for algorithm in SigningAlgorithm::ALL {
            let (key, keys) = key(*algorithm);
            let token = key.sign(JwtType::Jwt, &json!({ "sub": "alice" })).unwrap();
            let verified = verify(&token, &keys).unwrap();
            assert_eq!(verified.claims()["sub"], "alice");
            assert!(verified.is(JwtType::Jwt) && !verified.is(JwtType::AccessToken));
        }
    }

    /// RFC 7515 appendix A.1.
    #[test]
    fn a_shared_secret_verifies_hs256_and_nothing_else() {
        const TOKEN: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        const SECRET: &str =
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let secret = URL_SAFE_NO_PAD.decode(SECRET).unwrap();
        let verify = |token: &str, secret: &[u8]| UnverifiedJwt::parse(token).unwrap().verify_hs256(secret);
        assert_eq!(verify(TOKEN, &secret).unwrap().claims()["iss"], "joe");
        assert_eq!(verify(TOKEN, b"another secret").err(), Some(JwtError::Signature));
        let other = TOKEN.replace(
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
            &URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#),
        );
        assert_eq!(verify(&other, &secret).err(), Some(JwtError::Algorithm));
        let (_, keys) = key(SigningAlgorithm::Rs256);
        assert_eq!(
            UnverifiedJwt::parse(TOKEN)
                .unwrap()
                .verify(&keys, SigningAlgorithm::ALL)
                .err(),
            Some(JwtError::Algorithm)
        );
    }

    #[test]
    fn a_token_that_a_client_made_need_not_say_its_type_but_not_a_wrong_one() {
        let may_be = |typ: Option<&str>, expected| {
            let token = VerifiedJwt {
                claims: serde_json::Map::new(),
                typ: typ.map(str::to_owned),
            };
            token.may_be(expected)
        };
        for typ in [
            None,
            Some("jwt"),
            Some("oauth-authz-req+jwt"),
            Some("application/oauth-authz-req+jwt"),
        ] {
            assert!(may_be(typ, JwtType::RequestObject), "{typ:?}");
        }
        for typ in ["", "at+jwt", "client-authentication+jwt", "dpop+jwt"] {
            assert!(!may_be(Some(typ), JwtType::RequestObject), "{typ}");
        }
    }

    #[test]
    fn a_changed_token_does_not_verify() {
        let (key, keys) = key(SigningAlgorithm::Es256);
        let token = key.sign(JwtType::Jwt, &json!({ "sub": "alice" })).unwrap();
        let [header, _, signature] = token.split('.').collect::<Vec<_>>()[..] else {
            panic!()
        };
        let claims = URL_SAFE_NO_PAD.encode(json!({ "sub": "mallory" }).to_string());
        assert_eq!(
            verify(&format!("{header}.{claims}.{signature}"), &keys),
            Err(JwtError::Signature)
        );
    }

    #[test]
    fn none_and_hmac_with_the_public_key_are_not_algorithms() {
        let (_, keys) = key(SigningAlgorithm::Rs256);
        for alg in ["none", "None", "HS256", "", "rs256"] {
            let token = forged(&json!({ "alg": alg }), &json!({}), b"");
            assert_eq!(verify(&token, &keys), Err(JwtError::Algorithm), "{alg}");
        }
    }

    #[test]
    fn of_keys_that_have_no_name_the_first_ten_are_tried() {
        let nameless = |key: &SigningKey| {
            let mut json = serde_json::to_value(key.public()).unwrap();
            json.as_object_mut().unwrap().remove("kid");
            Jwk::parse(&json).unwrap()
        };
        let (key, _) = key(SigningAlgorithm::Es256);
        let others = (0..10).map(|_| SigningKey::generate(SigningAlgorithm::Es256).unwrap());
        let mut keys: Vec<_> = others.map(|other| nameless(&other)).collect();
        let token = key.sign(JwtType::Jwt, &json!({})).unwrap();
        keys.insert(9, nameless(&key));
        assert!(verify(&token, &JwkSet::new(keys.clone())).is_ok());
        keys.swap(9, 10);
        assert_eq!(verify(&token, &JwkSet::new(keys)), Err(JwtError::Signature));
    }

    #[test]
    fn a_zero_signature_does_not_verify() {
        let (_, keys) = key(SigningAlgorithm::Es256);
        let token = forged(&json!({ "alg": "ES256" }), &json!({}), &[0; 64]);
        assert_eq!(verify(&token, &keys), Err(JwtError::Signature));
    }

    #[test]
    fn keys_inside_the_token_are_not_looked_at() {
        let (attacker, attackers) = key(SigningAlgorithm::Es256);
        let (_, keys) = key(SigningAlgorithm::Es256);
        let token = attacker.sign(JwtType::Jwt, &json!({})).unwrap();
        assert_eq!(verify(&token, &keys), Err(JwtError::UnknownKey));
        assert!(verify(&token, &attackers).is_ok());
        let header = json!({ "alg": "ES256", "jwk": attacker.public(), "jku": "https://evil.example" });
        assert_eq!(
            verify(&forged(&header, &json!({}), &[1; 64]), &keys),
            Err(JwtError::Signature)
        );
    }

    #[test]
    fn an_algorithm_that_is_not_accepted_here_does_not_count() {
        let (key, keys) = key(SigningAlgorithm::EdDsa);
        let token = key.sign(JwtType::Jwt, &json!({})).unwrap();
        let result = UnverifiedJwt::parse(&token)
            .unwrap()
            .verify(&keys, &[SigningAlgorithm::Rs256]);
        assert_eq!(result, Err(JwtError::Algorithm));
    }

    #[test]
    fn critical_headers_are_refused() {
        let token = forged(&json!({ "alg": "ES256", "crit": ["exp"] }), &json!({}), b"");
        assert_eq!(UnverifiedJwt::parse(&token).err(), Some(JwtError::Critical));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let long = format!("{}..", "a".repeat(MAX_LENGTH));
        for text in ["", "a", "a.b", "a.b.c", "....", "e30.e30.", long.as_str()] {
            assert_eq!(
                UnverifiedJwt::parse(text).err(),
                Some(JwtError::Form),
                "{text:.20}"
            );
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text: String) {
            let _ = UnverifiedJwt::parse(&text);
        }
    }
}
