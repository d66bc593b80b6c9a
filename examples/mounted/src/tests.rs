//! The application answers people and apps as its comments say.

use super::*;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Builder;
use pixie_provider::NewUser;
use pixie_testing::harness::{Answer, Browser, Tokens, encode};
use tower::ServiceExt as _;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

struct TestApp {
    app: Router,
    _folder: tempfile::TempDir,
}

impl TestApp {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let provider = pixie::open(&folder.path().join("data"), ISSUER).await.unwrap();
        let alice = NewUser {
            username: "alice".to_owned(),
            password: Some("correct horse".to_owned().into()),
            ..NewUser::default()
        };
        provider.add_user(alice).await.unwrap();
        Self {
            app: app(provider).unwrap(),
            _folder: folder,
        }
    }

    async fn send(&self, request: Builder, form: &[(&str, &str)]) -> Answer {
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = request.body(Body::from(encode(form))).unwrap();
        Answer::read(self.app.clone().oneshot(request).await.unwrap()).await
    }

    /// A browser in which alice has signed in.
    async fn sign_in(&self) -> Browser {
        let browser = Browser::new(self.app.clone());
        browser.sign_in("alice", "correct horse").await.assert_status(303);
        browser
    }
}

#[tokio::test]
async fn a_browser_without_a_session_is_sent_to_the_login_page() {
    let app = TestApp::new().await;
    let answer = app
        .send(Request::get("/api/test/").header(ACCEPT, "text/html"), &[])
        .await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.location(), "/o/login/?next=%2Fapi%2Ftest%2F");
}

#[tokio::test]
async fn a_program_without_a_token_is_told_to_bring_one() {
    let app = TestApp::new().await;
    let answer = app.send(Request::get("/api/test/"), &[]).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="api""#);
}

#[tokio::test]
async fn a_session_opens_the_api() {
    let app = TestApp::new().await;
    let answer = app.sign_in().await.get("/api/test/").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, "Hello alice, this is very private.\n");
}

#[tokio::test]
async fn a_token_opens_the_api() {
    let app = TestApp::new().await;
    let ask = format!(
        "/o/authorize/?client_id=client_id_value&response_type=code&redirect_uri=http://127.0.0.1:8001/\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let answer = app.sign_in().await.get(&ask).await;
    assert!(
        answer.location().starts_with("http://127.0.0.1:8001/?"),
        "{answer:?}"
    );
    let code = answer.code();
    let form = [
        ("client_id", "client_id_value"),
        ("grant_type", "authorization_code"),
        ("redirect_uri", "http://127.0.0.1:8001/"),
        ("code_verifier", VERIFIER),
        ("code", &code),
    ];
    let answer = app.send(Request::post("/o/token/"), &form).await;
    let token = Tokens::of(&answer).access;
    assert!(!token.is_empty(), "{answer:?}");
    let bearer = format!("Bearer {token}");
    let answer = app
        .send(Request::get("/api/test/").header(AUTHORIZATION, bearer), &[])
        .await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn the_rest_of_the_application_is_as_before() {
    let app = TestApp::new().await;
    let answer = app.send(Request::get("/"), &[]).await;
    assert_eq!(answer.body, "This was here before.\n");
    assert_eq!(app.send(Request::get("/elsewhere"), &[]).await.status, 404);
}
