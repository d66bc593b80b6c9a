//! Requests while the store does not answer: 503 says when to try again (RFC 9110 section 10.2.3), nothing is answered
//! with another 5xx, and afterwards all is as it was.

use axum::body::Body;
use axum::http::Request;
use pixie_provider::{RegistrationMode, SignUpMode};
use rusqlite::Connection;

use pixie_testing::harness::{Answer, Browser, Client, Server, Tokens, encode};

const TABLES: [&str; 5] = ["clients", "users", "sessions", "access_tokens", "refresh_tokens"];

/// Pages and endpoints, with a form for those that take one.
const GETS: [&str; 17] = [
    "/o/",
    "/o/login/",
    "/o/consent/",
    "/o/logout/",
    "/o/select-account/",
    "/o/sign-up/",
    "/o/setup/?token=pixie_ol_unknown",
    "/o/applications/",
    "/o/applications/register/",
    "/o/applications/01890000-0000-7000-8000-000000000000/",
    "/o/applications/01890000-0000-7000-8000-000000000000/update/",
    "/o/authorized_tokens/",
    "/o/keys/",
    "/o/userinfo/",
    "/o/.well-known/openid-configuration",
    "/health/live",
    "/health/ready",
];

/// All requests but a sign-out, after which nobody is signed in.
const POSTS: [&str; 11] = [
    "/o/login/",
    "/o/consent/",
    "/o/sign-up/",
    "/o/setup/",
    "/o/select-account/",
    "/o/applications/register/",
    "/o/token/",
    "/o/revoke_token/",
    "/o/introspect/",
    "/o/userinfo/",
    "/o/authorize/",
];

#[track_caller]
fn assert_says_when(path: &str, answer: &Answer) {
    let status = answer.status.as_u16();
    assert!(status < 500 || status == 503, "{path}: {answer:?}");
    if status == 503 {
        assert!(!answer.header("retry-after").is_empty(), "{path}: {answer:?}");
    }
}

/// The requests of a test, with their credentials.
struct Asking<'a> {
    server: &'a Server,
    client: Client,
    browser: Browser,
    csrf: String,
    tokens: Tokens,
}

async fn ask_everything(asking: &Asking<'_>) -> usize {
    let Asking {
        server,
        client,
        browser,
        csrf,
        tokens,
    } = asking;
    let mut unavailable = 0;
    let mut note = |path: &str, answer: Answer| {
        assert_says_when(path, &answer);
        unavailable += usize::from(answer.status == 503);
    };
    let form = [
        ("csrf_token", &**csrf),
        ("username", "alice"),
        ("password", pixie_testing::harness::PASSWORD),
        ("password_again", pixie_testing::harness::PASSWORD),
        ("grant_type", "refresh_token"),
        ("refresh_token", &*tokens.refresh),
        ("token", &*tokens.access),
        ("access_token", &*tokens.access),
        ("client_id", &client.id),
        ("name", "An application"),
        ("redirect_uris", "https://new.example/cb"),
    ];
    let authorize = format!("/o/authorize/?{}", client.request(&[]));
    let login = format!("/o/login/?{}", encode(&[("next", &authorize)]));
    for path in GETS.iter().copied().chain([&*authorize, &*login]) {
        note(path, browser.get(path).await);
        note(path, server.get(path).await);
    }
    for path in POSTS {
        note(path, browser.post(path, &form).await);
    }
    let register = Request::post("/o/register/").header("content-type", "application/json");
    let body = r#"{"redirect_uris":["https://new.example/cb"]}"#;
    note(
        "/o/register/",
        server.send(register.body(Body::from(body)).unwrap()).await,
    );
    unavailable
}

#[tokio::test]
async fn every_503_says_when_to_try_again() {
    let server = Server::with(|settings| {
        settings.sign_up = SignUpMode::Open;
        settings.registration.mode = RegistrationMode::Open;
    })
    .await;
    let client = server.spa().await;
    let browser = server.sign_in("root").await;
    let csrf = browser.get("/o/logout/").await.field("csrf_token");
    let asking = Asking {
        tokens: server.tokens(&client, "alice").await,
        server: &server,
        client,
        browser,
        csrf,
    };
    let database = Connection::open(server.database_path()).unwrap();
    let rename = |from: &str, to: &str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        database.execute_batch(&sql).unwrap();
    };
    for table in TABLES {
        rename(table, &format!("taken_{table}"));
        // What was looked up a moment ago is forgotten.
        server.clock.advance(3);
        let unavailable = ask_everything(&asking).await;
        assert!(unavailable > 0, "{table}");
        rename(&format!("taken_{table}"), table);
    }
    server.clock.advance(3);
    asking.browser.get("/o/keys/").await.assert_status(200);
    server.get("/health/ready").await.assert_status(200);
}
