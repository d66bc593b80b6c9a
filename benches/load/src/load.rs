//! The loads: what one operation of each sends, and which answers count.

use crate::api;
use crate::seed::{PASSWORD, REDIRECT_URI, Seeded, USERNAME};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use pixie_testing::wire::{Browser, Connection, form as encode};
use pixie_testing::{Failure, Outcome};
use std::net::SocketAddr;
use std::sync::Arc;

/// A kind of load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Load {
    /// A form to the least that an axum application can be: what bare HTTP costs.
    BareHttp,
    /// `GET /health/live`: what a request to Pixie costs that does nothing.
    Request,
    /// `GET /o/authorize/` with a session, then `POST /o/token/` with the code and its verifier (RFC 7636).
    Code,
    /// The same with the scope `openid`: the answer holds an id token signed by ES256 (OpenID Connect Core section 3.1).
    CodeEs256,
    /// The same, signed by RS256.
    CodeRs256,
    /// A refresh token for the next one (RFC 6749 section 6).
    Refresh,
    /// A token for the client itself (RFC 6749 section 4.4).
    ClientCredentials,
    /// The same as a JWT (RFC 9068), signed by ES256.
    ClientCredentialsJwt,
    /// The claims about a user, for an active token (OpenID Connect Core section 5.3).
    UserInfo,
    /// The discovery document.
    Discovery,
    /// The public keys.
    Jwks,
    /// A question about a live token (RFC 7662).
    Introspection,
    /// A request with a token to an API that knows the token's answer for some seconds: the API's own cost.
    ResourceCached,
    /// The same if the API asks Pixie each time.
    ResourceIntrospected,
    /// From the authorization request over the login page to a session, with the password hashed.
    Login,
}

impl Load {
    /// Every load, in the order of the report.
    pub(crate) const ALL: [Self; 15] = [
        Self::BareHttp,
        Self::Request,
        Self::Code,
        Self::CodeEs256,
        Self::CodeRs256,
        Self::Refresh,
        Self::ClientCredentials,
        Self::ClientCredentialsJwt,
        Self::Introspection,
        Self::UserInfo,
        Self::Discovery,
        Self::Jwks,
        Self::ResourceCached,
        Self::ResourceIntrospected,
        Self::Login,
    ];

    /// The loads that are measured again with tokens stored already: every load that looks for tokens or adds them.
    pub(crate) const ON_STORED: [Self; 5] = [
        Self::Code,
        Self::Refresh,
        Self::ClientCredentials,
        Self::Introspection,
        Self::UserInfo,
    ];

    /// The name in the report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::BareHttp => "bare HTTP",
            Self::Request => "health",
            Self::Code => "code flow",
            Self::CodeEs256 => "code + id token, ES256",
            Self::CodeRs256 => "code + id token, RS256",
            Self::Refresh => "refresh",
            Self::ClientCredentials => "client credentials",
            Self::ClientCredentialsJwt => "client credentials, JWT",
            Self::UserInfo => "userinfo",
            Self::Discovery => "discovery",
            Self::Jwks => "JWKS",
            Self::Introspection => "introspection",
            Self::ResourceCached => "resource check, cached",
            Self::ResourceIntrospected => "resource check, asked",
            Self::Login => "password login",
        }
    }

    /// `true` if the protected API answers, and not Pixie.
    pub(crate) fn is_of_the_api(self) -> bool {
        matches!(
            self,
            Self::BareHttp | Self::ResourceCached | Self::ResourceIntrospected
        )
    }

    /// So many connections at the most: passwords are hashed one or two at a time, and a longer queue is another measurement.
    pub(crate) fn max_connections(self) -> u16 {
        if self == Self::Login { 2 } else { u16::MAX }
    }

    /// Operations before the count begins, per connection: caches fill and statements are prepared.
    pub(crate) fn warm_up(self) -> u32 {
        if self == Self::Login { 1 } else { 50 }
    }
}

/// The server under load, with everything that the requests need.
pub(crate) struct Target {
    address: SocketAddr,
    api: SocketAddr,
    seeded: Arc<Seeded>,
    cookie: String,
}

impl Target {
    /// Signs in once; the session is used by every connection.
    pub(crate) async fn sign_in(address: SocketAddr, api: SocketAddr, seeded: Arc<Seeded>) -> Outcome<Self> {
        let mut target = Self {
            address,
            api,
            seeded,
            cookie: String::new(),
        };
        let path = target.authorize_path(Load::Code, &challenge("sign in"), "sign-in");
        target.cookie = target.sign_in_at(&path).await?;
        Ok(target)
    }

    /// The `Cookie` header of a new session.
    async fn sign_in_at(&self, authorize: &str) -> Outcome<String> {
        let mut browser = Browser::at(&format!("http://{}/o", self.host()));
        browser
            .sign_in(self.address, authorize, (USERNAME, PASSWORD))
            .await?;
        Ok(format!("Cookie: {}\r\n", browser.cookies()))
    }

    /// The client of the code flows of a load, and what it asks for.
    fn client(&self, load: Load) -> (&str, &'static str) {
        match load {
            Load::CodeEs256 | Load::UserInfo => (&self.seeded.es256_client, "openid+read"),
            Load::CodeRs256 => (&self.seeded.rs256_client, "openid+read"),
            _ => (&self.seeded.public_client, "read"),
        }
    }

    fn authorize_path(&self, load: Load, challenge: &str, state: &str) -> String {
        let redirect_uri: String = form_urlencoded::byte_serialize(REDIRECT_URI.as_bytes()).collect();
        let (client, scope) = self.client(load);
        format!(
            "/o/authorize/?response_type=code&client_id={client}&redirect_uri={redirect_uri}&scope={scope}&state={state}\
             &code_challenge={challenge}&code_challenge_method=S256"
        )
    }

    /// The header by which the client of a load authenticates.
    fn basic(&self, load: Load) -> String {
        let client = match load {
            Load::ClientCredentialsJwt => &self.seeded.jwt,
            _ => &self.seeded.confidential,
        };
        let credentials = STANDARD.encode(format!("{}:{}", client.id, client.secret));
        format!("Authorization: Basic {credentials}\r\n")
    }

    fn host(&self) -> String {
        format!("localhost:{}", self.address.port())
    }
}

/// One connection's part of a load.
pub(crate) struct Worker {
    target: Arc<Target>,
    connection: Connection,
    load: Load,
    name: String,
    operations: u64,
    token: String,
}

impl Worker {
    /// Connects, and fetches the token that the load works on. `name` makes its verifiers unlike any other worker's.
    pub(crate) async fn prepare(target: Arc<Target>, load: Load, name: String) -> Outcome<Self> {
        let connection = Connection::open(target.address).await?;
        let api = target.api;
        let mut worker = Self {
            target,
            connection,
            load,
            name,
            operations: 0,
            token: String::new(),
        };
        match load {
            Load::Refresh => worker.token = worker.code_flow("refresh_token").await?,
            Load::Introspection | Load::UserInfo | Load::ResourceCached | Load::ResourceIntrospected => {
                worker.token = worker.code_flow("access_token").await?;
            }
            _ => {}
        }
        if load.is_of_the_api() {
            worker.connection = Connection::open(api).await?;
        }
        Ok(worker)
    }

    /// Does one operation and checks its answers.
    pub(crate) async fn operate(&mut self) -> Outcome<()> {
        match self.load {
            Load::BareHttp => self.bare_http().await,
            Load::Request => self.request("/health/live", "").await,
            Load::Code => self.code_flow("access_token").await.map(drop),
            Load::CodeEs256 | Load::CodeRs256 => self.code_flow("id_token").await.map(drop),
            Load::Refresh => self.refresh().await,
            Load::ClientCredentials | Load::ClientCredentialsJwt => self.client_credentials().await,
            Load::Introspection => self.introspection().await,
            Load::UserInfo => self.with_token("/o/userinfo/").await,
            Load::Discovery => self.request("/o/.well-known/openid-configuration", "").await,
            Load::Jwks => self.request("/o/.well-known/jwks.json", "").await,
            Load::ResourceCached => self.with_token(api::CACHED).await,
            Load::ResourceIntrospected => self.with_token(api::INTROSPECTED).await,
            Load::Login => {
                let target = &self.target;
                let path = target.authorize_path(Load::Code, &challenge("login"), "login");
                target.sign_in_at(&path).await.map(drop)
            }
        }
    }

    async fn bare_http(&mut self) -> Outcome<()> {
        let form = encode(&[("grant_type", "client_credentials"), ("scope", "read")]);
        let request = post(api::BARE, &self.target.host(), "", &form);
        self.connection
            .exchange(request.as_bytes())
            .await?
            .expect(api::BARE, &[200])
    }

    async fn with_token(&mut self, path: &str) -> Outcome<()> {
        let authorization = format!("Authorization: Bearer {}\r\n", self.token);
        self.request(path, &authorization).await
    }

    async fn request(&mut self, path: &str, headers: &str) -> Outcome<()> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n",
            self.target.host()
        );
        self.connection
            .exchange(request.as_bytes())
            .await?
            .expect(path, &[200, 204])
    }

    /// A whole flow with a verifier of its own; hands back one of the tokens.
    async fn code_flow(&mut self, member: &str) -> Outcome<String> {
        self.operations += 1;
        let seed = format!("{}-{}", self.name, self.operations);
        let verifier = challenge(&seed);
        let path = self
            .target
            .authorize_path(self.load, &challenge(&verifier), &seed);
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\n{}\r\n",
            self.target.host(),
            self.target.cookie
        );
        let answer = self.connection.exchange(request.as_bytes()).await?;
        answer.expect("the authorization request", &[302, 303])?;
        let location = answer.header("location").unwrap_or_default();
        let code = code_in(location, &seed)?;
        let form = encode(&[
            ("grant_type", "authorization_code"),
            ("client_id", self.target.client(self.load).0),
            ("redirect_uri", REDIRECT_URI),
            ("code", &code),
            ("code_verifier", &verifier),
        ]);
        self.token_request(&form, "", member).await
    }

    async fn refresh(&mut self) -> Outcome<()> {
        let form = encode(&[
            ("grant_type", "refresh_token"),
            ("client_id", &self.target.seeded.public_client),
            ("refresh_token", &self.token),
        ]);
        self.token = self.token_request(&form, "", "refresh_token").await?;
        Ok(())
    }

    async fn client_credentials(&mut self) -> Outcome<()> {
        let form = encode(&[("grant_type", "client_credentials"), ("scope", "read")]);
        let authorization = self.target.basic(self.load);
        self.token_request(&form, &authorization, "access_token")
            .await
            .map(drop)
    }

    async fn introspection(&mut self) -> Outcome<()> {
        let form = encode(&[("token", &self.token)]);
        let authorization = self.target.basic(self.load);
        let request = post("/o/introspect/", &self.target.host(), &authorization, &form);
        let answer = self.connection.exchange(request.as_bytes()).await?;
        answer.expect("the introspection request", &[200])?;
        if answer.text().contains("\"active\":true") {
            Ok(())
        } else {
            Err(Failure::because(format!(
                "a live token was called inactive: {}",
                answer.text()
            )))
        }
    }

    async fn token_request(&mut self, form: &str, authorization: &str, member: &str) -> Outcome<String> {
        let request = post("/o/token/", &self.target.host(), authorization, form);
        let answer = self.connection.exchange(request.as_bytes()).await?;
        answer.expect("the token request", &[200])?;
        answer
            .member(member)
            .map(str::to_owned)
            .ok_or_else(|| Failure::because(format!("the token response has no {member}")))
    }
}

fn post(path: &str, host: &str, authorization: &str, form: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\n{authorization}\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
}

/// The S256 challenge of a verifier (RFC 7636 section 4.2). Of a seed, it is a verifier of legal length.
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

/// The code of an authorization response that went to the right place with the right state.
fn code_in(location: &str, state: &str) -> Outcome<String> {
    let refused = || Failure::because(format!("the authorization request led to {location}"));
    let query = location
        .strip_prefix(REDIRECT_URI)
        .and_then(|rest| rest.strip_prefix('?'))
        .ok_or_else(refused)?;
    let parameter = |name: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.into_owned())
    };
    if parameter("state").as_deref() != Some(state) {
        return Err(refused());
    }
    parameter("code").ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_the_famous_one() {
        assert_eq!(challenge("12345"), "WZRHGrsBESr8wYFZ9sx0tPURuZgG2lmzyvWpwXPKz8U");
    }

    #[test]
    fn only_a_code_with_the_sent_state_counts() {
        let at = |rest: &str| code_in(&format!("{REDIRECT_URI}{rest}"), "s").ok();
        assert_eq!(at("?code=abc&state=s&iss=x").as_deref(), Some("abc"));
        assert_eq!(at("?code=abc&state=other"), None);
        assert_eq!(at("?error=access_denied&state=s"), None);
        assert_eq!(code_in("/o/login/?next=code=abc&state=s", "s").ok(), None);
    }
}
