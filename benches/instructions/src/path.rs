//! The paths that are counted, and what one operation of each sends.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use pixie_testing::harness::Client;
use pixie_testing::{Failure, Outcome};

use crate::server::{REDIRECT_URI, Server};

/// A verifier of legal length (RFC 7636 section 4.1).
const VERIFIER: &str = "a-verifier-of-legal-length-that-everybody-may-read-0123456789";

/// A hot path.
#[derive(Clone, Copy)]
pub(crate) enum HotPath {
    /// `GET /health/live`: what a request costs that does nothing.
    Request,
    /// Authorization request and token request with PKCE.
    Code,
    /// The same with an id token signed by ES256.
    CodeEs256,
    /// A refresh token for the next one.
    Refresh,
    /// A token for the client itself.
    ClientCredentials,
    /// The same as a JWT signed by ES256.
    ClientCredentialsJwt,
    /// A question about a live token.
    Introspection,
    /// The claims about a user.
    UserInfo,
    /// The discovery document.
    Discovery,
    /// The public keys.
    Jwks,
    /// The login page, for somebody who has no session.
    LoginPage,
    /// A request to an API that the resource layer guards in the same process.
    ResourceCheck,
}

impl HotPath {
    /// Every path, in the order of the count.
    pub(crate) const ALL: [Self; 12] = [
        Self::Request,
        Self::Code,
        Self::CodeEs256,
        Self::Refresh,
        Self::ClientCredentials,
        Self::ClientCredentialsJwt,
        Self::Introspection,
        Self::UserInfo,
        Self::Discovery,
        Self::Jwks,
        Self::LoginPage,
        Self::ResourceCheck,
    ];

    /// The name in the record.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Code => "code",
            Self::CodeEs256 => "code-es256",
            Self::Refresh => "refresh",
            Self::ClientCredentials => "client-credentials",
            Self::ClientCredentialsJwt => "client-credentials-jwt",
            Self::Introspection => "introspection",
            Self::UserInfo => "user-info",
            Self::Discovery => "discovery",
            Self::Jwks => "jwks",
            Self::LoginPage => "login-page",
            Self::ResourceCheck => "resource-check",
        }
    }
}

impl Server {
    /// The token that the operations of a path work on; empty if they need none.
    pub(crate) async fn prepare(&self, path: HotPath) -> Outcome<String> {
        match path {
            HotPath::Refresh => self.code_flow(&self.spa, "read", "refresh_token").await,
            HotPath::Introspection | HotPath::ResourceCheck => {
                self.code_flow(&self.spa, "read", "access_token").await
            }
            HotPath::UserInfo => self.code_flow(&self.spa, "openid+read", "access_token").await,
            _ => Ok(String::new()),
        }
    }

    /// Does one operation and checks its answer.
    pub(crate) async fn operate(&self, path: HotPath, token: &mut String) -> Outcome<()> {
        match path {
            HotPath::Request => self.get("/health/live", None).await,
            HotPath::Code => self.code_flow(&self.spa, "read", "access_token").await.map(drop),
            HotPath::CodeEs256 => {
                let id_token = self.code_flow(&self.spa, "openid+read", "id_token").await;
                id_token.map(drop)
            }
            HotPath::Refresh => {
                let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
                *token = self.token_request(&self.spa, &form, "refresh_token").await?;
                Ok(())
            }
            HotPath::ClientCredentials => self.client_credentials(&self.service).await,
            HotPath::ClientCredentialsJwt => self.client_credentials(&self.jwt_service).await,
            HotPath::Introspection => self.introspection(token).await,
            HotPath::UserInfo => self.get("/o/userinfo/", Some(token)).await,
            HotPath::Discovery => self.get("/o/.well-known/openid-configuration", None).await,
            HotPath::Jwks => self.get("/o/.well-known/jwks.json", None).await,
            HotPath::LoginPage => self.get("/o/login/", None).await,
            HotPath::ResourceCheck => self.get("/api/", Some(token)).await,
        }
    }

    async fn get(&self, path: &str, token: Option<&str>) -> Outcome<()> {
        let mut request = Request::get(path);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let answer = self.send(request.body(Body::empty())?).await?;
        if answer.status.is_success() {
            Ok(())
        } else {
            Err(answer.unexpected(path))
        }
    }

    /// A whole flow; hands back one of the tokens.
    async fn code_flow(&self, client: &Client, scope: &str, member: &str) -> Outcome<String> {
        let challenge = challenge(VERIFIER);
        let redirect_uri: String = form_urlencoded::byte_serialize(REDIRECT_URI.as_bytes()).collect();
        let request = Request::get(format!(
            "/o/authorize/?response_type=code&client_id={}&redirect_uri={redirect_uri}&scope={scope}&state=a-state\
             &code_challenge={challenge}&code_challenge_method=S256",
            client.id
        ))
        .header(header::COOKIE, &self.cookie);
        let answer = self.send(request.body(Body::empty())?).await?;
        let code = answer
            .redirect_parameter("code")
            .ok_or_else(|| answer.unexpected("the authorization request"))?;
        let form = [
            ("grant_type", "authorization_code"),
            ("redirect_uri", REDIRECT_URI),
            ("code", code.as_str()),
            ("code_verifier", VERIFIER),
        ];
        self.token_request(client, &form, member).await
    }

    async fn client_credentials(&self, client: &Client) -> Outcome<()> {
        let form = [("grant_type", "client_credentials"), ("scope", "read")];
        self.token_request(client, &form, "access_token").await.map(drop)
    }

    async fn introspection(&self, token: &str) -> Outcome<()> {
        let request = form_post("/o/introspect/", &self.service, &[("token", token)])?;
        let answer = self.send(request).await?;
        if answer.status == StatusCode::OK && answer.text().contains("\"active\":true") {
            Ok(())
        } else {
            Err(answer.unexpected("the introspection request"))
        }
    }

    async fn token_request(&self, client: &Client, form: &[(&str, &str)], member: &str) -> Outcome<String> {
        let answer = self.send(form_post("/o/token/", client, form)?).await?;
        answer
            .member(member)
            .ok_or_else(|| answer.unexpected("the token request"))
    }
}

fn form_post(path: &str, client: &Client, form: &[(&str, &str)]) -> Outcome<Request<Body>> {
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(form);
    match &client.secret {
        Some(secret) => {
            let credentials = STANDARD.encode(format!("{}:{secret}", client.id));
            request = request.header(header::AUTHORIZATION, format!("Basic {credentials}"));
        }
        None => {
            body.append_pair("client_id", &client.id);
        }
    }
    request.body(Body::from(body.finish())).map_err(Failure::from)
}

fn challenge(verifier: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
    URL_SAFE_NO_PAD.encode(digest)
}
