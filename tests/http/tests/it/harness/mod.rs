//! A server in the process, on a fake clock, and the words to talk to it.

mod answer;
mod browser;
mod dora;
pub(crate) mod signing;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use axum::{Extension, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{ClientMetadata, Issuer};
use pixie_provider::metrics::Stopwatch;
use pixie_provider::{
    Actor, CountedRandomness, FakeClock, FakeOutbound, HashingSettings, MasterKey, NewUser, Provider,
    ProviderParts, Registered, Settings, StartError, Timestamp,
};
use pixie_store::{OpenSqlite, SqliteStore};
use pixie_web::{PeerAddress, Web, WebSettings};
use tower::ServiceExt;

pub(crate) use answer::Answer;
pub(crate) use browser::Browser;
pub(crate) use dora::claims_of_dora;

/// A verifier of legal length and its challenge.
pub(crate) const VERIFIER: &str = "a-verifier-of-legal-length-that-everybody-may-read-0123456789";
/// The walkthrough's challenge, which belongs to `12345`.
pub(crate) const FAMOUS: &str = "WZRHGrsBESr8wYFZ9sx0tPURuZgG2lmzyvWpwXPKz8U";
/// Everybody's password here.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// The challenge that belongs to a verifier.
pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(
        &aws_lc_rs::digest::SHA256,
        verifier.as_bytes(),
    ))
}

/// A running server. People: `alice`, `bob`, and the administrator `root`.
pub(crate) struct Server {
    pub(crate) provider: Provider,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) web: Web,
    routes: Router,
    router: Router,
    world: World,
}

/// What outlives a restart.
struct World {
    folder: tempfile::TempDir,
    settings: Settings,
    clock: Arc<FakeClock>,
    randomness: Arc<CountedRandomness>,
    outbound: Arc<FakeOutbound>,
    master_key: MasterKey,
}

impl Server {
    /// The default settings, issuer `http://localhost:8000/o`.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// Other settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let server = Self::without_people(change).await;
        for (username, administrator) in [("alice", false), ("bob", false), ("root", true)] {
            let password = Some(PASSWORD.to_owned().into());
            let username = username.to_owned();
            let new = NewUser {
                username,
                password,
                administrator,
                ..NewUser::default()
            };
            server.provider.add_user(new).await.unwrap();
        }
        server
    }

    /// Nobody has an account yet.
    pub(crate) async fn without_people(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(Issuer::parse("http://localhost:8000/o").unwrap());
        settings.hashing = HashingSettings {
            memory_kib: 64,
            iterations: 1,
            ..HashingSettings::default()
        };
        // RSA keys take long to make: the tests that are about them ask for them.
        settings.signing_algorithms = vec![SigningAlgorithm::Es256];
        change(&mut settings);
        let clock = Arc::new(FakeClock::at(Timestamp::from_seconds(1_800_000_000)));
        let randomness = Arc::new(CountedRandomness::default());
        let master_key = MasterKey::generate(&*randomness).unwrap();
        Self::open(World {
            folder,
            settings,
            clock,
            randomness,
            outbound: Arc::new(FakeOutbound::default()),
            master_key,
        })
        .await
    }

    /// The same server after a restart: same files, same keys, same clock.
    pub(crate) async fn restart(self) -> Self {
        let Self {
            world,
            provider,
            routes,
            router,
            web,
            ..
        } = self;
        drop((router, routes, web, provider));
        Self::open(world).await
    }

    /// The same server after a restart with other settings.
    pub(crate) async fn restart_with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.world.settings);
        self.restart().await
    }

    /// The world outside, as this server asks it.
    pub(crate) fn outbound(&self) -> &FakeOutbound {
        &self.world.outbound
    }

    /// Another process on the same database.
    pub(crate) async fn another_node(&self) -> Result<Provider, StartError> {
        self.another_node_with(self.world.master_key.clone()).await
    }

    /// Another process on the same database, with a master key of its own.
    pub(crate) async fn another_node_with(&self, master_key: MasterKey) -> Result<Provider, StartError> {
        node(&self.world, master_key).await
    }

    async fn open(world: World) -> Self {
        let provider = node(&world, world.master_key.clone()).await.unwrap();
        let web = Web::new(provider.clone(), WebSettings::default()).unwrap();
        let peer = PeerAddress("192.0.2.1:50000".parse().unwrap());
        let routes = web.standalone();
        let router = routes.clone().layer(Extension(peer));
        Self {
            provider,
            clock: world.clock.clone(),
            web,
            routes,
            router,
            world,
        }
    }

    /// Registers a client by its RFC 7591 metadata.
    pub(crate) async fn register(&self, metadata: serde_json::Value) -> Client {
        let metadata: ClientMetadata = serde_json::from_value(metadata).unwrap();
        let Registered { client, secret } = self
            .provider
            .register_client(Actor::Operator, &metadata)
            .await
            .unwrap();
        let redirect_uri = client
            .redirect_uris
            .first()
            .map(ToString::to_string)
            .unwrap_or_default();
        Client {
            id: client.id.to_string(),
            key: client.key,
            redirect_uri,
            secret: secret.map(|it| it.expose().to_owned()),
        }
    }

    /// A trusted public client of the default profile.
    pub(crate) async fn spa(&self) -> Client {
        self.register(serde_json::json!({
            "client_id": "spa", "redirect_uris": ["https://spa.example/cb"], "skip_authorization": true,
        }))
        .await
    }

    /// A public client that people are asked about.
    pub(crate) async fn third_party(&self) -> Client {
        self.register(serde_json::json!({
            "client_id": "third-party", "client_name": "Third Party", "redirect_uris": ["https://third.example/cb"],
        }))
        .await
    }

    /// A confidential client for client credentials and introspection.
    pub(crate) async fn api(&self) -> Client {
        self.register(serde_json::json!({ "client_id": "api", "grant_types": ["client_credentials"] }))
            .await
    }

    /// A trusted confidential client with a secret of its own.
    pub(crate) async fn web_app(&self) -> Client {
        self.register(serde_json::json!({
            "client_id": "web-app", "redirect_uris": ["https://web.example/cb"], "skip_authorization": true,
            "token_endpoint_auth_method": "client_secret_basic",
        }))
        .await
    }

    /// The walkthrough's client.
    pub(crate) async fn my_sexy_spa(&self) -> Client {
        self.register(serde_json::json!({
            "client_id": "client_id_value", "client_name": "my-sexy-spa", "redirect_uris": ["http://my-sexy-spa/"],
            "skip_authorization": true, "profile": "legacy",
        }))
        .await
    }

    /// A browser with an empty cookie jar.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// A browser in which somebody has signed in.
    pub(crate) async fn sign_in(&self, username: &str) -> Browser<'_> {
        let browser = self.browser();
        browser.sign_in(username, PASSWORD).await.assert_status(303);
        browser
    }

    /// Where the database is.
    pub(crate) fn database_path(&self) -> std::path::PathBuf {
        self.world.folder.path().join("pixie.sqlite3")
    }

    /// Everything that is on disk.
    pub(crate) fn stored(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.world.folder.path()).unwrap();
        files
            .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    }

    /// The routes, for clients that send their requests themselves.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// What the database holds, byte for byte. The index of its log, which readers touch, is left out.
    pub(crate) fn database(&self) -> Vec<Vec<u8>> {
        let path = |ending: &str| self.world.folder.path().join(format!("pixie.sqlite3{ending}"));
        ["", "-wal"]
            .map(|ending| std::fs::read(path(ending)).unwrap_or_default())
            .into()
    }

    /// A request from another address than the others.
    pub(crate) async fn send_from(&self, address: &str, request: Request<Body>) -> Answer {
        let peer = PeerAddress(format!("{address}:50000").parse().unwrap());
        let router = self.routes.clone().layer(Extension(peer));
        Answer::read(router.oneshot(request).await.unwrap()).await
    }

    /// A request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        Answer::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    /// A GET without cookies.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// A form POST without cookies.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.post_with(path, form, HeaderMap::new()).await
    }

    /// A form POST with headers.
    pub(crate) async fn post_with(&self, path: &str, form: &[(&str, &str)], headers: HeaderMap) -> Answer {
        let mut request = Request::builder().method(Method::POST).uri(path);
        *request.headers_mut().unwrap() = headers;
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(encode(form))).unwrap()).await
    }

    /// A token request of a client, its credentials in the body.
    pub(crate) async fn token(&self, client: &Client, form: &[(&str, &str)]) -> Answer {
        self.post("/o/token/", &client.sign(form)).await
    }

    /// A revocation request.
    pub(crate) async fn revoke(&self, client: &Client, token: &str) -> Answer {
        self.post("/o/revoke_token/", &client.sign(&[("token", token)]))
            .await
    }

    /// A good code for a client that need not ask for consent.
    pub(crate) async fn code(&self, client: &Client, username: &str) -> String {
        self.sign_in(username).await.authorize(client).await.code()
    }

    /// A token request for a code, with the verifier of these tests.
    pub(crate) async fn redeem(&self, client: &Client, code: &str) -> Answer {
        self.redeem_with(client, code, VERIFIER).await
    }

    /// A token request for a code.
    pub(crate) async fn redeem_with(&self, client: &Client, code: &str, verifier: &str) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &client.redirect_uri),
            ("code_verifier", verifier),
        ];
        self.post("/o/token/", &client.sign(&form)).await
    }

    /// A token request for a refresh token.
    pub(crate) async fn refresh(&self, client: &Client, token: &str) -> Answer {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post("/o/token/", &client.sign(&form)).await
    }

    /// The tokens of a whole flow: sign in, authorize, redeem.
    pub(crate) async fn tokens(&self, client: &Client, username: &str) -> Tokens {
        let code = self.sign_in(username).await.authorize(client).await.code();
        Tokens::of(&self.redeem(client, &code).await.assert_status(200))
    }

    /// What introspection says of a token, asked by the confidential client.
    pub(crate) async fn introspect(&self, api: &Client, token: &str) -> serde_json::Value {
        self.post("/o/introspect/", &api.sign(&[("token", token)]))
            .await
            .assert_status(200)
            .json()
    }

    /// Whether a token is good.
    pub(crate) async fn is_active(&self, token: &str) -> bool {
        self.provider.describe_access_token(token).await.unwrap().active
    }
}

async fn node(world: &World, master_key: MasterKey) -> Result<Provider, StartError> {
    let path = world.folder.path().join("pixie.sqlite3");
    let store = SqliteStore::open(&OpenSqlite::create(path)).unwrap();
    Provider::new(ProviderParts {
        settings: world.settings.clone(),
        store: Arc::new(store),
        master_key,
        clock: world.clock.clone(),
        randomness: world.randomness.clone(),
        outbound: world.outbound.clone(),
    })
    .await
}

/// A registered client, as its developer knows it.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) key: pixie_provider::ClientKey,
    pub(crate) redirect_uri: String,
    pub(crate) secret: Option<String>,
}

impl Client {
    /// A form with this client's `client_id`, and its secret where it has one.
    pub(crate) fn sign<'a>(&'a self, form: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut form = form.to_vec();
        form.push(("client_id", &self.id));
        if let Some(secret) = &self.secret {
            form.push(("client_secret", secret));
        }
        form
    }

    /// The parameters of a good authorization request, with changes: an empty value leaves one out.
    pub(crate) fn request(&self, changes: &[(&str, &str)]) -> String {
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

/// What a token answer gave.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Tokens {
    pub(crate) fn of(answer: &Answer) -> Self {
        let json = answer.json();
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
        }
    }
}

/// What many tasks answer that run at once.
pub(crate) async fn in_parallel<F>(tasks: usize, mut task: impl FnMut() -> F) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let running: Vec<_> = (0..tasks).map(|_| tokio::spawn(task())).collect();
    let mut answers = Vec::new();
    for one in running {
        answers.push(one.await.unwrap());
    }
    answers
}

/// Stops the time of timers until the test ends; `tokio::time::advance` moves it. Paused time alone would go on while every task
/// waits for the database, so a task is always ready.
pub(crate) fn stop_time() {
    tokio::time::pause();
    tokio::spawn(async {
        loop {
            tokio::task::yield_now().await;
        }
    });
}

/// Lets other tasks work until a condition holds.
pub(crate) async fn until(holds: impl AsyncFn() -> bool) {
    let stopwatch = Stopwatch::start();
    while !holds().await {
        assert!(stopwatch.elapsed() < Duration::from_secs(60), "nothing happened");
        tokio::task::yield_now().await;
    }
}

/// A form body.
pub(crate) fn encode(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// An `Authorization: Basic` header.
pub(crate) fn basic(id: &str, secret: &str) -> HeaderMap {
    authorization(&format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))
}

/// An `Authorization` header.
pub(crate) fn authorization(value: &str) -> HeaderMap {
    HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())])
}
