//! A store that fails: 503, nothing acknowledged, nothing lost, nothing internal revealed (fosite CVE-2020-15223).

use axum::body::Body;
use axum::http::Request;
use pixie_oauth::jose::{JwtType, SigningAlgorithm};
use pixie_provider::{KeysError, RegistrationMode, RotationRefusal, SignUpMode, When};
use rusqlite::Connection;

use pixie_testing::harness::{Answer, Server, Tokens, encode};

/// Takes tables away from under the running server and gives them back.
struct Sabotage(Connection);

impl Sabotage {
    fn of(server: &Server) -> Self {
        Self(Connection::open(server.database_path()).unwrap())
    }

    /// Without the tables where tokens are kept nothing can be issued, found or revoked.
    fn take_tokens_away(&self) {
        self.rename("access_tokens", "taken_access_tokens");
        self.rename("refresh_tokens", "taken_refresh_tokens");
    }

    fn give_tokens_back(&self) {
        self.rename("taken_access_tokens", "access_tokens");
        self.rename("taken_refresh_tokens", "refresh_tokens");
    }

    fn take(&self, tables: &[&str]) {
        tables
            .iter()
            .for_each(|table| self.rename(table, &format!("taken_{table}")));
    }

    fn give_back(&self, tables: &[&str]) {
        tables
            .iter()
            .for_each(|table| self.rename(&format!("taken_{table}"), table));
    }

    fn rename(&self, from: &str, to: &str) {
        self.0
            .execute_batch(&format!("ALTER TABLE {from} RENAME TO {to}"))
            .unwrap();
    }
}

#[track_caller]
fn assert_unavailable(answer: &Answer) {
    assert_eq!(answer.status, 503, "{answer:?}");
    assert_eq!(answer.json()["error"], "temporarily_unavailable");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.header("retry-after").is_empty());
    for inside in ["table", "sqlite", "SQL", "access_tokens"] {
        assert!(!answer.body.contains(inside), "{answer:?}");
    }
}

#[tokio::test]
async fn a_code_that_could_not_be_redeemed_is_still_good_when_the_store_recovers() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    let sabotage = Sabotage::of(&server);
    sabotage.take_tokens_away();
    assert_unavailable(&server.redeem(&client, &code).await);
    sabotage.give_tokens_back();
    let tokens = Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    assert!(server.is_active(&tokens.access).await);
}

#[tokio::test]
async fn a_refresh_token_that_could_not_be_rotated_is_still_good_when_the_store_recovers() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    let sabotage = Sabotage::of(&server);
    sabotage.take_tokens_away();
    assert_unavailable(&server.refresh(&client, &tokens.refresh).await);
    sabotage.give_tokens_back();
    sabotage.rename("rotated_answers", "taken_rotated_answers");
    assert_unavailable(&server.refresh(&client, &tokens.refresh).await);
    sabotage.rename("taken_rotated_answers", "rotated_answers");
    server.clock.advance(60);
    server.refresh(&client, &tokens.refresh).await.assert_status(200);
}

#[tokio::test]
async fn a_revocation_that_could_not_be_kept_is_not_acknowledged() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    let sabotage = Sabotage::of(&server);
    sabotage.take_tokens_away();
    for token in [&tokens.access, &tokens.refresh] {
        assert_unavailable(&server.revoke(&client, token).await);
    }
    sabotage.give_tokens_back();
    assert!(server.is_active(&tokens.access).await);
}

#[tokio::test]
async fn what_cannot_be_looked_up_is_not_called_inactive() {
    let server = Server::start().await;
    let (client, api) = (server.spa().await, server.api().await);
    let tokens = server.tokens(&client, "alice").await;
    let sabotage = Sabotage::of(&server);
    sabotage.take_tokens_away();
    for token in [&tokens.access, &tokens.refresh] {
        let form = api.sign(&[("token", token)]);
        assert_unavailable(&server.post("/o/introspect/", &form).await);
    }
    let form = [("grant_type", "client_credentials")];
    assert_unavailable(&server.token(&api, &form).await);
}

#[tokio::test]
async fn userinfo_that_cannot_be_looked_up_is_not_refused() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let code = browser
        .authorize_with(&client, &[("scope", "openid")])
        .await
        .code();
    let tokens = Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    let sabotage = Sabotage::of(&server);
    let form = [("access_token", tokens.access.as_str())];
    for table in ["access_tokens", "users", "clients"] {
        sabotage.rename(table, "taken");
        assert_unavailable(&server.post("/o/userinfo/", &form).await);
        sabotage.rename("taken", table);
    }
    server.post("/o/userinfo/", &form).await.assert_status(200);
}

#[tokio::test]
async fn a_client_that_cannot_be_looked_up_is_not_called_unknown() {
    let server = Server::start().await;
    let client = server.spa().await;
    let sabotage = Sabotage::of(&server);
    sabotage.rename("clients", "taken_clients");
    let form = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    assert_unavailable(&server.token(&client, &form).await);
    let page = server
        .get(&format!("/o/authorize/?{}", client.request(&[])))
        .await;
    page.assert_page(503, "The server cannot answer now");
    assert!(!page.body.contains("Invalid request"));
}

/// Damage has another answer than a store that does not answer now: an operator must repair it first.
#[tokio::test]
async fn a_damaged_row_has_its_own_sentence_and_is_asked_for_again_later() {
    let server = Server::start().await;
    let (client, api) = (server.spa().await, server.api().await);
    let tokens = server.tokens(&client, "alice").await;
    let browser = server.sign_in("alice").await;
    let sabotage = Sabotage::of(&server);
    let change = |sql: &str| sabotage.0.execute_batch(sql).unwrap();
    let form = api.sign(&[("token", &*tokens.access)]);
    change("UPDATE access_tokens SET scope = scope || char(1); UPDATE users SET claims = 'no JSON'");
    server.clock.advance(3);
    let answer = server.post("/o/introspect/", &form).await;
    assert_unavailable(&answer);
    let description =
        "The server cannot read a part of its database; tell its operator, and try again later.";
    assert_eq!(answer.json()["error_description"], description);
    assert_eq!(answer.header("retry-after"), "300");
    let page = browser.get("/o/applications/").await;
    page.assert_page(503, "The server cannot read a part of its database");
    assert_eq!(page.header("retry-after"), "300");

    change("UPDATE access_tokens SET scope = rtrim(scope, char(1)); UPDATE users SET claims = NULL");
    server.post("/o/introspect/", &form).await.assert_status(200);
    browser.get("/o/applications/").await.assert_status(200);
}

/// If nothing can be read or written, no answer says that something is unknown, signed out or done.
#[tokio::test]
async fn every_page_and_endpoint_for_openid_connect_says_that_it_cannot_answer_now() {
    let server = Server::with(|settings| {
        settings.sign_up = SignUpMode::Open;
        settings.registration.mode = RegistrationMode::Open;
    })
    .await;
    let client = server.spa().await;
    let root = server.sign_in("root").await;
    let register = |method: &str, path: &str, body: &str| {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("content-type", "application/json");
        let request = request.header("authorization", "Bearer pixie_rg_x");
        request.body(Body::from(body.to_owned())).unwrap()
    };
    let agent = r#"{"redirect_uris":["https://new.example/cb"]}"#;
    let own = server.send(register("POST", "/o/register/", agent)).await;
    let own = own.assert_status(201).json();
    let managed = |method: &str| {
        let path = format!("/o/register/{}/", own["client_id"].as_str().unwrap());
        let mut request = register(method, &path, "");
        let token = own["registration_access_token"].as_str().unwrap();
        let bearer = format!("Bearer {token}").parse().unwrap();
        request.headers_mut().insert("authorization", bearer);
        request
    };
    let program = server
        .register(serde_json::json!({
            "client_id": "program", "grant_types": ["client_credentials"], "scope": "administration",
        }))
        .await;
    let form = [("grant_type", "client_credentials"), ("scope", "administration")];
    let administrator = Tokens::of(&server.token(&program, &form).await.assert_status(200)).access;
    let next = encode(&[("next", &format!("/o/authorize/?{}", client.request(&[])))]);
    let logout = root.get("/o/logout/").await.field("csrf_token");
    let sign_up = server.browser();
    let sign_up_token = sign_up.get("/o/sign-up/").await.field("csrf_token");
    let account = [
        ("csrf_token", &*sign_up_token),
        ("username", "carol"),
        ("password", pixie_testing::harness::PASSWORD),
        ("password_again", pixie_testing::harness::PASSWORD),
    ];

    let sabotage = Sabotage::of(&server);
    sabotage.take(&["clients", "sessions", "users", "access_tokens"]);
    assert_unavailable(&server.send(register("POST", "/o/register/", agent)).await);
    for method in ["GET", "DELETE"] {
        assert_unavailable(&server.send(managed(method)).await);
    }
    let keys = Request::get("/o/api/keys/").header("authorization", format!("Bearer {administrator}"));
    let keys = server.send(keys.body(Body::empty()).unwrap()).await;
    assert_eq!(keys.status, 503, "{keys:?}");
    for path in [
        format!("/o/select-account/?{next}"),
        "/o/keys/".to_owned(),
        "/o/logout/".to_owned(),
        format!("/o/authorize/?{}", client.request(&[("prompt", "none")])),
    ] {
        root.get(&path)
            .await
            .assert_page(503, "The server cannot answer now");
    }
    let form = [("csrf_token", &*logout)];
    for path in ["/o/logout/", "/o/select-account/", "/o/keys/ES256/rotate/"] {
        root.post(path, &form)
            .await
            .assert_page(503, "The server cannot answer now");
    }
    let answer = sign_up.post("/o/sign-up/", &account).await;
    assert_eq!(answer.status, 503, "{answer:?}");

    sabotage.give_back(&["clients", "sessions", "users", "access_tokens"]);
    root.get("/o/keys/").await.assert_page(200, "ES256");
    server.send(managed("GET")).await.assert_status(200);
    sign_up.post("/o/sign-up/", &account).await.assert_status(303);
}

/// Published keys can still be fetched: others verify with them the tokens that were issued before.
#[tokio::test]
async fn keys_are_served_and_sign_on_while_the_store_does_not_answer() {
    let server = Server::start().await;
    let before = server
        .get("/o/.well-known/jwks.json")
        .await
        .assert_status(200)
        .body;
    let sabotage = Sabotage::of(&server);
    sabotage.rename("signing_keys", "taken_signing_keys");
    server.clock.advance(10);
    assert_eq!(
        server
            .get("/o/.well-known/jwks.json")
            .await
            .assert_status(200)
            .body,
        before
    );
    let algorithm = SigningAlgorithm::Es256;
    let signed = server
        .provider
        .sign(JwtType::Jwt, algorithm, serde_json::json!({}))
        .await;
    assert!(signed.is_ok(), "{signed:?}");
    let rotated = server
        .provider
        .rotate_key(pixie_provider::Actor::Operator, algorithm, When::Now)
        .await;
    assert!(
        matches!(rotated, Err(RotationRefusal::Keys(KeysError::Store(_)))),
        "{rotated:?}"
    );
    sabotage.rename("taken_signing_keys", "signing_keys");
    assert!(
        server
            .provider
            .rotate_key(pixie_provider::Actor::Operator, algorithm, When::Now)
            .await
            .is_ok()
    );
}
