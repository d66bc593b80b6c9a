//! A client that signs: its keys, its assertions, and what only an attacker makes.

use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::jose::{JwtType, SigningAlgorithm, SigningKey};
use serde_json::{Value, json};

use super::{Answer, Client, Server};

/// The value of `client_assertion_type`.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

static NEXT: AtomicUsize = AtomicUsize::new(0);

/// A registered client and the key that it signs with.
pub struct Signer {
    /// The client.
    pub client: Client,
    /// The private key.
    pub key: SigningKey,
}

impl Signer {
    /// A trusted client that authenticates by `private_key_jwt` and has these further metadata.
    pub async fn register(server: &Server, id: &str, further: Value) -> Self {
        let further = merged(
            json!({ "token_endpoint_auth_method": "private_key_jwt" }),
            &further,
        );
        Self::with(server, id, SigningAlgorithm::Es256, further).await
    }

    /// A trusted client with a key, in `jwks` unless the metadata say where it is.
    pub async fn with(server: &Server, id: &str, algorithm: SigningAlgorithm, further: Value) -> Self {
        let key = SigningKey::generate(algorithm).unwrap();
        let mut metadata = json!({
            "client_id": id, "redirect_uris": [format!("https://{id}.example/cb")], "skip_authorization": true,
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        });
        if further.get("jwks_uri").is_none() {
            metadata["jwks"] = json!({ "keys": [key.public()] });
        }
        let client = server.register(merged(metadata, &further)).await;
        Self { client, key }
    }

    /// The claims of a good assertion.
    pub fn claims(&self, server: &Server) -> Value {
        let now = server.provider.now().seconds();
        json!({
            "iss": self.client.id, "sub": self.client.id, "aud": "http://localhost:8000/o", "iat": now, "exp": now + 60,
            "jti": format!("jti {}", NEXT.fetch_add(1, Ordering::SeqCst)),
        })
    }

    /// A good assertion.
    pub fn assertion(&self, server: &Server) -> String {
        self.sign(&self.claims(server))
    }

    /// An assertion with other claims; one that is `null` is left out.
    pub fn assertion_with(&self, server: &Server, changes: &Value) -> String {
        self.sign(&merged(self.claims(server), changes))
    }

    /// Signs any claims with the client's key.
    pub fn sign(&self, claims: &Value) -> String {
        self.key.sign(JwtType::Jwt, claims).unwrap()
    }

    /// Signs and sends a form.
    pub async fn post(&self, server: &Server, path: &str, form: &[(&str, &str)]) -> Answer {
        let assertion = self.assertion(server);
        server.post(path, &asserting(&assertion, form)).await
    }
}

/// A form with an assertion.
pub fn asserting<'a>(assertion: &'a str, form: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = form.to_vec();
    form.push(("client_assertion_type", ASSERTION_TYPE));
    form.push(("client_assertion", assertion));
    form
}

/// A token with any header and any signature.
pub fn forged(header: &Value, claims: &Value, signature: &[u8]) -> String {
    let [header, claims] = [header, claims].map(|json| json.to_string().into_bytes());
    [header, claims, signature.to_vec()]
        .map(|part| URL_SAFE_NO_PAD.encode(part))
        .join(".")
}

/// Tokens that claim what they like and are not signed with the key of the one whom they name.
pub fn forgeries(victim: &SigningKey, claims: &Value) -> Vec<String> {
    let attacker = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
    let (kid, public) = (victim.kid(), serde_json::to_value(victim.public()).unwrap());
    let own = serde_json::to_value(attacker.public()).unwrap();
    let hmac = |key: &[u8], header: &Value| {
        let unsigned = forged(header, claims, b"");
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key);
        let tag = aws_lc_rs::hmac::sign(&key, unsigned.trim_end_matches('.').as_bytes());
        forged(header, claims, tag.as_ref())
    };
    // The attacker's signature under any header.
    let signed = |header: &Value| {
        let mine = Signed { header, claims };
        mine.by(&attacker)
    };
    let hs256 = json!({ "alg": "HS256", "kid": kid });
    let own_name = json!({ "alg": "ES256", "kid": attacker.kid() });
    let mut tokens = vec![
        attacker.sign(JwtType::Jwt, claims).unwrap(),
        signed(&json!({ "alg": "ES256", "kid": kid })),
        signed(&json!({ "alg": "ES256" })),
        hmac(public.to_string().as_bytes(), &hs256),
        hmac(public["x"].as_str().unwrap().as_bytes(), &hs256),
        hmac(b"", &hs256),
        forged(&json!({ "alg": "ES256", "kid": kid }), claims, &[0; 64]),
        forged(&json!({ "alg": "ES256", "kid": kid }), claims, &[0; 72]),
        forged(&json!({ "alg": "ES256", "kid": kid }), claims, b""),
        signed(&json!({ "alg": "ES256", "kid": kid, "crit": ["exp"] })),
    ];
    for (name, value) in [
        ("jwk", own.clone()),
        ("jku", json!("https://evil.example/jwks")),
        ("x5u", json!("https://evil.example/certificate")),
        ("x5c", json!(["AAAA"])),
    ] {
        tokens.push(signed(&merged(own_name.clone(), &json!({ name: value }))));
    }
    for alg in ["none", "None", "nOnE", ""] {
        tokens.push(forged(&json!({ "alg": alg, "kid": kid }), claims, b"x"));
    }
    tokens
}

struct Signed<'a> {
    header: &'a Value,
    claims: &'a Value,
}

impl Signed<'_> {
    /// Under exactly this header, which [`SigningKey::sign`] would not write.
    #[expect(
        clippy::disallowed_methods,
        reason = "the library signs with its own randomness"
    )]
    fn by(&self, key: &SigningKey) -> String {
        let pkcs8 = key.to_pkcs8().unwrap();
        let pair = aws_lc_rs::signature::EcdsaKeyPair::from_pkcs8(
            &aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            &pkcs8,
        );
        let unsigned = forged(self.header, self.claims, b"");
        let message = unsigned.trim_end_matches('.').as_bytes();
        let random = aws_lc_rs::rand::SystemRandom::new();
        let signature = pair.unwrap().sign(&random, message).unwrap();
        forged(self.header, self.claims, signature.as_ref())
    }
}

/// An object with the members of another; one that is `null` there is left out.
pub fn merged(mut object: Value, changes: &Value) -> Value {
    let members = object.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    object
}
