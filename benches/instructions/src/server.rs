//! The server in this process: a database of its own on disk, clients, a person who has signed in, and a guarded API.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::routing::get;
use axum::{Extension, Router};
use pixie_oauth::Scope;
use pixie_provider::{NewPerson, NewSession, Provider, SignIn, SignInProgress};
use pixie_resource::ResourceLayer;
use pixie_testing::harness::{self, Client};
use pixie_testing::{Failure, Outcome};
use pixie_web::{LocalChecker, PeerAddress, session_cookie};
use serde_json::{Value, json};
use tower::ServiceExt;

/// The redirect URI that codes are sent to.
pub(crate) const REDIRECT_URI: &str = "https://spa.example/callback";

const USERNAME: &str = "alice";
const PASSWORD: &str = "correct horse battery staple";
const MAX_BODY: usize = 64 * 1024;

/// A running server. Its database goes with it.
pub(crate) struct Server {
    router: Router,
    harness: harness::Server,
    /// The `Cookie` header of a session.
    pub(crate) cookie: String,
    /// Trusted and public.
    pub(crate) spa: Client,
    /// For client credentials and introspection.
    pub(crate) service: Client,
    /// The same, with access tokens that are JWTs.
    pub(crate) jwt_service: Client,
}

impl Server {
    /// Starts it.
    pub(crate) async fn start() -> Outcome<Self> {
        let harness = harness::Server::without_people(|_| {}).await;
        let provider = &harness.provider;
        let guard = ResourceLayer::new(Arc::new(LocalChecker::new(provider.clone())));
        let api = Router::new()
            .route("/api/", get(async || "private"))
            .route_layer(guard.scope(Scope::parse("read")?));
        let peer = PeerAddress(([192, 0, 2, 1], 50_000).into());
        let spa = json!({
            "client_name": "Counted", "redirect_uris": [REDIRECT_URI], "skip_authorization": true,
            "token_endpoint_auth_method": "none", "grant_types": ["authorization_code", "refresh_token"],
            "scope": "openid read", "id_token_signed_response_alg": "ES256",
        });
        Ok(Self {
            router: harness.web.standalone().merge(api).layer(Extension(peer)),
            cookie: sign_in(provider).await?,
            spa: harness.register(spa).await,
            service: harness.register(service("opaque")).await,
            jwt_service: harness.register(service("jwt")).await,
            harness,
        })
    }

    /// Sends a request through the router, reads its whole answer, and lets a millisecond pass.
    pub(crate) async fn send(&self, request: Request<Body>) -> Outcome<Answer> {
        let response = self.router.clone().oneshot(request).await?;
        self.harness.clock.advance_milliseconds(1);
        let (parts, body) = response.into_parts();
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body: to_bytes(body, MAX_BODY).await.map_err(Failure::from)?,
        })
    }
}

fn service(access_tokens: &str) -> Value {
    json!({
        "client_name": "Counted service", "redirect_uris": [], "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "client_secret_basic", "scope": "read", "access_token_format": access_tokens,
    })
}

async fn sign_in(provider: &Provider) -> Outcome<String> {
    let person = NewPerson {
        username: USERNAME.to_owned(),
        password: Some(PASSWORD.to_owned().into()),
        ..NewPerson::default()
    };
    provider
        .add_account(pixie_provider::Actor::Operator, person)
        .await?;
    let signed_in = provider
        .sign_in(SignIn {
            username: USERNAME,
            password: PASSWORD,
            request: pixie_provider::RequestOrigin::default(),
            device: None,
            remembered_device: None,
            session: NewSession::default(),
        })
        .await?;
    let SignInProgress::SignedIn(signed_in) = signed_in else {
        return Err(Failure::because("the account has a second factor"));
    };
    let cookie = session_cookie(provider.issuer());
    Ok(format!("{cookie}={}", signed_in.token.expose()))
}

/// A whole answer.
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A string member of a JSON body.
    pub(crate) fn member(&self, name: &str) -> Option<String> {
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        body.get(name)?.as_str().map(str::to_owned)
    }

    /// A parameter of the address to which the browser is sent.
    pub(crate) fn redirect_parameter(&self, name: &str) -> Option<String> {
        let location = self.headers.get(header::LOCATION)?.to_str().ok()?;
        let (_, query) = location.split_once('?')?;
        form_urlencoded::parse(query.as_bytes())
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.into_owned())
    }

    /// A failure that says what came back.
    pub(crate) fn unexpected(&self, what: &str) -> Failure {
        Failure::because(format!("{what} was answered {}: {}", self.status, self.text()))
    }
}
