//! `/o/introspect/` (RFC 7662).

use serde_json::{Value, json};

use pixie_testing::harness::{Answer, Client, Server, Tokens, authorization, basic, on_both_stores};

/// The response for everything that is not an active token, and nothing more.
fn inactive() -> Value {
    json!({ "active": false })
}

async fn by_bearer(server: &Server, bearer: &str, token: &str) -> Answer {
    server
        .post_with(
            "/o/introspect/",
            &[("token", token)],
            authorization(&format!("Bearer {bearer}")),
        )
        .await
}

/// A client that may have the scope `introspection`, and its token.
async fn introspecting(server: &Server) -> (Client, String) {
    let client = server
        .register(json!({
            "client_id": "resource", "grant_types": ["client_credentials"], "scope": "introspection read",
        }))
        .await;
    let token = token_for(server, &client, "introspection").await;
    (client, token)
}

async fn token_for(server: &Server, client: &Client, scope: &str) -> String {
    let form = [("grant_type", "client_credentials"), ("scope", scope)];
    Tokens::of(&server.token(client, &form).await.assert_status(200)).access
}

#[on_both_stores]
async fn an_access_token_is_described_to_a_confidential_client() {
    let server = Server::start().await;
    let (spa, api) = (server.spa().await, server.api().await);
    let tokens = server.tokens(&spa, "alice").await;
    let alice = server.provider.find_account("alice").await.unwrap();
    let issued = 1_800_000_000;
    let described = json!({
        "active": true, "scope": "read write", "client_id": "spa", "username": "alice", "token_type": "Bearer",
        "exp": issued + 3600, "iat": issued, "sub": alice.id.to_string(), "iss": "http://localhost:8000/o",
    });
    assert_eq!(server.introspect(&api, &tokens.access).await, described);
    let secret = api.secret.as_deref().unwrap();
    let in_header = server
        .post_with(
            "/o/introspect/",
            &[("token", &tokens.access), ("token_type_hint", "refresh_token")],
            basic("api", secret),
        )
        .await
        .assert_status(200);
    assert_eq!(in_header.json(), described);
}

#[on_both_stores]
async fn a_public_client_may_not_introspect_not_even_its_own_tokens() {
    let server = Server::start().await;
    let spa = server.spa().await;
    let tokens = server.tokens(&spa, "alice").await;
    let form = spa.sign(&[("token", tokens.access.as_str())]);
    server
        .post("/o/introspect/", &form)
        .await
        .assert_error("unauthorized_client");
}

#[on_both_stores]
async fn whoever_does_not_authenticate_may_not_introspect() {
    let server = Server::start().await;
    let (spa, api) = (server.spa().await, server.api().await);
    let tokens = server.tokens(&spa, "alice").await;
    for secret in [None, Some("wrong".to_owned())] {
        let client = Client {
            secret,
            ..api.clone()
        };
        let form = client.sign(&[("token", tokens.access.as_str())]);
        server
            .post("/o/introspect/", &form)
            .await
            .assert_error("invalid_client");
    }
    server
        .post("/o/introspect/", &[("token", &tokens.access)])
        .await
        .assert_error("invalid_client");
}

#[on_both_stores]
async fn the_token_asked_about_must_be_named() {
    let server = Server::start().await;
    let api = server.api().await;
    server
        .post("/o/introspect/", &api.sign(&[]))
        .await
        .assert_error("invalid_request");
}

#[on_both_stores]
async fn a_bearer_with_the_scope_introspection_may_introspect() {
    let server = Server::start().await;
    let spa = server.spa().await;
    let tokens = server.tokens(&spa, "alice").await;
    let (_, bearer) = introspecting(&server).await;
    let described = by_bearer(&server, &bearer, &tokens.access)
        .await
        .assert_status(200)
        .json();
    assert_eq!(described["active"], true);
    assert_eq!(described["username"], "alice");
}

/// RFC 7662 section 2.3 and RFC 6750 section 3.
#[on_both_stores]
async fn any_other_bearer_is_refused_with_a_bearer_challenge() {
    let server = Server::start().await;
    let spa = server.spa().await;
    let tokens = server.tokens(&spa, "alice").await;
    let (resource, _) = introspecting(&server).await;
    let narrow = token_for(&server, &resource, "read").await;
    let revoked = token_for(&server, &resource, "introspection").await;
    server.revoke(&resource, &revoked).await.assert_status(200);
    let expired = token_for(&server, &resource, "introspection").await;
    server.clock.advance(3600);
    let living = server.tokens(&spa, "alice").await;
    for bearer in [
        &narrow,
        &revoked,
        &expired,
        &living.access,
        &tokens.refresh,
        "x",
        "",
    ] {
        let answer = by_bearer(&server, bearer, &living.access).await;
        answer.assert_error("invalid_client");
        assert!(!answer.body.contains("alice"), "{answer:?}");
        if !bearer.is_empty() {
            assert!(
                answer.header("www-authenticate").starts_with("Bearer "),
                "{answer:?}"
            );
        }
    }
}

/// RFC 8707 section 2: an API that was sent the token does not learn what other tokens are valid for.
#[on_both_stores]
async fn a_bearer_that_is_for_another_api_is_refused() {
    let server = Server::start().await;
    let spa = server.spa().await;
    let tokens = server.tokens(&spa, "alice").await;
    let (resource, _) = introspecting(&server).await;
    for (named, status) in [("https://api.example/", 401), ("http://localhost:8000/o", 200)] {
        let form = [
            ("grant_type", "client_credentials"),
            ("scope", "introspection"),
            ("resource", named),
        ];
        let answer = server.token(&resource, &form).await.assert_status(200);
        let bearer = Tokens::of(&answer).access;
        by_bearer(&server, &bearer, &tokens.access)
            .await
            .assert_status(status);
    }
}

#[on_both_stores]
async fn a_bearer_beside_client_credentials_is_two_methods() {
    let server = Server::start().await;
    let api = server.api().await;
    let (_, bearer) = introspecting(&server).await;
    let form = api.sign(&[("token", "x")]);
    server
        .post_with(
            "/o/introspect/",
            &form,
            authorization(&format!("Bearer {bearer}")),
        )
        .await
        .assert_error("invalid_request");
}

#[on_both_stores]
async fn the_bearer_of_a_deleted_client_may_not_introspect() {
    let server = Server::start().await;
    let (resource, bearer) = introspecting(&server).await;
    server
        .provider
        .delete_client(pixie_provider::Actor::Operator, resource.key)
        .await
        .unwrap();
    by_bearer(&server, &bearer, "x")
        .await
        .assert_error("invalid_client");
}

/// A refresh token is none of another client's business, nor of an API's.
#[on_both_stores]
async fn a_refresh_token_is_described_to_its_own_client_only() {
    let server = Server::start().await;
    let (web, api) = (server.web_app().await, server.api().await);
    let tokens = server.tokens(&web, "alice").await;
    let (_, bearer) = introspecting(&server).await;
    let own = server.introspect(&web, &tokens.refresh).await;
    assert_eq!(own["active"], true);
    assert_eq!(own["client_id"], "web-app");
    assert_eq!(own["exp"], 1_800_000_000 + 30 * 24 * 3600);
    assert_eq!(own.get("token_type"), None);
    assert_eq!(server.introspect(&api, &tokens.refresh).await, inactive());
    let by_bearer = by_bearer(&server, &bearer, &tokens.refresh)
        .await
        .assert_status(200);
    assert_eq!(by_bearer.json(), inactive());
}

#[on_both_stores]
async fn a_rotated_or_revoked_refresh_token_is_inactive() {
    let server = Server::start().await;
    let web = server.web_app().await;
    let first = server.tokens(&web, "alice").await;
    let second = Tokens::of(&server.refresh(&web, &first.refresh).await.assert_status(200));
    assert_eq!(server.introspect(&web, &first.refresh).await, inactive());
    assert_eq!(server.introspect(&web, &second.refresh).await["active"], true);
    server.revoke(&web, &second.refresh).await.assert_status(200);
    assert_eq!(server.introspect(&web, &second.refresh).await, inactive());
}

#[on_both_stores]
async fn a_refresh_token_is_inactive_after_its_end() {
    let server = Server::start().await;
    let web = server.web_app().await;
    let tokens = server.tokens(&web, "alice").await;
    server.clock.advance(30 * 24 * 3600 - 1);
    assert_eq!(server.introspect(&web, &tokens.refresh).await["active"], true);
    server.clock.advance(1);
    assert_eq!(server.introspect(&web, &tokens.refresh).await, inactive());
}

#[on_both_stores]
async fn of_a_dead_or_unknown_token_nothing_is_said_but_that_it_is_inactive() {
    let server = Server::start().await;
    let (web, api) = (server.web_app().await, server.api().await);
    let code = server.code(&web, "alice").await;
    let revoked = server.tokens(&web, "alice").await;
    server.revoke(&web, &revoked.access).await.assert_status(200);
    let expired = server.tokens(&web, "alice").await;
    server.clock.advance(3600);
    let never_issued = pixie_oauth::AccessToken::new(1_800_000_000_000, &[9; 32]);
    for token in [
        "x",
        "ü",
        "\u{0}",
        &code,
        &revoked.access,
        &expired.access,
        never_issued.expose(),
        api.secret.as_deref().unwrap(),
    ] {
        assert_eq!(server.introspect(&api, token).await, inactive(), "{token}");
    }
}

#[on_both_stores]
async fn a_disabled_persons_tokens_are_inactive() {
    let server = Server::start().await;
    let (web, api) = (server.web_app().await, server.api().await);
    let tokens = server.tokens(&web, "alice").await;
    let alice = server.provider.find_account("alice").await.unwrap();
    server
        .provider
        .set_disabled(pixie_provider::Actor::Operator, alice.id, true)
        .await
        .unwrap();
    assert_eq!(server.introspect(&api, &tokens.access).await, inactive());
    assert_eq!(server.introspect(&web, &tokens.refresh).await, inactive());
}

#[on_both_stores]
async fn a_deleted_clients_tokens_are_inactive() {
    let server = Server::start().await;
    let (web, api) = (server.web_app().await, server.api().await);
    let tokens = server.tokens(&web, "alice").await;
    server
        .provider
        .delete_client(pixie_provider::Actor::Operator, web.key)
        .await
        .unwrap();
    assert_eq!(server.introspect(&api, &tokens.access).await, inactive());
}

#[on_both_stores]
async fn tokens_that_a_person_took_back_are_inactive() {
    let server = Server::start().await;
    let (web, api) = (server.web_app().await, server.api().await);
    let tokens = server.tokens(&web, "alice").await;
    let others = server.tokens(&web, "bob").await;
    let alice = server.provider.find_account("alice").await.unwrap();
    server
        .provider
        .withdraw_authorization(pixie_provider::Actor::Operator, alice.id, web.key)
        .await
        .unwrap();
    assert_eq!(server.introspect(&api, &tokens.access).await, inactive());
    assert_eq!(server.introspect(&api, &others.access).await["active"], true);
}
