//! The server in this process: a database of its own on disk, clients, a person who has signed in, and a guarded API.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::routing::get;
use axum::{Extension, Router};
use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{Issuer, Scope};
use pixie_provider::{
    Actor, CountedRandomness, FakeClock, HashingSettings, MasterKey, NewUser, NoOutbound, Provider,
    ProviderParts, Settings, SignIn, Timestamp,
};
use pixie_resource::ResourceLayer;
use pixie_store::{OpenSqlite, SqliteStore};
use pixie_web::{LocalChecker, PeerAddress, Web, WebSettings};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::failure::{Failure, Outcome};

/// Where codes are sent.
pub(crate) const REDIRECT_URI: &str = "https://spa.example/callback";

const USERNAME: &str = "alice";
const PASSWORD: &str = "correct horse battery staple";
const LONGEST_BODY: usize = 64 * 1024;

/// A running server. The folder of its database goes with it.
pub(crate) struct Server {
    router: Router,
    clock: Arc<FakeClock>,
    /// The `Cookie` header of a session.
    pub(crate) cookie: String,
    /// Trusted and public.
    pub(crate) spa: Client,
    /// For client credentials and introspection.
    pub(crate) service: Client,
    /// The same, with access tokens that are JWTs.
    pub(crate) jwt_service: Client,
    _folder: tempfile::TempDir,
}

/// A registered client.
pub(crate) struct Client {
    /// Its identifier.
    pub(crate) id: String,
    /// Its secret, where it has one.
    pub(crate) secret: Option<String>,
}

impl Server {
    /// Starts it.
    pub(crate) async fn start() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let clock = Arc::new(FakeClock::at(Timestamp::from_seconds(1_800_000_000)));
        let provider = provider(folder.path(), clock.clone()).await?;
        let web = Web::new(provider.clone(), WebSettings::default())?;
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
            router: web.standalone().merge(api).layer(Extension(peer)),
            cookie: sign_in(&provider).await?,
            spa: register(&provider, spa).await?,
            service: register(&provider, service("opaque")).await?,
            jwt_service: register(&provider, service("jwt")).await?,
            clock,
            _folder: folder,
        })
    }

    /// Sends a request through the router, reads its whole answer, and lets a millisecond pass.
    pub(crate) async fn send(&self, request: Request<Body>) -> Outcome<Answer> {
        let response = self.router.clone().oneshot(request).await?;
        self.clock.advance_milliseconds(1);
        let (parts, body) = response.into_parts();
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body: to_bytes(body, LONGEST_BODY).await.map_err(Failure::from)?,
        })
    }
}

async fn provider(folder: &std::path::Path, clock: Arc<FakeClock>) -> Outcome<Provider> {
    let mut settings = Settings::new(Issuer::parse("http://localhost:8000/o")?);
    settings.hashing = HashingSettings {
        memory_kib: 64,
        iterations: 1,
        ..HashingSettings::default()
    };
    settings.signing_algorithms = vec![SigningAlgorithm::Es256];
    let randomness = Arc::new(CountedRandomness::default());
    let store = SqliteStore::open(&OpenSqlite::create(folder.join("pixie.sqlite3")))?;
    Ok(Provider::new(ProviderParts {
        settings,
        store: Arc::new(store),
        master_key: MasterKey::generate(&*randomness)?,
        clock,
        randomness,
        outbound: Arc::new(NoOutbound),
    })
    .await?)
}

fn service(access_tokens: &str) -> Value {
    json!({
        "client_name": "Counted service", "redirect_uris": [], "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "client_secret_basic", "scope": "read", "access_token_format": access_tokens,
    })
}

async fn register(provider: &Provider, metadata: Value) -> Outcome<Client> {
    let metadata = serde_json::from_value(metadata)?;
    let registered = provider.register_client(Actor::Operator, &metadata).await?;
    Ok(Client {
        id: registered.client.id.to_string(),
        secret: registered.secret.map(|secret| secret.expose().to_owned()),
    })
}

async fn sign_in(provider: &Provider) -> Outcome<String> {
    let person = NewUser {
        username: USERNAME.to_owned(),
        password: Some(PASSWORD.to_owned().into()),
        ..NewUser::default()
    };
    provider.add_user(person).await?;
    let signed_in = provider
        .sign_in(SignIn {
            username: USERNAME,
            password: PASSWORD,
            address: None,
            device: None,
            replaces: None,
        })
        .await?;
    Ok(format!("pixie_session={}", signed_in.token.expose()))
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
