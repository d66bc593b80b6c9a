//! Several nodes on one database: what one changes, the other knows.

use pixie_oauth::ClientMetadata;
use pixie_provider::Actor;
use serde_json::json;

use pixie_testing::harness::{Client, Server, on_both_stores};

/// Seconds within which every node knows of a change.
const COHERENT_WITHIN: i64 = 2;

async fn ask_for_a_token(server: &Server, client: &Client) -> u16 {
    server
        .token(client, &[("grant_type", "client_credentials")])
        .await
        .status
        .as_u16()
}

#[on_both_stores]
async fn a_client_changed_on_another_node_is_seen_within_two_seconds() {
    let server = Server::start().await;
    let client = server.api().await;
    assert_eq!(ask_for_a_token(&server, &client).await, 200);

    let other = server.another_node().await.unwrap();
    let metadata: ClientMetadata = serde_json::from_value(
        json!({ "grant_types": ["authorization_code"], "redirect_uris": ["https://a.example/cb"] }),
    )
    .unwrap();
    other
        .update_client(Actor::Operator, client.key, &metadata, None)
        .await
        .unwrap();

    server.clock.advance(COHERENT_WITHIN);
    assert_eq!(ask_for_a_token(&server, &client).await, 400);
}

#[on_both_stores]
async fn a_client_changed_on_this_node_is_seen_at_once() {
    let server = Server::start().await;
    let client = server.api().await;
    assert_eq!(ask_for_a_token(&server, &client).await, 200);
    server
        .provider
        .delete_client(Actor::Operator, client.key)
        .await
        .unwrap();
    assert_eq!(ask_for_a_token(&server, &client).await, 401);
}

#[on_both_stores]
async fn a_client_changed_on_another_node_is_seen_though_the_clock_was_set_back() {
    let server = Server::start().await;
    let client = server.api().await;
    assert_eq!(ask_for_a_token(&server, &client).await, 200);
    let other = server.another_node().await.unwrap();
    other.delete_client(Actor::Operator, client.key).await.unwrap();
    server.clock.advance(-3600);
    assert_eq!(ask_for_a_token(&server, &client).await, 401);
}

#[on_both_stores]
async fn nothing_is_given_to_a_client_that_another_node_has_just_deleted() {
    let server = Server::start().await;
    let (client, spa) = (server.api().await, server.spa().await);
    let code = server.code(&spa, "alice").await;
    let tokens = server.tokens(&spa, "alice").await;
    assert_eq!(ask_for_a_token(&server, &client).await, 200);

    let other = server.another_node().await.unwrap();
    for key in [client.key, spa.key] {
        other.delete_client(Actor::Operator, key).await.unwrap();
    }

    server.redeem(&spa, &code).await.assert_status(400);
    server.refresh(&spa, &tokens.refresh).await.assert_status(400);
    assert!(!server.is_active(&tokens.access).await);
    let answer = server
        .token(&client, &[("grant_type", "client_credentials")])
        .await;
    let token = answer.json()["access_token"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert!(
        !server.is_active(&token).await,
        "a token of a client that is gone is dead"
    );
}

#[on_both_stores]
async fn what_another_node_revokes_is_dead_at_once() {
    let server = Server::start().await;
    let spa = server.spa().await;
    let tokens = server.tokens(&spa, "alice").await;
    assert!(server.is_active(&tokens.access).await);
    let other = server.another_node().await.unwrap();
    let alice = other.find_account("alice").await.unwrap();
    other.set_disabled(Actor::Operator, alice.id, true).await.unwrap();
    assert!(!server.is_active(&tokens.access).await);
    server.refresh(&spa, &tokens.refresh).await.assert_status(400);
}
