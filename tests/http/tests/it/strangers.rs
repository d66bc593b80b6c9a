//! Requests of strangers store nothing, break nothing, and nothing of them comes back as markup (RFC 9700 section 4.17,
//! OWASP ASVS 3.4 and 16.5).

mod growth;
mod odd_requests;

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use tracing_subscriber::fmt::MakeWriter;

use pixie_testing::harness::{Answer, Server, encode};

const ROUTES: &[&str] = &[
    "/",
    "/health/live",
    "/health/ready",
    "/.well-known/oauth-authorization-server/o",
    "/.well-known/openid-configuration/o",
    "/o/",
    "/o",
    "/o/authorize/",
    "/o/token/",
    "/o/revoke_token/",
    "/o/introspect/",
    "/o/userinfo/",
    "/o/.well-known/jwks.json",
    "/o/.well-known/oauth-authorization-server",
    "/o/login/",
    "/o/consent/",
    "/o/logout/",
    "/o/select-account/",
    "/o/sign-up/",
    "/o/register/",
    "/o/register/x/",
    "/o/keys/",
    "/o/keys/ES256/rotate/",
    "/o/api/keys/",
    "/o/api/keys/rotate/",
    "/o/setup/",
    "/o/applications/",
    "/o/applications/register/",
    "/o/applications/x/",
    "/o/applications/x/update/",
    "/o/applications/x/rotate-secret/",
    "/o/applications/x/delete/",
    "/o/authorized_tokens/",
    "/o/authorized_tokens/x/delete/",
    "/o/assets/pixie.css",
];

const FIELDS: &[&str] = &[
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "prompt",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
    "nonce",
    "claims",
    "max_age",
    "id_token_hint",
    "login_hint",
    "post_logout_redirect_uri",
    "resource",
    "pixie_proof",
    "email",
    "when",
    "next",
    "username",
    "password",
    "password_again",
    "csrf_token",
    "token",
    "decision",
    "name",
    "client_type",
    "grant_types_authorization-code",
    "relaxations_x",
    "redirect_uris",
    "allowed_origins",
    "default_scope",
    "profile",
    "revision",
    "skip_authorization",
    "grant_type",
    "code",
    "code_verifier",
    "refresh_token",
    "client_secret",
];

/// The text that must never come back unescaped.
const MARKUP: &str = "\"'><script>alert(1)</script>";

fn assert_escaped(answer: &Answer) {
    assert!(answer.status.as_u16() < 500, "{answer:?}");
    assert!(!answer.body.contains("<script>alert"), "{answer:?}");
    assert!(!answer.body.contains("\"'>"), "{answer:?}");
}

#[tokio::test]
async fn markup_in_any_field_of_any_query_or_form_comes_back_escaped() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let (nobody, root) = (server.browser(), server.sign_in("root").await);
    let token = nobody.get("/o/login/").await.field("csrf_token");
    let root_token = root.get("/o/").await.field("csrf_token");
    for route in ROUTES {
        for field in FIELDS {
            let query = encode(&[(field, MARKUP)]);
            let request = client.request(&[(field, MARKUP)]);
            for path in [format!("{route}?{query}"), format!("{route}?{request}")] {
                assert_escaped(&nobody.get(&path).await);
                assert_escaped(&root.get(&path).await);
            }
            for (browser, token) in [(&nobody, &token), (&root, &root_token)] {
                let mut form = vec![("csrf_token", &**token), ("request", &*request), ("next", "/o/")];
                form.retain(|(name, _)| name != field);
                form.push((field, MARKUP));
                assert_escaped(&browser.post(route, &form).await);
            }
        }
    }
}

#[tokio::test]
async fn what_is_stored_with_markup_in_it_is_shown_escaped() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    let new = pixie_provider::NewPerson {
        username: MARKUP.to_owned(),
        password: Some(pixie_testing::harness::PASSWORD.to_owned().into()),
        ..Default::default()
    };
    server
        .provider
        .add_account(pixie_provider::Actor::Operator, new)
        .await
        .unwrap();
    let client = server
        .register(serde_json::json!({
            "client_id": MARKUP, "client_name": MARKUP, "redirect_uris": ["https://a.example/cb?'%22&b='"],
        }))
        .await;
    let victim = server.sign_in(MARKUP).await;
    let login = encode(&[("next", &format!("/o/authorize/?{}", client.request(&[])))]);
    let page = format!("/o/applications/{}/", client.key);
    assert_escaped(&victim.get("/o/").await.assert_status(200));
    assert_escaped(&victim.get("/o/logout/").await.assert_status(200));
    assert_escaped(&victim.get(&format!("/o/login/?{login}")).await.assert_status(200));
    assert_escaped(
        &victim
            .get(&format!("/o/consent/?{}", client.request(&[])))
            .await
            .assert_status(200),
    );
    victim.consent(&client, &[], "allow").await.code();
    assert_escaped(&victim.get("/o/authorized_tokens/").await.assert_status(200));
    assert_escaped(
        &victim
            .get(&format!("/o/authorized_tokens/{}/delete/", client.key))
            .await
            .assert_status(200),
    );
    for action in ["", "update/", "delete/"] {
        assert_escaped(&root.get(&format!("{page}{action}")).await.assert_status(200));
    }
    assert_escaped(&root.get("/o/applications/").await.assert_status(200));
}

#[tokio::test]
async fn two_hundred_requests_of_strangers_store_nothing() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let before = server.database();
    for number in 0..50 {
        let state = format!("state{number}");
        let redirect = server
            .browser()
            .authorize_with(&client, &[("state", &state)])
            .await
            .assert_status(302);
        server.get(redirect.location()).await.assert_status(200);
        let form = [("request", &*client.request(&[])), ("decision", "allow")];
        server.post("/o/consent/", &form).await.assert_status(303);
        server.browser().sign_in(&format!("user{number}"), "wrong").await;
    }
    assert_eq!(server.database(), before);
}

#[tokio::test]
async fn host_and_forwarded_headers_never_change_what_is_said() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let paths = [
        "/o/.well-known/oauth-authorization-server".to_owned(),
        "/.well-known/openid-configuration/o".to_owned(),
        "/o/login/".to_owned(),
        "/o/".to_owned(),
        "/o/applications/".to_owned(),
        format!("/o/authorize/?{}", client.request(&[])),
        format!("/o/authorize/?{}", client.request(&[("prompt", "none")])),
    ];
    for path in &paths {
        let plain = server.get(path).await;
        for value in [
            "evil.example",
            "evil.example:99999",
            "localhost:8000@evil.example",
            "<script>",
            "",
            "a b",
        ] {
            for name in [
                "host",
                "x-forwarded-host",
                "x-forwarded-proto",
                "forwarded",
                "x-original-url",
                "x-forwarded-prefix",
            ] {
                let request = Request::get(path)
                    .header(name, value)
                    .body(Body::empty())
                    .unwrap();
                let answer = server.send(request).await;
                assert_eq!(
                    (answer.status, answer.location()),
                    (plain.status, plain.location())
                );
                assert!(
                    !answer.body.contains("evil.example")
                        && answer.body.matches("<script").count() == plain.body.matches("<script").count(),
                    "{answer:?}"
                );
                if path.contains("well-known") {
                    assert_eq!(answer.body, plain.body);
                }
            }
        }
    }
}

#[tokio::test]
async fn errors_say_nothing_of_the_inside() {
    let server = Server::start().await;
    for path in [
        "/o/authorize/",
        "/o/consent/",
        "/o/setup/?token=x",
        "/nothing",
        "/o/applications/%ff/",
        "/o/assets/%ff",
    ] {
        let answer = server.get(path).await;
        for word in [
            "sqlite", "panicked", "crates/", ".rs", "SELECT", "tokio", "axum", "Err(",
        ] {
            assert!(!answer.body.contains(word), "{word}: {answer:?}");
        }
    }
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn an_error_page_has_the_request_id_that_the_log_has_and_the_log_no_query() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let server = Server::start().await;
    let request = "/o/authorize/?client_id=nobody&state=very-private-state";
    // The tests beside this one do not listen, and what they reach first is remembered as not listened to.
    server.get(request).await.assert_status(400);
    tracing::callsite::rebuild_interest_cache();
    let answer = server.get(request).await;
    let id = answer.header("x-request-id").to_owned();
    answer.assert_page(400, &format!("id=\"request_id\">{id}<"));
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let line = text
        .lines()
        .find(|line| line.contains(&id))
        .unwrap_or_else(|| panic!("{text}"));
    assert!(
        line.contains("Unknown client_id") && line.contains("/o/authorize/"),
        "{line}"
    );
    assert!(!text.contains("very-private-state"), "{text}");
}

#[tokio::test]
async fn a_repeated_parameter_is_refused_by_every_form() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    let token = root.get("/o/").await.field("csrf_token");
    for route in [
        "/o/login/",
        "/o/consent/",
        "/o/logout/",
        "/o/setup/",
        "/o/applications/register/",
    ] {
        let form = [("csrf_token", &*token), ("x", "1"), ("x", "2")];
        root.post(route, &form).await.assert_page(400, "repeated");
    }
    root.get("/o/applications/").await.assert_status(200);
}

#[tokio::test]
async fn texts_that_mean_something_to_a_database_mean_nothing() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let before = server.database();
    for text in [
        "' OR '1'='1",
        "'; DROP TABLE users; --",
        "\u{0}",
        "%' --",
        "alice'--",
    ] {
        server
            .browser()
            .sign_in(text, pixie_testing::harness::PASSWORD)
            .await
            .assert_status(400);
        server
            .browser()
            .authorize_with(&client, &[("client_id", text)])
            .await
            .assert_status(400);
        let browser = server.browser();
        browser.set_cookie("pixie_form", "'");
        let path = format!("/o/setup/?{}", encode(&[("token", text)]));
        browser.get(&path).await.assert_status(410);
    }
    assert_eq!(server.database(), before);
}

/// A value that is nested deeper than anybody needs is refused if it is read, or followed to its end, and breaks
/// nothing.
#[tokio::test]
async fn deep_json_breaks_nothing_wherever_it_is_sent() {
    let server = Server::with(|settings| {
        settings.registration.mode = pixie_provider::RegistrationMode::Open;
    })
    .await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    for depth in [50, 110, 126, 127, 128, 129, 1000, 3000] {
        let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let claims = format!(r#"{{"userinfo":{{"name":{{"value":{deep}}},"email":{{"values":{deep}}}}}}}"#);
        let changes = [("scope", "openid"), ("claims", &*claims)];
        let answer = browser.authorize_with(&client, &changes).await.assert_status(302);
        match answer.location_param("code") {
            Some(code) => {
                let tokens = server.redeem(&client, &code).await.assert_status(200).json();
                let token = [("access_token", tokens["access_token"].as_str().unwrap())];
                server.post("/o/userinfo/", &token).await.assert_status(200);
                let refresh = tokens["refresh_token"].as_str().unwrap();
                server.refresh(&client, refresh).await.assert_status(200);
            }
            None => {
                answer.assert_refused(&client.redirect_uri, "invalid_request");
            }
        }
        let encode = |json: &str| {
            use base64::Engine;
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json)
        };
        let (none, own) = (
            encode(r#"{"alg":"none"}"#),
            encode(&format!(r#"{{"claims":{deep}}}"#)),
        );
        for token in [format!("{none}.{own}."), format!("{own}.{none}.AAAA")] {
            let answer = browser.authorize_with(&client, &[("request", &token)]).await;
            assert!(answer.location_param("error").is_some(), "{answer:?}");
            let form = [("access_token", &*token)];
            server.post("/o/userinfo/", &form).await.assert_status(401);
            let logout = browser.get(&format!("/o/logout/?id_token_hint={token}")).await;
            logout.assert_status(400);
        }
        for body in [
            deep.clone(),
            format!(r#"{{"redirect_uris":{deep}}}"#),
            format!(r#"{{"redirect_uris":["https://a.example/cb"],"jwks":{{"keys":{deep}}}}}"#),
            format!(r#"{{"redirect_uris":["https://a.example/cb"],"jwks":{{"keys":[],"x":{deep}}}}}"#),
        ] {
            let request = Request::post("/o/register/").header("content-type", "application/json");
            let answer = server.send(request.body(Body::from(body)).unwrap()).await;
            answer.assert_status(400);
        }
    }
}
