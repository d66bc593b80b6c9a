//! The application answers people and apps as its comments say.

use super::*;
use axum::body::Body;
use axum::http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE, WWW_AUTHENTICATE,
};
use axum::http::request::Builder;
use axum::response::Response;
use http_body_util::BodyExt as _;
use pixie_provider::NewUser;
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

    async fn send(&self, request: Builder, form: &[(&str, &str)]) -> Response {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.app
            .clone()
            .oneshot(request.body(Body::from(form)).unwrap())
            .await
            .unwrap()
    }

    /// The cookies of a browser in which alice has signed in.
    async fn sign_in(&self) -> String {
        let page = self.send(Request::get("/o/login/"), &[]).await;
        let mut cookies = cookies(&page);
        let html = body(page).await;
        let (_, token) = html.split_once(r#"name="csrf_token" value=""#).unwrap();
        let (token, _) = token.split_once('"').unwrap();
        let form = [
            ("csrf_token", token),
            ("username", "alice"),
            ("password", "correct horse"),
        ];
        let answer = self
            .send(Request::post("/o/login/").header(COOKIE, &cookies), &form)
            .await;
        assert_eq!(answer.status(), 303);
        cookies.push_str(&self::cookies(&answer));
        cookies
    }
}

fn cookies(answer: &Response) -> String {
    let set = answer.headers().get_all(SET_COOKIE).iter();
    set.map(|value| format!("{}; ", value.to_str().unwrap().split(';').next().unwrap()))
        .collect()
}

async fn body(answer: Response) -> String {
    String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

#[tokio::test]
async fn a_browser_without_a_session_is_sent_to_the_login_page() {
    let app = TestApp::new().await;
    let answer = app
        .send(Request::get("/api/test/").header(ACCEPT, "text/html"), &[])
        .await;
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()[LOCATION], "/o/login/?next=%2Fapi%2Ftest%2F");
}

#[tokio::test]
async fn a_program_without_a_token_is_told_to_bring_one() {
    let app = TestApp::new().await;
    let answer = app.send(Request::get("/api/test/"), &[]).await;
    assert_eq!(answer.status(), 401);
    assert_eq!(answer.headers()[WWW_AUTHENTICATE], r#"Bearer realm="api""#);
}

#[tokio::test]
async fn a_session_opens_the_api() {
    let app = TestApp::new().await;
    let session = app.sign_in().await;
    let answer = app
        .send(Request::get("/api/test/").header(COOKIE, session), &[])
        .await;
    assert_eq!(answer.status(), 200);
    assert_eq!(body(answer).await, "Hello alice, this is very private.\n");
}

#[tokio::test]
async fn a_token_opens_the_api() {
    let app = TestApp::new().await;
    let session = app.sign_in().await;
    let ask = format!(
        "/o/authorize/?client_id=client_id_value&response_type=code&redirect_uri=http://127.0.0.1:8001/\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let answer = app.send(Request::get(ask).header(COOKIE, session), &[]).await;
    let location = answer.headers()[LOCATION].to_str().unwrap();
    let (_, query) = location
        .strip_prefix("http://127.0.0.1:8001/")
        .unwrap()
        .split_once('?')
        .unwrap();
    let (_, code) = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "code")
        .unwrap();
    let form = [
        ("client_id", "client_id_value"),
        ("grant_type", "authorization_code"),
        ("redirect_uri", "http://127.0.0.1:8001/"),
        ("code_verifier", VERIFIER),
        ("code", &code),
    ];
    let answer = body(app.send(Request::post("/o/token/"), &form).await).await;
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let token = answer["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("no token: {answer}"));
    let bearer = format!("Bearer {token}");
    let answer = app
        .send(Request::get("/api/test/").header(AUTHORIZATION, bearer), &[])
        .await;
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn the_rest_of_the_application_is_as_before() {
    let app = TestApp::new().await;
    assert_eq!(
        body(app.send(Request::get("/"), &[]).await).await,
        "This was here before.\n"
    );
    assert_eq!(app.send(Request::get("/elsewhere"), &[]).await.status(), 404);
}
