//! An id token that comes back as `id_token_hint`: one of our own, expired or not (OpenID Connect Core section 3.1.2.1,
//! RP-Initiated Logout 1.0 section 2).

use crate::base::Base;
use crate::keys::Keys;
use crate::keys::signing;
use pixie_oauth::ClientId;
use pixie_oauth::jose::{JwtError, JwtType, SigningAlgorithm, UnverifiedJwt, VerifiedJwt};
use thiserror::Error;

/// The claims of an ID token of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdTokenHint {
    /// The client that it was issued to.
    pub(crate) client: ClientId,
    /// The person, by the name that this client knows.
    pub(crate) subject: String,
    /// The session, by the name that this client knows.
    pub(crate) session: Option<String>,
}

/// Why a text is not an id token of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HintRefusal {
    /// Not a token, or not signed with a key of ours.
    #[error("id_token_hint is refused: {0}")]
    Jwt(#[from] JwtError),
    /// Signed by us, for something else.
    #[error("id_token_hint is not an id token")]
    NotAnIdToken,
    /// Of another issuer.
    #[error("id_token_hint is of another issuer")]
    OtherIssuer,
}

/// Reads an `id_token_hint`. Expired ones are good: they say who somebody was, and give no access.
pub(crate) async fn id_token_hint(base: &Base, keys: &Keys, text: &str) -> Result<IdTokenHint, HintRefusal> {
    let token =
        UnverifiedJwt::parse(text)?.verify(&*signing::own_keys(base, keys).await, SigningAlgorithm::ALL)?;
    read(&token, base.settings.issuer.as_str())
}

fn read(token: &VerifiedJwt, issuer: &str) -> Result<IdTokenHint, HintRefusal> {
    let claim = |name: &str| token.claims().get(name).and_then(serde_json::Value::as_str);
    // Signed answers of userinfo are of the same type, and never expire.
    if !token.is(JwtType::Jwt) || !token.claims().contains_key("exp") {
        return Err(HintRefusal::NotAnIdToken);
    }
    if claim("iss") != Some(issuer) {
        return Err(HintRefusal::OtherIssuer);
    }
    let client = claim("aud").and_then(|id| ClientId::parse(id).ok());
    let (Some(client), Some(subject)) = (client, claim("sub")) else {
        return Err(HintRefusal::NotAnIdToken);
    };
    Ok(IdTokenHint {
        client,
        subject: subject.to_owned(),
        session: claim("sid").map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use pixie_oauth::jose::{JwkSet, SigningKey};
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://as.example/o";

    fn read_signed(typ: JwtType, claims: &Value) -> Result<IdTokenHint, HintRefusal> {
        let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        let compact = key.sign(typ, claims).unwrap();
        let keys = JwkSet::new(vec![key.public().clone()]);
        let token = UnverifiedJwt::parse(&compact)?.verify(&keys, SigningAlgorithm::ALL)?;
        read(&token, ISSUER)
    }

    #[test]
    fn an_expired_id_token_still_says_who_it_was() {
        let claims = json!({ "iss": ISSUER, "aud": "rp", "sub": "ada", "sid": "s", "exp": 1 });
        let hint = read_signed(JwtType::Jwt, &claims).unwrap();
        assert_eq!((hint.client.as_str(), &*hint.subject), ("rp", "ada"));
        assert_eq!(hint.session.as_deref(), Some("s"));
    }

    #[test]
    fn what_we_signed_for_something_else_is_no_hint() {
        let good = json!({ "iss": ISSUER, "aud": "rp", "sub": "ada", "exp": 1 });
        for typ in [JwtType::AccessToken, JwtType::LogoutToken, JwtType::Introspection] {
            assert_eq!(read_signed(typ, &good), Err(HintRefusal::NotAnIdToken), "{typ}");
        }
        let userinfo = json!({ "iss": ISSUER, "aud": "rp", "sub": "ada" });
        let nobody = json!({ "iss": ISSUER, "aud": "rp", "exp": 1 });
        let several = json!({ "iss": ISSUER, "aud": ["rp", "other"], "sub": "ada", "exp": 1 });
        for claims in [userinfo, nobody, several] {
            assert_eq!(
                read_signed(JwtType::Jwt, &claims),
                Err(HintRefusal::NotAnIdToken),
                "{claims}"
            );
        }
    }

    #[test]
    fn another_issuers_token_is_no_hint() {
        for issuer in ["https://as.example/o/", "https://evil.example", ""] {
            let claims = json!({ "iss": issuer, "aud": "rp", "sub": "ada", "exp": 1 });
            assert_eq!(
                read_signed(JwtType::Jwt, &claims),
                Err(HintRefusal::OtherIssuer),
                "{issuer}"
            );
        }
    }
}
