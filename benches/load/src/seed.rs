//! The person and the clients of the measurement, made by the same commands that an operator uses.

use crate::server::Place;
use pixie_testing::{Failure, Outcome};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// The person who signs in.
pub(crate) const USERNAME: &str = "bench";
/// That person's password.
pub(crate) const PASSWORD: &str = "correct horse battery staple";
/// The redirect URI that codes are sent to. Nothing listens there: the answer is read, not followed.
pub(crate) const REDIRECT_URI: &str = "http://127.0.0.1:9/callback";

/// The clients and accounts that are made before the measurement.
pub(crate) struct Seeded {
    /// Trusted and public: nobody is asked for consent.
    pub(crate) public_client: String,
    /// The same, with id tokens signed by ES256.
    pub(crate) es256_client: String,
    /// The same, with id tokens signed by RS256.
    pub(crate) rs256_client: String,
    /// For client credentials and introspection.
    pub(crate) confidential: Confidential,
    /// The same, with access tokens that are JWTs.
    pub(crate) jwt: Confidential,
}

/// A client with a secret.
pub(crate) struct Confidential {
    /// The identifier.
    pub(crate) id: String,
    /// The secret.
    pub(crate) secret: String,
}

/// Adds one person and the clients.
pub(crate) fn seed(pixie: &Path, place: &Place) -> Outcome<Seeded> {
    let pixie = Pixie { binary: pixie, place };
    pixie.add("user", &json!({ "username": USERNAME, "password": PASSWORD }))?;
    Ok(Seeded {
        public_client: pixie.public("read write", "RS256")?,
        es256_client: pixie.public("openid read", "ES256")?,
        rs256_client: pixie.public("openid read", "RS256")?,
        confidential: pixie.confidential("opaque")?,
        jwt: pixie.confidential("jwt")?,
    })
}

struct Pixie<'run> {
    binary: &'run Path,
    place: &'run Place,
}

impl Pixie<'_> {
    fn public(&self, scope: &str, id_tokens: &str) -> Outcome<String> {
        let client = self.add(
            "client",
            &json!({
                "client_name": "Load",
                "token_endpoint_auth_method": "none",
                "grant_types": ["authorization_code", "refresh_token"],
                "redirect_uris": [REDIRECT_URI],
                "skip_authorization": true,
                "scope": scope,
                "id_token_signed_response_alg": id_tokens,
            }),
        )?;
        text(&client, "client_id")
    }

    fn confidential(&self, access_tokens: &str) -> Outcome<Confidential> {
        let client = self.add(
            "client",
            &json!({
                "client_name": "Load service",
                "token_endpoint_auth_method": "client_secret_basic",
                "grant_types": ["client_credentials"],
                "redirect_uris": [],
                "scope": "read write",
                "access_token_format": access_tokens,
            }),
        )?;
        Ok(Confidential {
            id: text(&client, "client_id")?,
            secret: text(&client, "client_secret")?,
        })
    }

    /// `pixie <noun> add`, with the description on standard input.
    fn add(&self, noun: &str, description: &Value) -> Outcome<Value> {
        let mut child = Command::new(self.binary)
            .args([noun, "add", "--json"])
            .args(self.place.flags())
            .args(["--from", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(description.to_string().as_bytes())?;
        }
        let output = child.wait_with_output()?;
        if output.status.success() {
            return Ok(serde_json::from_slice(&output.stdout)?);
        }
        let log = String::from_utf8_lossy(&output.stderr);
        Err(Failure::because(format!(
            "`pixie {noun} add` failed ({}): {log}",
            output.status
        )))
    }
}

fn text(value: &Value, member: &str) -> Outcome<String> {
    value
        .get(member)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| Failure::because(format!("`pixie client add --json` printed no {member}")))
}
