//! The refresh token grant (RFC 6749 section 6, RFC 9700 section 4.14).

use std::sync::Arc;

use serde_json::json;

use pixie_testing::harness::{Answer, Client, PASSWORD, Server, Tokens, in_parallel, on_both_stores};

const DAY: i64 = 24 * 3600;

async fn asking(server: &Server, client: &Client, token: &str, scope: &str) -> Answer {
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("scope", scope),
    ];
    server.token(client, &form).await
}

async fn refreshed(server: &Server, client: &Client, token: &str) -> Tokens {
    Tokens::of(&server.refresh(client, token).await.assert_status(200))
}

#[on_both_stores]
async fn each_refresh_gives_other_tokens_and_the_old_access_token_lives_on() {
    let server = Server::start().await;
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    let second = refreshed(&server, &client, &first.refresh).await;
    assert_ne!(first.refresh, second.refresh);
    assert_ne!(first.access, second.access);
    assert!(server.is_active(&first.access).await);
    assert!(server.is_active(&second.access).await);
}

#[on_both_stores(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_refresh_with_one_token_and_all_get_the_same_answer() {
    let server = Arc::new(Server::start().await);
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    let answers = in_parallel(50, || {
        let (server, client, token) = (server.clone(), client.clone(), first.refresh.clone());
        async move { server.refresh(&client, &token).await }
    })
    .await;
    let body = answers[0].body.clone();
    for answer in answers {
        assert_eq!(answer.assert_status(200).body, body);
    }
    let second: serde_json::Value = serde_json::from_str(&body).unwrap();
    refreshed(&server, &client, second["refresh_token"].as_str().unwrap()).await;
}

#[on_both_stores(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_reuse_a_token_after_the_grace_and_none_wins_and_the_family_ends() {
    let server = Arc::new(Server::start().await);
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    let second = refreshed(&server, &client, &first.refresh).await;
    server.clock.advance(11);
    let answers = in_parallel(50, || {
        let (server, client, token) = (server.clone(), client.clone(), first.refresh.clone());
        async move { server.refresh(&client, &token).await }
    })
    .await;
    for answer in &answers {
        answer.assert_error("invalid_grant");
    }
    assert!(!server.is_active(&second.access).await);
}

#[on_both_stores]
async fn a_repeated_request_within_the_grace_gets_the_same_answer_byte_for_byte() {
    let server = Server::start().await;
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    let answer = server.refresh(&client, &first.refresh).await.assert_status(200);
    server.clock.advance(10);
    let again = server.refresh(&client, &first.refresh).await.assert_status(200);
    assert_eq!(again.body, answer.body);
    server.clock.advance(1);
    server
        .refresh(&client, &first.refresh)
        .await
        .assert_error("invalid_grant");
}

#[on_both_stores]
async fn a_repeated_request_gets_the_same_answer_also_when_its_successor_was_used() {
    let server = Server::start().await;
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    let answer = server.refresh(&client, &first.refresh).await.assert_status(200);
    let third = refreshed(&server, &client, &Tokens::of(&answer).refresh).await;
    let again = server.refresh(&client, &first.refresh).await.assert_status(200);
    assert_eq!(again.body, answer.body);
    assert!(server.is_active(&third.access).await);
}

#[on_both_stores]
async fn a_repeated_request_with_another_scope_is_refused_and_ends_nothing() {
    let server = Server::start().await;
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    let second = refreshed(&server, &client, &first.refresh).await;
    asking(&server, &client, &first.refresh, "read")
        .await
        .assert_error("invalid_grant");
    assert!(server.is_active(&second.access).await);
    let again = asking(&server, &client, &first.refresh, "write read").await;
    assert_eq!(Tokens::of(&again.assert_status(200)).refresh, second.refresh);
}

#[on_both_stores]
async fn a_repeated_request_after_a_revocation_gets_nothing() {
    let server = Server::start().await;
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    let second = refreshed(&server, &client, &first.refresh).await;
    server.revoke(&client, &second.refresh).await.assert_status(200);
    server
        .refresh(&client, &first.refresh)
        .await
        .assert_error("invalid_grant");
}

#[tokio::test]
async fn what_is_on_disk_holds_no_token_code_secret_or_password() {
    let server = Server::start().await;
    let client = server.web_app().await;
    let browser = server.sign_in("alice").await;
    let code = browser.authorize(&client).await.code();
    let first = Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    let second = refreshed(&server, &client, &first.refresh).await;
    let stored = server.stored();
    let secret = client.secret.clone().unwrap();
    let session = browser.cookie("pixie_session").unwrap();
    // What is searched for is searched in the right place.
    assert!(contains(&stored, b"https://web.example/cb"));
    for secret in [
        &first.access,
        &first.refresh,
        &second.access,
        &second.refresh,
        &code,
        &secret,
        &session,
    ] {
        assert!(!contains(&stored, secret.as_bytes()), "{secret}");
        assert!(!contains(&stored, &secret.as_bytes()[9..52]), "{secret}");
    }
    assert!(!contains(&stored, PASSWORD.as_bytes()));
}

fn contains(bytes: &[u8], expected: &[u8]) -> bool {
    bytes.windows(expected.len()).any(|window| window == expected)
}

#[on_both_stores]
async fn reuse_after_the_grace_ends_the_family_and_its_successors() {
    let server = Server::start().await;
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    let second = refreshed(&server, &client, &first.refresh).await;
    let third = refreshed(&server, &client, &second.refresh).await;
    server.clock.advance(11);
    server
        .refresh(&client, &first.refresh)
        .await
        .assert_error("invalid_grant");
    for tokens in [&first, &second, &third] {
        assert!(!server.is_active(&tokens.access).await);
        server
            .refresh(&client, &tokens.refresh)
            .await
            .assert_error("invalid_grant");
    }
}

#[on_both_stores]
async fn reuse_of_one_family_leaves_the_persons_other_families() {
    let server = Server::start().await;
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    let other_device = server.tokens(&client, "alice").await;
    refreshed(&server, &client, &first.refresh).await;
    server.clock.advance(11);
    server
        .refresh(&client, &first.refresh)
        .await
        .assert_error("invalid_grant");
    assert!(server.is_active(&other_device.access).await);
    refreshed(&server, &client, &other_device.refresh).await;
}

#[on_both_stores]
async fn a_foreign_client_neither_refreshes_nor_ends_the_family() {
    let server = Server::start().await;
    let client = server.spa().await;
    let stranger = server.third_party().await;
    let first = server.tokens(&client, "alice").await;
    server
        .refresh(&stranger, &first.refresh)
        .await
        .assert_error("invalid_grant");
    let second = refreshed(&server, &client, &first.refresh).await;
    // Neither within the grace …
    server
        .refresh(&stranger, &first.refresh)
        .await
        .assert_error("invalid_grant");
    server.clock.advance(11);
    // … nor after it, when its own client would end the family.
    server
        .refresh(&stranger, &first.refresh)
        .await
        .assert_error("invalid_grant");
    assert!(server.is_active(&second.access).await);
    refreshed(&server, &client, &second.refresh).await;
}

#[on_both_stores]
async fn a_confidential_client_refreshes_with_its_secret_only() {
    let server = Server::start().await;
    let client = server.web_app().await;
    let tokens = server.tokens(&client, "alice").await;
    let without_secret = Client {
        secret: None,
        ..client.clone()
    };
    server
        .refresh(&without_secret, &tokens.refresh)
        .await
        .assert_error("invalid_client");
    refreshed(&server, &client, &tokens.refresh).await;
}

#[on_both_stores]
async fn scope_narrows_and_never_widens() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let code = browser.authorize_with(&client, &[("scope", "read")]).await.code();
    let first = Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    for wider in [
        "write",
        "read write",
        "read introspection",
        "Read",
        "read\"",
        "nothing",
    ] {
        asking(&server, &client, &first.refresh, wider)
            .await
            .assert_error("invalid_scope");
    }
    let answer = asking(&server, &client, &first.refresh, "read")
        .await
        .assert_status(200);
    assert_eq!(answer.json()["scope"], "read");
}

/// RFC 6749 section 6: a narrower access token does not narrow the refresh token; nothing widens it.
#[on_both_stores]
async fn scope_narrows_for_one_access_token_and_comes_back_across_rotations() {
    let server = Server::start().await;
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    let narrow = asking(&server, &client, &first.refresh, "read")
        .await
        .assert_status(200);
    assert_eq!(narrow.json()["scope"], "read");
    let api = server.api().await;
    let second = Tokens::of(&narrow);
    assert_eq!(server.introspect(&api, &second.access).await["scope"], "read");
    let whole = server.refresh(&client, &second.refresh).await.assert_status(200);
    assert_eq!(whole.json()["scope"], "read write");
    asking(
        &server,
        &client,
        &Tokens::of(&whole).refresh,
        "read write introspection",
    )
    .await
    .assert_error("invalid_scope");
}

#[on_both_stores]
async fn a_refused_scope_does_not_use_up_the_refresh_token() {
    let server = Server::start().await;
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    asking(&server, &client, &first.refresh, "nothing")
        .await
        .assert_error("invalid_scope");
    server.clock.advance(60);
    refreshed(&server, &client, &first.refresh).await;
}

#[on_both_stores]
async fn a_refresh_token_that_is_not_used_ends_after_thirty_days() {
    let server = Server::start().await;
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    server.clock.advance(30 * DAY - 1);
    let second = refreshed(&server, &client, &first.refresh).await;
    server.clock.advance(30 * DAY);
    server
        .refresh(&client, &second.refresh)
        .await
        .assert_error("invalid_grant");
}

#[on_both_stores]
async fn a_family_ends_after_ninety_days_however_often_it_is_refreshed() {
    let server = Server::start().await;
    let client = server.spa().await;
    let mut tokens = server.tokens(&client, "alice").await;
    for _ in 0..8 {
        server.clock.advance(10 * DAY);
        tokens = refreshed(&server, &client, &tokens.refresh).await;
    }
    server.clock.advance(10 * DAY - 1);
    tokens = refreshed(&server, &client, &tokens.refresh).await;
    server.clock.advance(1);
    server
        .refresh(&client, &tokens.refresh)
        .await
        .assert_error("invalid_grant");
}

#[on_both_stores]
async fn an_access_token_ends_after_its_hour() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    server.clock.advance(3599);
    assert!(server.is_active(&tokens.access).await);
    server.clock.advance(1);
    assert!(!server.is_active(&tokens.access).await);
}

#[on_both_stores]
async fn a_disabled_persons_tokens_are_dead_and_stay_so() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    let alice = server.provider.find_account("alice").await.unwrap();
    server
        .provider
        .set_disabled(pixie_provider::Actor::Operator, alice.id, true)
        .await
        .unwrap();
    for disabled in [true, false] {
        server
            .provider
            .set_disabled(pixie_provider::Actor::Operator, alice.id, disabled)
            .await
            .unwrap();
        assert!(!server.is_active(&tokens.access).await);
        server
            .refresh(&client, &tokens.refresh)
            .await
            .assert_error("invalid_grant");
    }
}

#[on_both_stores]
async fn another_password_ends_the_families_that_the_old_one_began() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    let others = server.tokens(&client, "bob").await;
    let alice = server.provider.find_account("alice").await.unwrap();
    server
        .provider
        .set_password(pixie_provider::Actor::Operator, &alice, "another fine password")
        .await
        .unwrap();
    server
        .refresh(&client, &tokens.refresh)
        .await
        .assert_error("invalid_grant");
    refreshed(&server, &client, &others.refresh).await;
}

#[on_both_stores]
async fn a_deleted_clients_tokens_are_dead_also_for_a_new_client_of_that_name() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    server
        .provider
        .delete_client(pixie_provider::Actor::Operator, client.key)
        .await
        .unwrap();
    assert!(!server.is_active(&tokens.access).await);
    server
        .refresh(&client, &tokens.refresh)
        .await
        .assert_error("invalid_client");
    let again = server.spa().await;
    server
        .refresh(&again, &tokens.refresh)
        .await
        .assert_error("invalid_grant");
    assert!(!server.is_active(&tokens.access).await);
}

#[on_both_stores]
async fn a_client_that_lost_the_refresh_grant_may_not_refresh() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    let only_codes = serde_json::from_value(json!({ "grant_types": ["authorization_code"] })).unwrap();
    server
        .provider
        .update_client(pixie_provider::Actor::Operator, client.key, &only_codes, None)
        .await
        .unwrap();
    server
        .refresh(&client, &tokens.refresh)
        .await
        .assert_error("unauthorized_client");
}

/// Keycloak GHSA-895x-rfqp-jh5c: refresh tokens must not outlive the loss of a scope.
#[on_both_stores]
async fn what_a_client_may_no_longer_ask_for_it_gets_by_no_refresh() {
    let server = Server::start().await;
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    let narrower = serde_json::from_value(json!({ "scope": "read" })).unwrap();
    server
        .provider
        .update_client(pixie_provider::Actor::Operator, client.key, &narrower, None)
        .await
        .unwrap();
    asking(&server, &client, &first.refresh, "read write")
        .await
        .assert_error("invalid_scope");
    let answer = server.refresh(&client, &first.refresh).await.assert_status(200);
    assert_eq!(answer.json()["scope"], "read");
}

#[on_both_stores]
async fn whatever_is_not_a_living_refresh_token_is_an_invalid_grant() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    let never_issued = pixie_oauth::RefreshToken::new(1_800_000_000_000, &[9; 32]);
    let mistyped = &tokens.refresh[..tokens.refresh.len() - 1];
    for token in ["x", "\u{0}", "ü", mistyped, &tokens.access, never_issued.expose()] {
        server.refresh(&client, token).await.assert_error("invalid_grant");
    }
    server.refresh(&client, "").await.assert_error("invalid_request");
}

/// RFC 9700 section 4.14.2; Keycloak CVE-2026-9802: what was spent must not work again because memory was lost.
#[on_both_stores]
async fn what_is_rotated_revoked_or_spent_stays_so_after_a_restart() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    let spent = Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    let rotated = server.tokens(&client, "alice").await;
    let living = refreshed(&server, &client, &rotated.refresh).await;
    let revoked = server.tokens(&client, "alice").await;
    server.revoke(&client, &revoked.refresh).await.assert_status(200);
    server.clock.advance(11);

    let server = server.restart().await;
    assert!(server.is_active(&living.access).await);
    assert!(!server.is_active(&revoked.access).await);
    server
        .refresh(&client, &revoked.refresh)
        .await
        .assert_error("invalid_grant");
    server.redeem(&client, &code).await.assert_error("invalid_grant");
    assert!(!server.is_active(&spent.access).await);
    server
        .refresh(&client, &rotated.refresh)
        .await
        .assert_error("invalid_grant");
    assert!(!server.is_active(&living.access).await);
}

#[on_both_stores]
async fn within_the_grace_a_restart_changes_no_answer() {
    let server = Server::start().await;
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    let answer = server.refresh(&client, &first.refresh).await.assert_status(200);
    let server = server.restart().await;
    let again = server.refresh(&client, &first.refresh).await.assert_status(200);
    assert_eq!(again.body, answer.body);
}

#[on_both_stores]
async fn a_rotated_token_stays_rotated_however_the_clock_steps() {
    for step in [-3600, 3600, 10 * 365 * DAY] {
        let server = Server::start().await;
        let client = server.spa().await;
        let first = server.tokens(&client, "alice").await;
        refreshed(&server, &client, &first.refresh).await;
        server.clock.advance(step);
        server
            .refresh(&client, &first.refresh)
            .await
            .assert_error("invalid_grant");
    }
}
