//! Refresh tokens of confidential clients that are registered without rotation (RFC 6749 section 6).

use std::sync::Arc;

use serde_json::{Value, json};

use pixie_provider::{Actor, ClientRefusal};
use pixie_testing::harness::{Client, Server, Tokens, in_parallel, on_both_stores};

const DAY: i64 = 24 * 3600;

async fn without_rotation(server: &Server) -> Client {
    let metadata = json!({
        "client_id": "backend", "redirect_uris": ["https://backend.example/cb"], "skip_authorization": true,
        "token_endpoint_auth_method": "client_secret_post", "refresh_token_rotation": false,
    });
    server.register(metadata).await
}

async fn refreshed(server: &Server, client: &Client, token: &str) -> Tokens {
    Tokens::of(&server.refresh(client, token).await.assert_status(200))
}

/// Registers or changes a client; the field that is refused and why.
fn refused<T>(result: Result<T, ClientRefusal>) -> String {
    match result {
        Err(ClientRefusal::Fields(errors)) => format!("{}: {}", errors[0].field, errors[0].message),
        Err(other) => other.to_string(),
        Ok(_) => "accepted".to_owned(),
    }
}

#[on_both_stores]
async fn a_refresh_answers_with_a_new_access_token_and_the_same_refresh_token() {
    let server = Server::start().await;
    let client = without_rotation(&server).await;
    let first = server.tokens(&client, "alice").await;
    let mut access = vec![first.access.clone()];
    for _ in 0..5 {
        server.clock.advance(60);
        let next = refreshed(&server, &client, &first.refresh).await;
        assert_eq!(next.refresh, first.refresh);
        assert!(!access.contains(&next.access));
        access.push(next.access);
    }
    for token in &access {
        assert!(server.is_active(token).await);
    }
}

#[on_both_stores(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_refresh_with_one_token_and_each_gets_an_access_token_of_its_own() {
    let server = Arc::new(Server::start().await);
    let client = without_rotation(&server).await;
    let first = server.tokens(&client, "alice").await;
    let answers = in_parallel(50, || {
        let (server, client, token) = (server.clone(), client.clone(), first.refresh.clone());
        async move { server.refresh(&client, &token).await }
    })
    .await;
    let tokens: Vec<_> = answers
        .into_iter()
        .map(|answer| Tokens::of(&answer.assert_status(200)))
        .collect();
    for tokens in &tokens {
        assert_eq!(tokens.refresh, first.refresh);
        assert!(server.is_active(&tokens.access).await);
    }
    let mut access: Vec<_> = tokens.iter().map(|tokens| &tokens.access).collect();
    access.sort();
    access.dedup();
    assert_eq!(access.len(), 50);
}

#[on_both_stores]
async fn a_token_that_stays_ends_when_it_is_not_used_and_with_its_family() {
    let server = Server::start().await;
    let client = without_rotation(&server).await;
    let unused = server.tokens(&client, "alice").await;
    let used = server.tokens(&client, "alice").await;
    server.clock.advance(20 * DAY);
    refreshed(&server, &client, &used.refresh).await;
    server.clock.advance(10 * DAY);
    let answer = server.refresh(&client, &unused.refresh).await;
    answer.assert_error("invalid_grant");
    for _ in 0..2 {
        refreshed(&server, &client, &used.refresh).await;
        server.clock.advance(25 * DAY);
    }
    refreshed(&server, &client, &used.refresh).await;
    server.clock.advance(10 * DAY - 1);
    refreshed(&server, &client, &used.refresh).await;
    server.clock.advance(1);
    let answer = server.refresh(&client, &used.refresh).await;
    answer.assert_error("invalid_grant");
}

#[on_both_stores]
async fn a_token_that_stays_is_revoked_with_its_family() {
    let server = Server::start().await;
    let client = without_rotation(&server).await;
    let first = server.tokens(&client, "alice").await;
    let second = refreshed(&server, &client, &first.refresh).await;
    server.revoke(&client, &first.refresh).await.assert_status(200);
    let answer = server.refresh(&client, &first.refresh).await;
    answer.assert_error("invalid_grant");
    for tokens in [&first, &second] {
        assert!(!server.is_active(&tokens.access).await);
    }
}

#[on_both_stores]
async fn a_token_that_stays_ends_with_the_session_of_its_sign_in() {
    let server = Server::start().await;
    let client = without_rotation(&server).await;
    let alice = server.sign_in("alice").await;
    let code = alice.authorize_with(&client, &[("scope", "openid")]).await.code();
    let tokens = Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    let refreshed = refreshed(&server, &client, &tokens.refresh).await;
    alice.submit("/o/logout/", &[]).await.assert_status(200);
    let answer = server.refresh(&client, &tokens.refresh).await;
    answer.assert_error("invalid_grant");
    assert!(!server.is_active(&refreshed.access).await);
}

#[on_both_stores]
async fn another_client_does_not_refresh_with_a_token_that_stays() {
    let server = Server::start().await;
    let client = without_rotation(&server).await;
    let stranger = server.web_app().await;
    let tokens = server.tokens(&client, "alice").await;
    let answer = server.refresh(&stranger, &tokens.refresh).await;
    answer.assert_error("invalid_grant");
    refreshed(&server, &client, &tokens.refresh).await;
}

/// The client may have stored a token of before the change that somebody else has too.
#[on_both_stores]
async fn a_token_that_was_rotated_before_the_change_is_still_reuse() {
    let server = Server::start().await;
    let client = server.web_app().await;
    let first = server.tokens(&client, "alice").await;
    let second = refreshed(&server, &client, &first.refresh).await;
    let change = serde_json::from_value(json!({ "refresh_token_rotation": false })).unwrap();
    let provider = &server.provider;
    let changed = provider
        .update_client(Actor::Operator, client.key, &change, None)
        .await;
    assert_eq!(refused(changed), "accepted");
    assert_eq!(
        refreshed(&server, &client, &first.refresh).await.refresh,
        second.refresh
    );
    assert_eq!(
        refreshed(&server, &client, &second.refresh).await.refresh,
        second.refresh
    );
    server.clock.advance(11);
    let answer = server.refresh(&client, &first.refresh).await;
    answer.assert_error("invalid_grant");
    let answer = server.refresh(&client, &second.refresh).await;
    answer.assert_error("invalid_grant");
}

#[on_both_stores]
async fn a_public_client_must_rotate() {
    let server = Server::start().await;
    let (provider, spa) = (&server.provider, server.spa().await);
    let change = |value: Value| serde_json::from_value(value).unwrap();
    let off = change(json!({ "refresh_token_rotation": false }));
    let sentence = "refresh_token_rotation: the refresh tokens of a public client must rotate (OAuth 2.1 section 4.3.1): leave this out, or make the client confidential";
    let changed = provider.update_client(Actor::Operator, spa.key, &off, None).await;
    assert_eq!(refused(changed), sentence);
    let backend = without_rotation(&server).await;
    let public = change(json!({ "token_endpoint_auth_method": "none" }));
    let changed = provider
        .update_client(Actor::Operator, backend.key, &public, None)
        .await;
    assert_eq!(refused(changed), sentence);
    let public = change(json!({ "token_endpoint_auth_method": "none", "refresh_token_rotation": true }));
    let changed = provider
        .update_client(Actor::Operator, backend.key, &public, None)
        .await;
    assert_eq!(refused(changed), "accepted");
}
