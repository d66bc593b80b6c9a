//! The application answers people and apps as its comments and the guide say.

use super::*;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Builder;
use pixie_oauth::jose::UnverifiedJwt;
use pixie_provider::HostPerson;
use pixie_testing::harness::{Answer, Browser, encode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const PASSWORD: &str = "correct horse";

struct TestApp {
    app: Router,
    provider: Provider,
    _folder: tempfile::TempDir,
}

impl TestApp {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let provider = pixie::open(&folder.path().join("data"), ISSUER).await.unwrap();
        Self {
            app: app(provider.clone()).unwrap(),
            provider,
            _folder: folder,
        }
    }

    async fn send(&self, request: Builder, form: &[(&str, &str)]) -> Answer {
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = request.body(Body::from(encode(form))).unwrap();
        Answer::read(self.app.clone().oneshot(request).await.unwrap()).await
    }

    fn browser(&self) -> Browser {
        Browser::at(self.app.clone(), self.provider.issuer())
    }

    /// A browser in which alice has signed in.
    async fn sign_in(&self) -> Browser {
        let browser = self.browser();
        log_in(&browser, "/login").await.assert_status(303);
        browser
    }

    /// The answer to a code.
    async fn redeem(&self, code: &str) -> Value {
        let form = [
            ("client_id", "client_id_value"),
            ("grant_type", "authorization_code"),
            ("redirect_uri", "http://127.0.0.1:8001/"),
            ("code_verifier", VERIFIER),
            ("code", code),
        ];
        let answer = self.send(Request::post("/o/token/"), &form).await;
        answer.assert_status(200).json()
    }

    async fn get_with(&self, path: &str, token: &Value) -> Answer {
        let bearer = format!("Bearer {}", token.as_str().unwrap());
        self.send(Request::get(path).header(AUTHORIZATION, bearer), &[])
            .await
    }
}

/// Opens the login page at an address and signs alice in.
async fn log_in(browser: &Browser, page: &str) -> Answer {
    let shown = browser.get(page).await.assert_status(200);
    assert!(shown.body.contains("Sign in to Notes"), "{shown:?}");
    browser
        .post(page, &[("username", "alice"), ("password", PASSWORD)])
        .await
}

fn ask(more: &str) -> String {
    format!(
        "/o/authorize/?client_id=client_id_value&response_type=code&redirect_uri=http://127.0.0.1:8001/\
         &code_challenge={CHALLENGE}&code_challenge_method=S256{more}"
    )
}

#[tokio::test]
async fn a_browser_without_a_session_is_sent_to_the_login_page_of_the_application() {
    let app = TestApp::new().await;
    let answer = app
        .send(Request::get("/api/test/").header(ACCEPT, "text/html"), &[])
        .await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.location(), "/login?next=%2Fapi%2Ftest%2F");
    let answer = app.browser().get("/o/applications/").await;
    assert_eq!(answer.location(), "/login?next=%2Fo%2Fapplications%2F");
    let home = app.browser().get("/o/").await.assert_status(200);
    assert!(
        home.body.contains("\"/login\"") && !home.body.contains("/o/login/"),
        "{home:?}"
    );
}

#[tokio::test]
async fn the_built_in_pages_to_sign_in_do_not_exist() {
    let app = TestApp::new().await;
    for page in ["/o/login/", "/o/sign-up/", "/o/setup/"] {
        assert_eq!(app.browser().get(page).await.status, 404, "{page}");
        assert_eq!(app.send(Request::post(page), &[]).await.status, 404, "{page}");
    }
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
async fn a_wrong_password_opens_no_session() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let typed = [("username", "alice"), ("password", "wrong")];
    browser.post("/login", &typed).await.assert_status(403);
    assert_eq!(browser.get("/api/test/").await.status, 401);
}

#[tokio::test]
async fn the_code_flow_goes_over_the_login_page_and_userinfo_tells_what_the_application_knows() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let response = browser.get(&ask("&scope=openid+profile+email+read")).await;
    let login = response.assert_status(302).location().to_owned();
    assert!(login.starts_with("/login?next=%2Fo%2Fauthorize%2F"), "{login}");
    let back = log_in(&browser, &login).await.assert_status(303);
    let answer = browser.get(back.location()).await;
    assert!(
        answer.location().starts_with("http://127.0.0.1:8001/?"),
        "{answer:?}"
    );
    let tokens = app.redeem(&answer.code()).await;

    let alice = HostPerson {
        external_id: "17",
        username: "alice",
    };
    let account = app.provider.ensure_account(alice).await.unwrap();
    let userinfo = app.get_with("/o/userinfo/", &tokens["access_token"]).await;
    let mut userinfo = userinfo.assert_status(200).json();
    userinfo.as_object_mut().unwrap().remove("updated_at");
    assert_eq!(
        userinfo,
        json!({
            "sub": account.id.to_string(),
            "name": "Alice Example",
            "preferred_username": "alice",
            "email": "alice@example.com",
            "email_verified": true,
        })
    );
    let id_token = UnverifiedJwt::parse(tokens["id_token"].as_str().unwrap()).unwrap();
    let sub = account.id.to_string();
    assert_eq!(id_token.unverified_claim("sub"), Some(sub.as_str()));
    assert_eq!(id_token.unverified_claim("acr"), Some("1"));
    let answer = app.get_with("/api/test/", &tokens["access_token"]).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn only_the_claims_that_the_scope_asks_for_are_told() {
    let app = TestApp::new().await;
    let answer = app.sign_in().await.get(&ask("&scope=openid+email")).await;
    let tokens = app.redeem(&answer.code()).await;
    let userinfo = app.get_with("/o/userinfo/", &tokens["access_token"]).await.json();
    let names: Vec<_> = userinfo.as_object().unwrap().keys().collect();
    assert_eq!(names, ["email", "email_verified", "sub"]);
}

#[tokio::test]
async fn prompt_login_goes_to_the_page_of_the_application_until_somebody_signs_in_again() {
    let app = TestApp::new().await;
    let browser = app.sign_in().await;
    let login = browser.get(&ask("&scope=openid&prompt=login")).await;
    let login = login.assert_status(302).location().to_owned();
    assert!(
        login.starts_with("/login?next=") && login.ends_with("&reason=again"),
        "{login}"
    );
    let page = url(&login);
    let unchanged = browser.get(&page).await.assert_status(302);
    assert!(unchanged.location().starts_with("/login?next="), "{unchanged:?}");
    let back = log_in(&browser, &login).await.assert_status(303);
    assert_eq!(back.location(), page);
    assert!(!browser.get(&page).await.code().is_empty());
}

/// The path that the login page returns to.
fn url(login: &str) -> String {
    let query = login.split_once('?').unwrap().1;
    let next = pixie_oauth::Params::parse(query.as_bytes()).unwrap();
    next.get("next").unwrap().to_owned()
}

#[tokio::test]
async fn the_login_page_returns_to_no_other_site() {
    let app = TestApp::new().await;
    for next in [
        "https%3A%2F%2Fevil.example%2F",
        "%2F%2Fevil.example%2F",
        "%2F%5Cevil.example",
    ] {
        let answer = log_in(&app.browser(), &format!("/login?next={next}")).await;
        assert_eq!(answer.location(), "/", "{next}");
    }
}

#[tokio::test]
async fn a_new_sign_in_takes_the_place_of_the_session_of_the_browser() {
    let app = TestApp::new().await;
    let browser = app.sign_in().await;
    let before = browser.cookie("pixie_session").unwrap();
    log_in(&browser, "/login").await.assert_status(303);
    assert_ne!(browser.cookie("pixie_session").unwrap(), before);
    let old = app.browser();
    old.set_cookie("pixie_session", &before);
    assert_eq!(old.get("/api/test/").await.status, 401);
}

#[tokio::test]
async fn signing_out_ends_the_session_of_pixie_and_of_the_application() {
    let app = TestApp::new().await;
    let browser = app.sign_in().await;
    assert_eq!(browser.get("/api/test/").await.status, 200);
    browser.submit("/o/logout/", &[]).await.assert_status(200);
    assert_eq!(browser.cookie("pixie_session"), None);
    assert_eq!(browser.get("/api/test/").await.status, 401);
    let response = browser.get(&ask("")).await.assert_status(302);
    assert!(response.location().starts_with("/login?next="), "{response:?}");
}

#[tokio::test]
async fn a_disabled_account_does_not_come_in_by_the_login_page_of_the_application() {
    let app = TestApp::new().await;
    let browser = app.sign_in().await;
    let alice = HostPerson {
        external_id: "17",
        username: "alice",
    };
    let account = app.provider.ensure_account(alice).await.unwrap();
    app.provider
        .set_disabled(pixie_provider::Actor::Operator, account.id, true)
        .await
        .unwrap();
    assert_eq!(browser.get("/api/test/").await.status, 401);
    log_in(&browser, "/login").await.assert_status(503);
    assert_eq!(browser.get("/api/test/").await.status, 401);
}

/// The text waits in the path to return to, sealed for this browser: the login page has nothing to do.
#[tokio::test]
async fn a_form_that_was_sent_after_its_session_ended_is_filled_in_after_the_sign_in() {
    const REGISTER: &str = "/o/applications/register/";
    let app = TestApp::new().await;
    let browser = app.sign_in().await;
    let alice = HostPerson {
        external_id: "17",
        username: "alice",
    };
    let mut account = app.provider.ensure_account(alice).await.unwrap();
    account.administrator = true;
    let made = app
        .provider
        .update_account(pixie_provider::Actor::Operator, account);
    made.await.unwrap();
    let token = browser.get(REGISTER).await.assert_status(200).field("csrf_token");
    browser.set_cookie("pixie_session", "gone");
    let long = "https://a.example/".repeat(200);
    for (name, is_kept) in [("Gärten & mehr", true), (&*long, false)] {
        let typed = [("csrf_token", &*token), ("name", name), ("password", "hunter2")];
        let redirect = browser.post(REGISTER, &typed).await.assert_status(303);
        let login = redirect.location();
        let (page, reason) = if is_kept {
            (
                "/login?next=%2Fo%2Fapplications%2Fregister%2F%3Fpixie_kept%3D",
                "session-ended-with-text",
            )
        } else {
            ("/login?next=%2Fo%2Fapplications%2Fregister%2F&", "session-ended")
        };
        assert!(login.starts_with(page), "{login}");
        assert!(login.ends_with(&format!("&reason={reason}")), "{login}");
        assert!(login.len() < 3200, "{login}");
        let form = log_in(&browser, login).await.assert_status(303);
        let address = form.location().to_owned();
        let form = browser.get(&address).await.assert_status(200);
        assert_eq!(
            form.body.contains("value=\"Gärten &amp; mehr\""),
            is_kept,
            "{form:?}"
        );
        assert!(!form.body.contains("hunter2"), "{form:?}");
        // A link does not fill in the form of another browser.
        let other = app.sign_in().await;
        let form = other.get(&address).await.assert_status(200);
        assert!(!form.body.contains("Gärten"), "{form:?}");
        browser.set_cookie("pixie_session", "gone");
    }
}

#[tokio::test]
async fn the_rest_of_the_application_is_as_before() {
    let app = TestApp::new().await;
    let answer = app.send(Request::get("/"), &[]).await;
    assert_eq!(answer.body, "This was here before.\n");
    assert_eq!(app.send(Request::get("/elsewhere"), &[]).await.status, 404);
}

/// The guide shows the file that these tests run, so it compiles and does what it says.
#[test]
fn the_example_of_the_guide_is_the_file_that_is_tested_and_has_sixty_lines_at_most() {
    let example = include_str!("host.rs");
    let guide = include_str!("../../../docs/mounting.md");
    assert!(guide.contains(&format!("```rust\n{example}```\n")));
    assert!(example.lines().count() <= 60);
}
