//! A client as its developer knows it, and the parameters that it sends.

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::{Answer, VERIFIER};

/// A registered client, as its developer knows it.
#[derive(Clone, Debug)]
pub struct Client {
    /// The `client_id`.
    pub id: String,
    /// The row in the store.
    pub key: pixie_provider::ClientKey,
    /// The first of its redirect URIs.
    pub redirect_uri: String,
    /// The secret, if it has one.
    pub secret: Option<String>,
}

impl Client {
    /// A form with this client's `client_id`, and its secret if it has one.
    pub fn sign<'a>(&'a self, form: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut form = form.to_vec();
        form.push(("client_id", &self.id));
        if let Some(secret) = &self.secret {
            form.push(("client_secret", secret));
        }
        form
    }

    /// The parameters of a good authorization request, with changes: an empty value leaves one out.
    pub fn request(&self, changes: &[(&str, &str)]) -> String {
        let challenge = challenge(VERIFIER);
        let mut pairs = vec![
            ("client_id", self.id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", &self.redirect_uri),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("state", "a state"),
        ];
        for change in changes {
            pairs.retain(|(name, _)| *name != change.0);
        }
        pairs.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        encode(&pairs)
    }
}

/// The tokens of a token response.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// The refresh token; empty if there is none.
    pub refresh: String,
}

impl Tokens {
    /// The tokens of a token response.
    pub fn of(answer: &Answer) -> Self {
        let json = answer.json();
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
        }
    }
}

/// The challenge that belongs to a verifier.
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(
        &aws_lc_rs::digest::SHA256,
        verifier.as_bytes(),
    ))
}

/// A form body.
pub fn encode(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// An `Authorization: Basic` header.
pub fn basic(id: &str, secret: &str) -> HeaderMap {
    authorization(&format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))
}

/// An `Authorization` header.
pub fn authorization(value: &str) -> HeaderMap {
    HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())])
}
