//! The requests of the flows, and the configuration that they need: one person, one trusted application, open registration.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use pixie_testing::wire::form;
use serde_json::Value;

use crate::wire::Answer;

/// The configuration of every node. The user's password is hashed as cheaply as possible: hashing is not tested here.
pub(crate) const CONFIGURATION: &str = r#"
[lifetimes]
code = "10m"

[keys]
algorithms = ["RS256"]

[passwords]
memory_kib = 1024
iterations = 1

[registration]
mode = "open"
per_hour = 0
per_hour_in_all = 0
max_clients = 0

[[users]]
username = "torture"
password = "correct horse battery staple"

[[clients]]
client_id = "torture-app"
client_name = "Torture"
client_secret = "pixie_cs_dAKoYQwN5VDkVj8SNtnHmam9GchnssEhPl61Eeao6170MgnrS"
token_endpoint_auth_method = "client_secret_basic"
grant_types = ["authorization_code", "refresh_token", "client_credentials"]
redirect_uris = ["https://app.example/callback"]
scope = "read write"
skip_authorization = true
"#;

pub(crate) const USERNAME: &str = "torture";
pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const CLIENT: &str = "torture-app";
const SECRET: &str = "pixie_cs_dAKoYQwN5VDkVj8SNtnHmam9GchnssEhPl61Eeao6170MgnrS";
const REDIRECT_URI: &str = "https://app.example/callback";

/// An access token and the refresh token that came with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    pub(crate) scope: String,
}

impl Tokens {
    /// The tokens of a token response (RFC 6749 section 5.1).
    pub(crate) fn of(answer: &Answer) -> Option<Self> {
        let json = answer.json();
        let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            access: text("access_token")?,
            refresh: text("refresh_token"),
            scope: text("scope")?,
        })
    }
}

/// A code verifier (RFC 7636 section 4.1) for a number that is used once.
pub(crate) fn verifier(number: u64) -> String {
    challenge(&format!("torture {} {number}", std::process::id()))
}

/// The challenge of a verifier (RFC 7636 section 4.2).
pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

/// The path of an authorization request.
pub(crate) fn authorize_path(verifier: &str) -> String {
    let query = form(&[
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "read"),
        ("state", "s"),
        ("code_challenge", &challenge(verifier)),
        ("code_challenge_method", "S256"),
    ]);
    format!("/o/authorize/?{query}")
}

/// The code in the redirect that answers an authorization request.
pub(crate) fn code_of(answer: &Answer) -> Option<String> {
    redirected(answer, "code")
}

/// The error in the redirect that answers an authorization request (RFC 6749 section 4.1.2.1).
pub(crate) fn error_of(answer: &Answer) -> Option<String> {
    redirected(answer, "error")
}

fn redirected(answer: &Answer, parameter: &str) -> Option<String> {
    let location = answer.header("location")?.strip_prefix(REDIRECT_URI)?;
    let (_, query) = location.split_once('?')?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == parameter)
        .map(|(_, value)| value.into_owned())
}

/// Writes requests to one issuer.
#[derive(Clone, Debug)]
pub(crate) struct Requests {
    origin: String,
}

impl Requests {
    /// Requests to this issuer.
    pub(crate) fn to(issuer: &str) -> Self {
        let origin = issuer.strip_suffix("/o").unwrap_or(issuer);
        Self {
            origin: origin.to_owned(),
        }
    }

    /// A page, with the cookies of a browser.
    pub(crate) fn get(&self, path: &str, cookies: &str) -> String {
        let path = path.strip_prefix(&self.origin).unwrap_or(path);
        let host = self.host();
        let cookies = header("Cookie", cookies);
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n{cookies}\r\n")
    }

    /// A code for its tokens (RFC 6749 section 4.1.3).
    pub(crate) fn redeem(&self, code: &str, verifier: &str) -> String {
        self.as_client(
            "/o/token/",
            &[
                ("grant_type", "authorization_code"),
                ("redirect_uri", REDIRECT_URI),
                ("code", code),
                ("code_verifier", verifier),
            ],
        )
    }

    /// A refresh token for the next one (RFC 6749 section 6).
    pub(crate) fn refresh(&self, token: &str) -> String {
        self.as_client(
            "/o/token/",
            &[("grant_type", "refresh_token"), ("refresh_token", token)],
        )
    }

    /// A token for the application itself (RFC 6749 section 4.4).
    pub(crate) fn client_credentials(&self) -> String {
        self.as_client(
            "/o/token/",
            &[("grant_type", "client_credentials"), ("scope", "read write")],
        )
    }

    /// The end of a token (RFC 7009).
    pub(crate) fn revoke(&self, token: &str) -> String {
        self.as_client("/o/revoke_token/", &[("token", token)])
    }

    /// A question about a token (RFC 7662).
    pub(crate) fn introspect(&self, token: &str) -> String {
        self.as_client("/o/introspect/", &[("token", token)])
    }

    /// A new application (RFC 7591), unlike any other.
    pub(crate) fn register(&self, number: u64) -> String {
        let redirect_uri = format!("https://app-{}-{number}.example/", std::process::id());
        let body = serde_json::json!({ "client_name": "Stranger", "redirect_uris": [redirect_uri] });
        self.post("/o/register/", "", "application/json", &body.to_string())
    }

    /// Reads a registration (RFC 7592 section 2.1).
    pub(crate) fn registration(&self, client: &str, token: &str) -> String {
        let host = self.host();
        format!("GET /o/register/{client}/ HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n")
    }

    fn as_client(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let credentials = STANDARD.encode(format!("{CLIENT}:{SECRET}"));
        let headers = format!("Authorization: Basic {credentials}\r\n");
        self.post(path, &headers, "application/x-www-form-urlencoded", &form(fields))
    }

    fn post(&self, path: &str, headers: &str, content: &str, body: &str) -> String {
        let (host, length) = (self.host(), body.len());
        format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Type: {content}\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    }

    fn host(&self) -> &str {
        self.origin.split("://").nth(1).unwrap_or_default()
    }
}

fn header(name: &str, value: &str) -> String {
    if value.is_empty() {
        String::new()
    } else {
        format!("{name}: {value}\r\n")
    }
}
