//! Identical public clients are one client.

use serde_json::json;

use super::{agent, open, register, registered, with};
use pixie_testing::harness::{Server, in_parallel, on_both_stores};

#[on_both_stores]
async fn the_identical_public_client_gets_the_first_back_and_nobody_can_change_it_any_more() {
    let server = Server::with(open).await;
    let first = registered(&server, &agent()).await;
    first.get(&server).await.assert_status(200);
    let again = register(&server, &agent()).await.assert_status(201).json();
    assert_eq!(again["client_id"], first.id);
    assert_eq!(
        again["client_id_issued_at"],
        first.metadata["client_id_issued_at"]
    );
    for name in ["registration_access_token", "registration_client_uri"] {
        assert_eq!(again.get(name), None, "{name}");
    }
    first.get(&server).await.assert_status(401);
    first.delete(&server).await.assert_status(401);
}

#[on_both_stores]
async fn another_free_port_or_another_order_is_the_same_client() {
    let server = Server::with(open).await;
    let first = registered(&server, &agent()).await;
    let body = with(
        agent(),
        json!({
            "redirect_uris": ["http://127.0.0.1:50999/callback"], "grant_types": ["refresh_token", "authorization_code"],
        }),
    );
    let again = register(&server, &body).await.assert_status(201).json();
    assert_eq!(again["client_id"], first.id);
    assert_eq!(again["redirect_uris"], json!(["http://127.0.0.1:50999/callback"]));
}

#[on_both_stores]
async fn whatever_differs_makes_another_client() {
    let server = Server::with(open).await;
    let first = registered(&server, &agent()).await;
    for change in [
        json!({ "client_name": "Another" }),
        json!({ "redirect_uris": ["http://127.0.0.1:33418/other"] }),
        json!({ "redirect_uris": ["http://127.0.0.1:33418/callback", "https://agent.example/cb"] }),
        json!({ "grant_types": ["authorization_code"] }),
        json!({ "scope": "read" }),
        json!({ "policy_uri": "https://agent.example/policy" }),
    ] {
        let other = registered(&server, &with(agent(), change.clone())).await;
        assert_ne!(other.id, first.id, "{change}");
    }
    first.get(&server).await.assert_status(200);
}

#[on_both_stores]
async fn clients_with_secrets_or_keys_are_always_new() {
    let server = Server::with(open).await;
    for change in [
        json!({ "token_endpoint_auth_method": "client_secret_basic" }),
        json!({ "jwks_uri": "https://rp.example/jwks" }),
    ] {
        let body = with(agent(), change);
        let first = registered(&server, &body).await;
        let second = registered(&server, &body).await;
        assert_ne!(first.id, second.id);
    }
}

#[on_both_stores]
async fn a_client_that_was_changed_is_nobody_elses() {
    let server = Server::with(open).await;
    let first = registered(&server, &agent()).await;
    let change = with(agent(), json!({ "client_id": first.id, "client_name": "Mine" }));
    first.put(&server, &change).await.assert_status(200);
    let second = registered(&server, &with(agent(), json!({ "client_name": "Mine" }))).await;
    assert_ne!(second.id, first.id);
    first.get(&server).await.assert_status(200);
}

#[on_both_stores]
async fn fifty_that_register_the_same_at_once_are_one_client() {
    let server = Server::with(open).await;
    let router = server.router();
    let answers = in_parallel(50, || {
        let router = router.clone();
        async move {
            let request = super::request("POST", "/o/register/", "", Some(&agent()));
            let answer = tower::ServiceExt::oneshot(router, request).await.unwrap();
            pixie_testing::harness::Answer::read(answer)
                .await
                .assert_status(201)
                .json()
        }
    })
    .await;
    assert!(
        answers
            .iter()
            .all(|metadata| metadata["client_id"] == answers[0]["client_id"])
    );
    let with_token = answers
        .iter()
        .filter(|metadata| metadata.get("registration_access_token").is_some());
    assert_eq!(with_token.count(), 1);
}
