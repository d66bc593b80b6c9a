//! Introspection against a small server on this machine that counts requests.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http_body_util::BodyExt;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::*;

const NOW: i64 = 1_800_000_000;
const GOOD: &str = r#"{"active":true,"scope":"read","token_type":"Bearer","username":"alice"}"#;
const BAD: &str = r#"{"active":false}"#;

/// A fake server with its responses and the requests that it received.
struct Server {
    status: u16,
    answer: Mutex<String>,
    request_count: AtomicUsize,
    last: Mutex<(String, String)>,
    /// If present, responses wait for it.
    gate: Option<Notify>,
}

#[derive(Default)]
struct FakeClock(AtomicI64);

impl Clock for FakeClock {
    fn now(&self) -> i64 {
        NOW + self.0.load(Ordering::Relaxed)
    }
}

struct Fixture {
    server: Arc<Server>,
    clock: Arc<FakeClock>,
    introspection: Introspection,
}

async fn introspect(State(server): State<Arc<Server>>, request: Request) -> Response {
    server.request_count.fetch_add(1, Ordering::SeqCst);
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let authorization = head.headers["authorization"].to_str().unwrap().to_owned();
    *server.last.lock().unwrap() = (authorization, String::from_utf8(body.to_vec()).unwrap());
    if let Some(gate) = &server.gate {
        gate.notified().await;
    }
    let status = http::StatusCode::from_u16(server.status).unwrap();
    (status, server.answer.lock().unwrap().clone()).into_response()
}

fn credentials() -> Credentials {
    Credentials::Basic {
        client_id: ClientId::parse("my api").unwrap(),
        client_secret: ClientSecret::parse("se:cr&et").unwrap(),
    }
}

async fn serve(router: Router) -> Issuer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Issuer::parse(&format!("http://{address}/o")).unwrap()
}

impl Fixture {
    async fn start(status: u16, answer: &str, gate: Option<Notify>) -> Self {
        let server = Arc::new(Server {
            status,
            answer: Mutex::new(answer.into()),
            request_count: AtomicUsize::new(0),
            last: Mutex::default(),
            gate,
        });
        let router = Router::new()
            .route("/o/introspect/", post(introspect))
            .with_state(server.clone());
        let clock = Arc::new(FakeClock::default());
        let introspection = Introspection::new(&serve(router).await, credentials()).unwrap();
        Self {
            server,
            introspection: introspection.clock(clock.clone()),
            clock,
        }
    }

    async fn answering(answer: &str) -> Self {
        Self::start(200, answer, None).await
    }

    async fn is_active(&self, token: &str) -> bool {
        self.introspection.check(token).await.unwrap().active
    }

    fn now_answers(&self, answer: &str) {
        *self.server.answer.lock().unwrap() = answer.into();
    }

    fn seconds_later(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn request_count(&self) -> usize {
        self.server.request_count.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn id_and_secret_are_form_encoded_in_the_header_and_the_token_in_the_body() {
    let fixture = Fixture::answering(GOOD).await;
    let answer = fixture.introspection.check("a+b=").await.unwrap();
    assert_eq!(answer.username.as_deref(), Some("alice"));
    let (authorization, body) = fixture.server.last.lock().unwrap().clone();
    let sent = pixie_oauth::BasicCredentials::parse(authorization.as_bytes())
        .unwrap()
        .unwrap();
    assert_eq!((&*sent.client_id, &**sent.client_secret), ("my api", "se:cr&et"));
    assert_eq!(body, "token=a%2Bb%3D&token_type_hint=access_token");
}

#[tokio::test]
async fn a_bearer_token_of_its_own_lets_it_ask() {
    let fixture = Fixture::answering(GOOD).await;
    let own = AccessToken::new(1_800_000_000_000, &[7; 32]);
    let introspection = Introspection {
        credentials: Credentials::Bearer(own.clone()),
        ..fixture.introspection
    };
    assert!(introspection.check("t").await.unwrap().active);
    assert_eq!(
        fixture.server.last.lock().unwrap().0,
        format!("Bearer {}", own.expose())
    );
}

#[tokio::test]
async fn a_good_token_is_asked_about_once_in_ten_seconds() {
    let fixture = Fixture::answering(GOOD).await;
    assert!(fixture.is_active("t").await && fixture.is_active("t").await);
    fixture.seconds_later(9);
    assert!(fixture.is_active("t").await);
    assert_eq!(fixture.request_count(), 1);
}

#[tokio::test]
async fn a_revocation_is_seen_after_the_cache_time() {
    let fixture = Fixture::answering(GOOD).await;
    assert!(fixture.is_active("t").await);
    fixture.now_answers(BAD);
    fixture.seconds_later(9);
    assert!(fixture.is_active("t").await);
    fixture.seconds_later(1);
    assert!(!fixture.is_active("t").await);
}

#[tokio::test]
async fn an_answer_is_never_kept_beyond_the_expiry_of_the_token() {
    let fixture = Fixture::answering(&GOOD.replace('}', &format!(r#","exp":{}}}"#, NOW + 3))).await;
    assert!(fixture.is_active("t").await);
    fixture.now_answers(BAD);
    fixture.seconds_later(2);
    assert!(fixture.is_active("t").await);
    fixture.seconds_later(1);
    assert!(!fixture.is_active("t").await);
}

#[tokio::test]
async fn a_bad_token_is_kept_briefly() {
    let fixture = Fixture::answering(BAD).await;
    assert!(!fixture.is_active("t").await);
    fixture.now_answers(GOOD);
    fixture.seconds_later(1);
    assert!(!fixture.is_active("t").await);
    assert_eq!(fixture.request_count(), 1);
    fixture.seconds_later(1);
    assert!(fixture.is_active("t").await);
}

#[tokio::test]
async fn answers_are_kept_for_their_own_token_only() {
    let fixture = Fixture::answering(GOOD).await;
    assert!(fixture.is_active("one").await);
    fixture.now_answers(BAD);
    assert!(!fixture.is_active("two").await);
    assert!(fixture.is_active("one").await);
}

#[tokio::test]
async fn a_clock_that_was_set_back_makes_nothing_good_for_longer() {
    let fixture = Fixture::answering(GOOD).await;
    assert!(fixture.is_active("t").await);
    fixture.now_answers(BAD);
    fixture.seconds_later(-3600);
    assert!(!fixture.is_active("t").await);
}

#[tokio::test]
async fn without_a_cache_a_revocation_is_seen_at_once() {
    let mut fixture = Fixture::answering(GOOD).await;
    fixture.introspection = fixture.introspection.without_cache();
    assert!(fixture.is_active("t").await);
    fixture.now_answers(BAD);
    assert!(!fixture.is_active("t").await);
}

#[tokio::test]
async fn many_who_ask_at_once_share_one_request() {
    let fixture = Fixture::start(200, GOOD, Some(Notify::new())).await;
    let open_gate = async { fixture.server.gate.as_ref().unwrap().notify_one() };
    let ask = || fixture.is_active("t");
    // All are waiting when the gate opens, for one request: a second one would find the gate closed for ever.
    let answers = tokio::join!(ask(), ask(), ask(), ask(), open_gate);
    assert_eq!(answers, (true, true, true, true, ()));
    assert_eq!(fixture.request_count(), 1);
}

#[tokio::test]
async fn a_failure_is_shared_by_those_who_wait_and_then_forgotten() {
    let fixture = Fixture::start(500, "", None).await;
    let ask = || fixture.introspection.check("t");
    let (one, two) = tokio::join!(ask(), ask());
    assert!(one.is_err() && two.is_err());
    assert_eq!(fixture.request_count(), 1);
    assert!(ask().await.is_err());
    assert_eq!(fixture.request_count(), 2);
}

#[tokio::test]
async fn a_token_of_another_issuer_is_foreign() {
    let fixture = Fixture::answering(r#"{"active":true,"iss":"https://evil.example"}"#).await;
    assert!(!fixture.is_active("t").await);
}

#[tokio::test]
async fn errors_say_what_to_do() {
    for (status, body, expected) in [
        (401, "", "answered 401 to this API's own credentials"),
        (403, "", "answered 403 to this API's own credentials"),
        (500, "", "answered 500"),
        (302, "", "answered 302"),
        (404, "", "answered 404 Not Found; check the issuer"),
        (200, "<html>", "line 1 column 1; check the issuer"),
        (200, "{}", "line 1 column 2; check the issuer"),
        (200, r#"{"active":"yes"}"#, "line 1 column 15; check the issuer"),
        (
            200,
            &format!(r#"{{"active":true,"x":"{}"}}"#, "x".repeat(70_000)),
            "answered too much",
        ),
    ] {
        let fixture = Fixture::start(status, body, None).await;
        let error = fixture
            .introspection
            .check("secret-token")
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
        assert!(
            !error.contains("secret-token") && !error.contains("se:cr"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let fixture = Fixture::start(200, GOOD, Some(Notify::new())).await;
    let hasty = fixture.introspection.timeout(Duration::from_millis(50)).unwrap();
    let error = hasty.check("t").await.unwrap_err();
    assert!(
        matches!(&error, CheckError::Unavailable(why) if why.ends_with("it took too long")),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let issuer = Issuer::parse(&format!("http://{free}/o")).unwrap();
    let introspection = Introspection::new(&issuer, credentials()).unwrap();
    let error = introspection.check("t").await.unwrap_err();
    assert!(matches!(error, CheckError::Unavailable(_)), "{error}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Fixture::answering(GOOD).await;
    let location = elsewhere.introspection.issuer.endpoint("introspect/");
    let redirect = move || {
        let headers = [("location", location.clone())];
        async { (http::StatusCode::TEMPORARY_REDIRECT, headers) }
    };
    let issuer = serve(Router::new().route("/o/introspect/", post(redirect))).await;
    let introspection = Introspection::new(&issuer, credentials()).unwrap();
    let error = introspection.check("t").await.unwrap_err();
    assert!(matches!(error, CheckError::Unreadable(_)), "{error}");
    assert_eq!(elsewhere.request_count(), 0);
}

/// Another test, run again in a process whose environment names a proxy that is not there.
#[test]
fn no_proxy_is_taken_from_the_environment() {
    let test = "introspection::tests::a_bearer_token_of_its_own_lets_it_ask";
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test])
        .env("http_proxy", "http://127.0.0.1:9")
        .env("NO_PROXY", "")
        .env("no_proxy", "")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
fn tokens_are_not_sent_over_plain_http_to_other_machines() {
    let of = |text| Introspection::new(&Issuer::parse(text).unwrap(), credentials()).map(|_| ());
    let plain = Issuer::parse("http://auth.example.com/o").unwrap();
    assert_eq!(of(plain.as_str()), Err(SetupError::PlainHttp(plain.clone())));
    for text in [
        "https://auth.example.com/o",
        "http://localhost:8000/o",
        "http://[::1]:8000/o",
    ] {
        assert_eq!(of(text), Ok(()), "{text}");
    }
}

#[test]
fn plain_http_on_a_private_name_needs_the_explicit_constructor() {
    let private = Issuer::parse("http://pixie:8000/o").unwrap();
    let refused = Introspection::new(&private, credentials()).map(|_| ());
    assert_eq!(refused, Err(SetupError::PlainHttp(private.clone())));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "http://pixie:8000/o is plain http: tokens and keys may be sent only to and from https addresses, or this machine \
         (localhost, 127.0.0.1); for development only, use `over_insecure_http`"
    );
    let allowed = Introspection::over_insecure_http(&private, credentials()).unwrap();
    assert!(
        allowed.timeout(Duration::from_secs(1)).is_ok(),
        "it stays allowed"
    );
    let public = Issuer::parse("http://auth.example.com/o").unwrap();
    let refused = Introspection::over_insecure_http(&public, credentials()).map(|_| ());
    assert_eq!(refused, Err(SetupError::PlainHttp(public)));
}
