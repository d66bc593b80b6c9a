//! Tokens signed by the tests, with keys from a source that counts requests.

mod claims;
mod discovery;
mod keys;

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::routing::get;
use pixie_oauth::jose::{JwtType, SigningKey};
use pixie_oauth::{ClientId, Scope};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tower::ServiceExt;

use super::*;
use crate::{Access, ResourceLayer};

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://as.example/o";
const API: &str = "https://api.example/";

#[derive(Default)]
struct FakeClock(AtomicI64);

impl Clock for FakeClock {
    fn now(&self) -> i64 {
        NOW + self.0.load(Ordering::Relaxed)
    }
}

/// An issuer's keys, as it publishes them.
#[derive(Default)]
struct FakeKeys {
    published: Mutex<Option<JwkSet>>,
    request_count: AtomicUsize,
    /// If it is closed, responses wait.
    gate: Option<Notify>,
}

#[async_trait]
impl KeySource for FakeKeys {
    async fn fetch(&self) -> Result<JwkSet, CheckError> {
        self.request_count.fetch_add(1, Ordering::SeqCst);
        if let Some(gate) = &self.gate {
            gate.notified().await;
        }
        let published = self.published.lock().unwrap().clone();
        published.ok_or_else(|| CheckError::Unavailable("down".to_owned()))
    }
}

/// An API that checks tokens, the issuer's keys, and a clock.
struct Fixture {
    source: Arc<FakeKeys>,
    clock: Arc<FakeClock>,
    tokens: JwtAccessTokens,
}

impl Fixture {
    fn new() -> Self {
        Self::with(FakeKeys::default())
    }

    fn with(source: FakeKeys) -> Self {
        let (source, clock) = (Arc::new(source), Arc::new(FakeClock::default()));
        let issuer = Issuer::parse(ISSUER).unwrap();
        let tokens = JwtAccessTokens::with_keys(&issuer, API, source.clone())
            .unwrap()
            .clock(clock.clone());
        Self {
            source,
            clock,
            tokens,
        }
    }

    /// An API whose issuer publishes this key.
    fn of(key: &SigningKey) -> Self {
        let fixture = Self::new();
        fixture.publish(&[key]);
        fixture
    }

    fn publish(&self, keys: &[&SigningKey]) {
        let keys = keys.iter().map(|key| key.public().clone()).collect();
        *self.source.published.lock().unwrap() = Some(JwkSet::new(keys));
    }

    fn is_down(&self) {
        *self.source.published.lock().unwrap() = None;
    }

    fn seconds_later(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn request_count(&self) -> usize {
        self.source.request_count.load(Ordering::SeqCst)
    }

    async fn is_active(&self, token: &str) -> bool {
        self.tokens.check(token).await.unwrap().active
    }
}

fn key() -> SigningKey {
    SigningKey::generate(SigningAlgorithm::Es256).unwrap()
}

/// The claims of a good token.
fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": API, "sub": "alice", "client_id": "spa", "jti": "one", "scope": "read",
        "iat": NOW, "exp": NOW + 3600,
    })
}

/// The same claims with one changed, or left out if the value is null.
fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    let members = claims.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
    claims
}

fn sign(key: &SigningKey, claims: &Value) -> String {
    key.sign(JwtType::AccessToken, claims).unwrap()
}

#[tokio::test]
async fn a_good_token_is_known_by_what_it_says() {
    let key = key();
    let fixture = Fixture::of(&key);
    let answer = fixture.tokens.check(&sign(&key, &claims())).await.unwrap();
    assert_eq!(
        serde_json::to_value(answer).unwrap(),
        json!({
            "active": true, "scope": "read", "client_id": "spa", "token_type": "Bearer", "sub": "alice",
            "iss": ISSUER, "aud": API, "iat": NOW, "exp": NOW + 3600,
        })
    );
}

/// Handlers and layers need not know how a token was checked.
#[tokio::test]
async fn a_handler_sees_what_the_token_says() {
    let key = key();
    let fixture = Fixture::of(&key);
    let guard = ResourceLayer::new(Arc::new(fixture.tokens)).scope(Scope::parse("read").unwrap());
    let handler = async |access: Access| {
        let audience: Vec<_> = access.audience().unwrap().iter().collect();
        assert_eq!((audience, access.sub()), (vec![API], Some("alice")));
        assert_eq!(access.client_id().map(ClientId::as_str), Some("spa"));
        assert_eq!((access.username(), access.expires_at()), (None, Some(NOW + 3600)));
        assert_eq!(access.scope().map(ToString::to_string).as_deref(), Some("read"));
    };
    let api = Router::new().route("/", get(handler)).layer(guard);
    for (claims, status) in [
        (claims(), 200),
        (with("scope", json!("write")), 403),
        (with("aud", json!(ISSUER)), 401),
    ] {
        let bearer = format!("Bearer {}", sign(&key, &claims));
        let request = Request::get("/").header("authorization", bearer);
        let request = request.body(Body::empty()).unwrap();
        let answer = api.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status, "{claims}");
    }
}

/// A cached result must not outlive its token.
#[tokio::test]
async fn a_token_that_is_remembered_expires_as_any() {
    let key = key();
    let fixture = Fixture::of(&key);
    let token = sign(&key, &claims());
    assert!(fixture.is_active(&token).await);
    fixture.seconds_later(3600 + 14);
    assert!(fixture.is_active(&token).await);
    fixture.seconds_later(1);
    assert!(!fixture.is_active(&token).await);
    fixture.seconds_later(-3600 - 40);
    assert!(!fixture.is_active(&token).await, "it is from the future");
}

#[tokio::test]
async fn a_changed_token_is_not_taken_for_the_remembered_one() {
    let key = key();
    let fixture = Fixture::of(&key);
    let token = sign(&key, &claims());
    assert!(fixture.is_active(&token).await);
    let (rest, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = rest.split_once('.').unwrap();
    let mallory = sign(&key, &with("sub", json!("mallory")));
    let others_claims = mallory.split('.').nth(1).unwrap();
    assert!(
        !fixture
            .is_active(&format!("{header}.{others_claims}.{signature}"))
            .await
    );
}

/// Knows one token, which is for another API or for this one.
struct Opaque(&'static str);

#[async_trait]
impl TokenChecker for Opaque {
    async fn check(&self, token: &str) -> Result<IntrospectionResponse, CheckError> {
        Ok(IntrospectionResponse {
            active: token == "opaque",
            aud: Some(Audience::parse([self.0]).unwrap()),
            ..IntrospectionResponse::default()
        })
    }
}

#[tokio::test]
async fn other_tokens_are_asked_about_where_somebody_knows_them() {
    let alone = Fixture::of(&key());
    assert!(!alone.is_active("opaque").await);
    assert_eq!(alone.request_count(), 0, "no key is needed for that");

    let fixture = Fixture::new();
    let tokens = fixture.tokens.or(Opaque(API));
    assert!(tokens.check("opaque").await.unwrap().active);
    assert!(!tokens.check("other").await.unwrap().active);
    let fixture = Fixture::new();
    let tokens = fixture.tokens.or(Opaque("https://other.example/"));
    assert!(
        !tokens.check("opaque").await.unwrap().active,
        "it is for another API"
    );
}

#[tokio::test]
async fn nobody_else_is_asked_about_a_token_that_is_a_jwt() {
    struct Everything;
    #[async_trait]
    impl TokenChecker for Everything {
        async fn check(&self, _token: &str) -> Result<IntrospectionResponse, CheckError> {
            Ok(IntrospectionResponse {
                active: true,
                ..IntrospectionResponse::default()
            })
        }
    }
    let fixture = Fixture::of(&key());
    let foreign = sign(&key(), &claims());
    let tokens = fixture.tokens.or(Everything);
    assert!(!tokens.check(&foreign).await.unwrap().active);
}

#[test]
fn an_identifier_is_an_absolute_uri_and_keys_come_with_tls() {
    let of = |issuer: &str, identifier: &str| {
        JwtAccessTokens::new(&Issuer::parse(issuer).unwrap(), identifier).map(|_| ())
    };
    assert_eq!(of(ISSUER, API), Ok(()));
    assert_eq!(of("http://localhost:8000/o", "urn:example:api"), Ok(()));
    for identifier in ["", "orders", "https://api.example/#x"] {
        assert_eq!(
            of(ISSUER, identifier),
            Err(SetupError::Identifier(identifier.to_owned()))
        );
    }
    let plain = Issuer::parse("http://as.example/o").unwrap();
    assert_eq!(of(plain.as_str(), API), Err(SetupError::PlainHttp(plain.clone())));
    let private = Issuer::parse("http://pixie:8000/o").unwrap();
    assert_eq!(
        of(private.as_str(), API),
        Err(SetupError::PlainHttp(private.clone()))
    );
    let insecure = |issuer: &Issuer| JwtAccessTokens::over_insecure_http(issuer, API).map(|_| ());
    assert_eq!(insecure(&private), Ok(()));
    assert_eq!(insecure(&plain), Err(SetupError::PlainHttp(plain.clone())));
}
