//! The client credentials grant (RFC 6749 section 4.4).

use serde_json::json;

use pixie_testing::harness::{Answer, Client, Server, on_both_stores};

async fn asking(server: &Server, client: &Client, scope: &str) -> Answer {
    let form = [("grant_type", "client_credentials"), ("scope", scope)];
    server.token(client, &form).await
}

#[on_both_stores]
async fn the_token_speaks_for_the_client_itself_and_comes_without_refresh_token() {
    let server = Server::start().await;
    let api = server.api().await;
    let answer = asking(&server, &api, "").await.assert_status(200).json();
    assert_eq!(answer["scope"], "read write");
    assert_eq!(answer["expires_in"], 3600);
    assert_eq!(answer.get("refresh_token"), None);
    let described = server
        .introspect(&api, answer["access_token"].as_str().unwrap())
        .await;
    assert_eq!(described["sub"], "api");
    assert_eq!(described["client_id"], "api");
    assert_eq!(described.get("username"), None);
}

#[on_both_stores]
async fn a_client_gets_no_other_scope_than_it_may_have() {
    let server = Server::start().await;
    let api = server
        .register(json!({
            "client_id": "narrow", "grant_types": ["client_credentials"], "scope": "read",
        }))
        .await;
    let answer = asking(&server, &api, "read").await.assert_status(200).json();
    assert_eq!(answer["scope"], "read");
    for scope in [
        "write",
        "read write",
        "nothing",
        "introspection",
        "read\u{7}",
        "\"",
        "ü",
    ] {
        asking(&server, &api, scope).await.assert_error("invalid_scope");
    }
    let answer = asking(&server, &api, "").await.assert_status(200).json();
    assert_eq!(answer["scope"], "read");
}

#[on_both_stores]
async fn the_scope_introspection_is_only_for_clients_whose_own_list_names_it() {
    let server = Server::start().await;
    let everyone = server.api().await;
    asking(&server, &everyone, "introspection")
        .await
        .assert_error("invalid_scope");
    let listed = server
        .register(json!({
            "client_id": "listed", "grant_types": ["client_credentials"], "scope": "introspection",
        }))
        .await;
    asking(&server, &listed, "introspection").await.assert_status(200);
    // It has nothing else, so that it need not ask.
    let answer = asking(&server, &listed, "").await.assert_status(200);
    assert_eq!(answer.json()["scope"], "introspection");
}

#[on_both_stores]
async fn unknown_scopes_are_ignored_and_the_answer_tells_what_was_granted() {
    let server = Server::start().await;
    let api = server.api().await;
    let answer = asking(&server, &api, "nothing read unheard")
        .await
        .assert_status(200);
    assert_eq!(answer.json()["scope"], "read");
    asking(&server, &api, "nothing unheard")
        .await
        .assert_error("invalid_scope");
    asking(&server, &api, "read nothing introspection")
        .await
        .assert_error("invalid_scope");
}

#[on_both_stores]
async fn a_client_gets_its_own_default_scope() {
    let server = Server::start().await;
    let api = server
        .register(json!({
            "client_id": "own", "grant_types": ["client_credentials"], "default_scope": "write",
        }))
        .await;
    let answer = asking(&server, &api, "").await.assert_status(200).json();
    assert_eq!(answer["scope"], "write");
}

#[on_both_stores]
async fn public_clients_have_no_credentials_to_use() {
    let server = Server::start().await;
    let spa = server.spa().await;
    asking(&server, &spa, "")
        .await
        .assert_error("unauthorized_client");
    let metadata = serde_json::from_value(json!({
        "client_id": "public", "grant_types": ["client_credentials"], "token_endpoint_auth_method": "none",
    }))
    .unwrap();
    server
        .provider
        .register_client(pixie_provider::Actor::Operator, &metadata)
        .await
        .unwrap_err();
}

#[on_both_stores]
async fn a_client_for_people_may_not_use_the_grant_unless_it_is_registered_for_it() {
    let server = Server::start().await;
    let web = server.web_app().await;
    asking(&server, &web, "")
        .await
        .assert_error("unauthorized_client");
}

#[on_both_stores]
async fn the_secret_is_needed() {
    let server = Server::start().await;
    let api = server.api().await;
    for secret in [None, Some("wrong".to_owned())] {
        let client = Client {
            secret,
            ..api.clone()
        };
        asking(&server, &client, "").await.assert_error("invalid_client");
    }
}

#[on_both_stores]
async fn a_deleted_clients_own_token_is_dead() {
    let server = Server::start().await;
    let api = server.api().await;
    let answer = asking(&server, &api, "").await.assert_status(200).json();
    let token = answer["access_token"].as_str().unwrap();
    server
        .provider
        .delete_client(pixie_provider::Actor::Operator, api.key)
        .await
        .unwrap();
    assert!(!server.is_active(token).await);
    server.api().await;
    assert!(!server.is_active(token).await);
}
