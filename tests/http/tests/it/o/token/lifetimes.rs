//! Lifetimes of codes and tokens that a client has of its own (RFC 6749 sections 4.1.2, 4.2.2 and 5.1).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use pixie_testing::harness::{Client, Server, Tokens, on_both_stores};

/// A client with these fields, beside the scope of which every sign-in gets an ID token.
async fn client_with(server: &Server, fields: Value) -> Client {
    let mut metadata = json!({
        "client_id": "own-lifetimes", "redirect_uris": ["https://own.example/cb"], "skip_authorization": true,
        "token_endpoint_auth_method": "client_secret_post",
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"], "access_token_format": "jwt",
    });
    for (name, value) in fields.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    server.register(metadata).await
}

async fn code_with(server: &Server, client: &Client, scope: &str) -> String {
    let browser = server.sign_in("alice").await;
    browser.authorize_with(client, &[("scope", scope)]).await.code()
}

/// The time from the issue to the end of a signed token.
fn lifetime(token: &Value) -> i64 {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
}

#[on_both_stores]
async fn a_code_is_valid_for_the_clients_lifetime() {
    let server = Server::start().await;
    let client = client_with(&server, json!({ "code_lifetime": 120 })).await;
    let code = code_with(&server, &client, "read").await;
    server.clock.advance(119);
    server.redeem(&client, &code).await.assert_status(200);
    let code = code_with(&server, &client, "read").await;
    server.clock.advance(120);
    server.redeem(&client, &code).await.assert_error("invalid_grant");
}

#[on_both_stores]
async fn access_and_id_tokens_end_after_the_clients_lifetimes_and_expires_in_says_so() {
    let server = Server::start().await;
    let client = client_with(
        &server,
        json!({ "access_token_lifetime": 120, "id_token_lifetime": 7200 }),
    )
    .await;
    let code = code_with(&server, &client, "openid").await;
    let first = server.redeem(&client, &code).await.assert_status(200);
    let second = server
        .refresh(&client, &Tokens::of(&first).refresh)
        .await
        .assert_status(200);
    for answer in [first, second] {
        let answer = answer.json();
        assert_eq!(answer["expires_in"], 120);
        assert_eq!(lifetime(&answer["access_token"]), 120);
        assert_eq!(lifetime(&answer["id_token"]), 7200);
    }
    let form = [("grant_type", "client_credentials")];
    let answer = server.token(&client, &form).await.assert_status(200);
    assert_eq!(answer.json()["expires_in"], 120);
    let token = Tokens::of(&answer).access;
    server.clock.advance(119);
    assert!(server.is_active(&token).await);
    server.clock.advance(1);
    assert!(!server.is_active(&token).await);
}

#[on_both_stores]
async fn refresh_tokens_end_after_the_clients_lifetimes_with_rotation_and_without() {
    let server = Server::start().await;
    let fields = json!({ "refresh_token_idle_lifetime": 1000, "refresh_token_absolute_lifetime": 2500 });
    let client = client_with(&server, fields).await;
    for rotation in [true, false] {
        let change = serde_json::from_value(json!({ "refresh_token_rotation": rotation })).unwrap();
        let changed = server
            .provider
            .update_client(pixie_provider::Actor::Operator, client.key, &change, None)
            .await;
        changed.unwrap();
        let unused = server.tokens(&client, "alice").await;
        server.clock.advance(1000);
        let answer = server.refresh(&client, &unused.refresh).await;
        answer.assert_error("invalid_grant");
        let mut tokens = server.tokens(&client, "alice").await;
        for _ in 0..2 {
            server.clock.advance(999);
            let answer = server.refresh(&client, &tokens.refresh).await;
            tokens = Tokens::of(&answer.assert_status(200));
        }
        server.clock.advance(501);
        let answer = server.refresh(&client, &tokens.refresh).await;
        tokens = Tokens::of(&answer.assert_status(200));
        server.clock.advance(1);
        let answer = server.refresh(&client, &tokens.refresh).await;
        answer.assert_error("invalid_grant");
    }
}

#[on_both_stores]
async fn a_changed_idle_lifetime_counts_from_the_next_refresh() {
    let server = Server::start().await;
    let client = client_with(&server, json!({})).await;
    let tokens = server.tokens(&client, "alice").await;
    let change = serde_json::from_value(json!({ "refresh_token_idle_lifetime": 60 })).unwrap();
    let changed = server
        .provider
        .update_client(pixie_provider::Actor::Operator, client.key, &change, None)
        .await;
    changed.unwrap();
    server.clock.advance(3600);
    let answer = server.refresh(&client, &tokens.refresh).await;
    let tokens = Tokens::of(&answer.assert_status(200));
    server.clock.advance(60);
    let answer = server.refresh(&client, &tokens.refresh).await;
    answer.assert_error("invalid_grant");
}
