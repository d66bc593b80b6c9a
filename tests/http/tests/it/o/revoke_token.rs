//! `/o/revoke_token/` (RFC 7009).

use std::sync::Arc;

use serde_json::json;

use pixie_testing::harness::{Client, Server, Tokens, basic, in_parallel, on_both_stores};

#[on_both_stores]
async fn an_access_token_is_revoked_alone() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    server.revoke(&client, &tokens.access).await.assert_status(200);
    assert!(!server.is_active(&tokens.access).await);
    let next = Tokens::of(&server.refresh(&client, &tokens.refresh).await.assert_status(200));
    assert!(server.is_active(&next.access).await);
}

#[on_both_stores]
async fn a_refresh_token_is_revoked_with_its_family() {
    let server = Server::start().await;
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    let second = Tokens::of(&server.refresh(&client, &first.refresh).await.assert_status(200));
    let other = server.tokens(&client, "alice").await;
    server.revoke(&client, &second.refresh).await.assert_status(200);
    for tokens in [&first, &second] {
        assert!(!server.is_active(&tokens.access).await);
        server
            .refresh(&client, &tokens.refresh)
            .await
            .assert_error("invalid_grant");
    }
    assert!(server.is_active(&other.access).await);
}

#[on_both_stores]
async fn a_rotated_refresh_token_revokes_its_successors() {
    let server = Server::start().await;
    let client = server.spa().await;
    let first = server.tokens(&client, "alice").await;
    let second = Tokens::of(&server.refresh(&client, &first.refresh).await.assert_status(200));
    server.clock.advance(60);
    let third = Tokens::of(&server.refresh(&client, &second.refresh).await.assert_status(200));
    server.revoke(&client, &first.refresh).await.assert_status(200);
    assert!(!server.is_active(&third.access).await);
    server
        .refresh(&client, &third.refresh)
        .await
        .assert_error("invalid_grant");
}

/// RFC 7009 section 2.2: what is not there is as good as revoked. The body is an empty object.
#[on_both_stores]
async fn unknown_tokens_are_answered_with_200_and_an_empty_object() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    server.revoke(&client, &tokens.refresh).await.assert_status(200);
    let never_issued = pixie_oauth::AccessToken::new(1_800_000_000_000, &[9; 32]);
    let refresh_never_issued = pixie_oauth::RefreshToken::new(1_800_000_000_000, &[9; 32]);
    for token in [
        "x",
        "ü",
        "\u{0}",
        never_issued.expose(),
        refresh_never_issued.expose(),
        &tokens.refresh,
        &tokens.access,
    ] {
        let answer = server.revoke(&client, token).await.assert_status(200);
        assert_eq!(answer.body, "{}", "{token}");
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[on_both_stores]
async fn the_hint_may_be_right_wrong_or_unknown() {
    let server = Server::start().await;
    let client = server.spa().await;
    for hint in ["access_token", "refresh_token", "pixie", "ü"] {
        let tokens = server.tokens(&client, "alice").await;
        let form = [("token", tokens.refresh.as_str()), ("token_type_hint", hint)];
        server
            .post("/o/revoke_token/", &client.sign(&form))
            .await
            .assert_status(200);
        assert!(!server.is_active(&tokens.access).await, "{hint}");
    }
}

#[on_both_stores]
async fn another_clients_tokens_are_refused_and_stay_good() {
    let server = Server::start().await;
    let client = server.spa().await;
    let stranger = server.third_party().await;
    let tokens = server.tokens(&client, "alice").await;
    for token in [&tokens.access, &tokens.refresh] {
        server
            .revoke(&stranger, token)
            .await
            .assert_error("invalid_grant");
    }
    assert!(server.is_active(&tokens.access).await);
    server.refresh(&client, &tokens.refresh).await.assert_status(200);
}

#[on_both_stores]
async fn a_confidential_client_revokes_with_its_secret_only() {
    let server = Server::start().await;
    let client = server.web_app().await;
    let tokens = server.tokens(&client, "alice").await;
    let secret = client.secret.clone().unwrap();
    for wrong in [None, Some("wrong".to_owned())] {
        let wrong = Client {
            secret: wrong,
            ..client.clone()
        };
        let answer = server.revoke(&wrong, &tokens.refresh).await;
        answer.assert_error("invalid_client");
        assert!(answer.header("www-authenticate").starts_with("Basic "));
    }
    assert!(server.is_active(&tokens.access).await);
    server
        .post_with(
            "/o/revoke_token/",
            &[("token", &tokens.refresh)],
            basic("web-app", &secret),
        )
        .await
        .assert_status(200);
    assert!(!server.is_active(&tokens.access).await);
}

#[on_both_stores]
async fn whoever_names_no_client_or_no_token_is_refused() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    server
        .post("/o/revoke_token/", &[("token", &tokens.access)])
        .await
        .assert_error("invalid_client");
    server
        .post("/o/revoke_token/", &client.sign(&[]))
        .await
        .assert_error("invalid_request");
    assert!(server.is_active(&tokens.access).await);
}

#[on_both_stores]
async fn a_client_of_its_own_account_revokes_its_own_token() {
    let server = Server::start().await;
    let api = server.api().await;
    let answer = server.token(&api, &[("grant_type", "client_credentials")]).await;
    let token = Tokens::of(&answer.assert_status(200)).access;
    server.revoke(&api, &token).await.assert_status(200);
    assert!(!server.is_active(&token).await);
}

#[on_both_stores]
async fn a_code_is_not_revoked_and_stays_good() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    server.revoke(&client, &code).await.assert_status(200);
    server.redeem(&client, &code).await.assert_status(200);
}

#[on_both_stores]
async fn what_is_revoked_is_dead_after_a_restart_too() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    server.revoke(&client, &tokens.access).await.assert_status(200);
    let server = server.restart().await;
    assert!(!server.is_active(&tokens.access).await);
    server.refresh(&client, &tokens.refresh).await.assert_status(200);
}

#[on_both_stores(flavor = "multi_thread", worker_threads = 4)]
async fn no_refresh_outlives_a_revocation_that_runs_beside_it() {
    for _ in 0..5 {
        let server = Arc::new(Server::start().await);
        let client = server.spa().await;
        let first = server.tokens(&client, "alice").await;
        let mut task = 0;
        let answers = in_parallel(20, || {
            task += 1;
            let (server, client, token, task) = (server.clone(), client.clone(), first.refresh.clone(), task);
            async move {
                if task == 10 {
                    server.revoke(&client, &token).await
                } else {
                    server.refresh(&client, &token).await
                }
            }
        })
        .await;
        for answer in answers
            .iter()
            .filter(|answer| answer.body.contains("access_token"))
        {
            let tokens = Tokens::of(answer);
            assert!(!server.is_active(&tokens.access).await);
            server
                .refresh(&client, &tokens.refresh)
                .await
                .assert_error("invalid_grant");
        }
    }
}

#[on_both_stores]
async fn a_token_of_a_client_that_lost_its_grants_can_still_be_revoked() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    let only_codes = serde_json::from_value(json!({ "grant_types": ["authorization_code"] })).unwrap();
    server
        .provider
        .update_client(pixie_provider::Actor::Operator, client.key, &only_codes, None)
        .await
        .unwrap();
    server.revoke(&client, &tokens.refresh).await.assert_status(200);
    assert!(!server.is_active(&tokens.access).await);
}
