//! Sign-in at GitHub, which is OAuth without an ID token: the code is redeemed, and the API says whose token it gives.

use serde::Deserialize;
use serde_json::Value;

use super::attempt::Attempt;
use super::error::UpstreamError;
use super::identity::{self, Identity};
use super::requests::{self, TokenEndpoint};
use crate::outbound::Outbound;
use crate::settings::{Upstream, UpstreamAddress};
use pixie_oauth::AuthenticationMethods;

const USER: &str = "API (/user)";
const EMAILS: &str = "API (/user/emails)";

/// GitHub, and what it is asked with.
pub(super) struct GitHub<'a> {
    pub(super) outbound: &'a dyn Outbound,
    pub(super) upstream: &'a Upstream,
    pub(super) address: &'a UpstreamAddress,
    pub(super) redirect_uri: &'a str,
}

/// A user of the API. The id never changes; `login` may, and somebody else may take it then.
#[derive(Deserialize)]
struct User {
    id: u64,
    login: Option<String>,
    name: Option<String>,
}

/// One of the addresses of a user.
#[derive(Deserialize)]
struct Email {
    email: String,
    #[serde(default)]
    primary: bool,
    #[serde(default)]
    verified: bool,
}

pub(super) fn authorization_endpoint(address: &UpstreamAddress) -> String {
    address.below("/login/oauth/authorize")
}

impl GitHub<'_> {
    pub(super) async fn identify(&self, attempt: &Attempt, code: &str) -> Result<Identity, UpstreamError> {
        let url = self.address.below("/login/oauth/access_token");
        let endpoint = TokenEndpoint {
            url: &url,
            named_by_operator: true,
            secret_in_form: true,
        };
        let redeemed = (code, self.redirect_uri);
        let tokens = requests::redeem(self.outbound, self.upstream, endpoint, attempt, redeemed).await?;
        let access_token = tokens.access_token.ok_or(UpstreamError::Unreadable {
            what: "token endpoint",
            fault: "there is no access_token",
        })?;
        let user: User = read(self.get("/user", &access_token, USER).await?, USER)?;
        let emails: Vec<Email> = read(self.get("/user/emails", &access_token, EMAILS).await?, EMAILS)?;
        let primary = emails.into_iter().find(|one| one.primary && one.verified);
        let text = |text: Option<String>| text.as_deref().and_then(identity::name);
        Ok(Identity {
            upstream: self.upstream.id.as_str().to_owned(),
            issuer: self.upstream.issuer().to_owned(),
            subject: user.id.to_string(),
            username: text(user.login),
            name: text(user.name),
            email: primary.and_then(|one| identity::email(&one.email)),
            groups: Vec::new(),
            methods: AuthenticationMethods::default(),
            authenticated_at: None,
        })
    }

    async fn get(&self, path: &str, access_token: &str, what: &'static str) -> Result<Value, UpstreamError> {
        let url = self.api(path);
        requests::get(self.outbound, (&url, true), access_token, what).await
    }

    /// The address of the API: a host of its own for github.com, a path on a GitHub Enterprise Server.
    fn api(&self, path: &str) -> String {
        if self.address.as_str().trim_end_matches('/') == "https://github.com" {
            format!("https://api.github.com{path}")
        } else {
            self.address.below(&format!("/api/v3{path}"))
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(answer: Value, what: &'static str) -> Result<T, UpstreamError> {
    serde_json::from_value(answer).map_err(|_| UpstreamError::Unreadable {
        what,
        fault: "it has not the members that GitHub documents",
    })
}
