//! The authorization code grant (RFC 6749 section 4.1.3, RFC 7636 section 4.6, RFC 9700 section 4.5).

use std::sync::Arc;

use serde_json::json;

use pixie_testing::harness::{
    Answer, Client, Server, Tokens, VERIFIER, challenge, in_parallel, on_both_stores,
};

/// A second public client with the redirect URI of the first.
async fn stranger(server: &Server) -> Client {
    server
        .register(json!({ "client_id": "stranger", "redirect_uris": ["https://spa.example/cb"] }))
        .await
}

fn presenting<'a>(client: &'a Client, code: &'a str, verifier: &'a str) -> Vec<(&'a str, &'a str)> {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &client.redirect_uri),
        ("code_verifier", verifier),
    ];
    form.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

#[on_both_stores]
async fn a_code_used_twice_takes_its_tokens_with_it() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    let first = Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    assert!(server.is_active(&first.access).await);
    server.redeem(&client, &code).await.assert_error("invalid_grant");
    assert!(!server.is_active(&first.access).await);
    server
        .refresh(&client, &first.refresh)
        .await
        .assert_error("invalid_grant");
}

#[on_both_stores]
async fn a_used_code_takes_its_tokens_with_it_also_after_it_expired() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    let first = Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    server.clock.advance(120);
    server.redeem(&client, &code).await.assert_error("invalid_grant");
    assert!(!server.is_active(&first.access).await);
}

#[on_both_stores]
async fn a_used_code_takes_what_was_refreshed_since_with_it() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    let first = Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    let second = Tokens::of(&server.refresh(&client, &first.refresh).await.assert_status(200));
    server.redeem(&client, &code).await.assert_error("invalid_grant");
    assert!(!server.is_active(&second.access).await);
    server
        .refresh(&client, &second.refresh)
        .await
        .assert_error("invalid_grant");
}

#[on_both_stores(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_redeem_one_code_and_exactly_one_wins_and_the_others_end_its_tokens() {
    let server = Arc::new(Server::start().await);
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    let answers = in_parallel(50, || {
        let (server, client, code) = (server.clone(), client.clone(), code.clone());
        async move { server.redeem(&client, &code).await }
    })
    .await;
    let (won, lost): (Vec<Answer>, Vec<Answer>) =
        answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1);
    assert_eq!(lost.len(), 49);
    for answer in &lost {
        answer.assert_error("invalid_grant");
    }
    assert!(!server.is_active(&Tokens::of(&won[0]).access).await);
}

#[on_both_stores(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_redemptions_of_fifty_codes_all_succeed() {
    let server = Arc::new(Server::start().await);
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let mut codes = Vec::new();
    for _ in 0..50 {
        codes.push(browser.authorize(&client).await.code());
    }
    let answers = in_parallel(50, || {
        let (server, client, code) = (server.clone(), client.clone(), codes.pop().unwrap());
        async move { server.redeem(&client, &code).await }
    })
    .await;
    for answer in answers {
        let tokens = Tokens::of(&answer.assert_status(200));
        assert!(server.is_active(&tokens.access).await);
    }
}

#[on_both_stores]
async fn a_replay_that_lacks_the_right_client_verifier_or_redirect_uri_revokes_nothing() {
    let server = Server::start().await;
    let client = server.spa().await;
    let stranger = stranger(&server).await;
    let code = server.code(&client, "alice").await;
    let tokens = Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    let wrong = challenge("wrong");
    server
        .redeem(&stranger, &code)
        .await
        .assert_error("invalid_grant");
    for _ in 0..10 {
        server
            .redeem_with(&client, &code, &wrong)
            .await
            .assert_error("invalid_grant");
    }
    server
        .redeem_with(&client, &code, "")
        .await
        .assert_error("invalid_grant");
    server
        .redeem_with(&client, &code, "short")
        .await
        .assert_error("invalid_grant");
    let elsewhere = Client {
        redirect_uri: "https://spa.example/other".to_owned(),
        ..client.clone()
    };
    server
        .redeem(&elsewhere, &code)
        .await
        .assert_error("invalid_grant");
    assert!(server.is_active(&tokens.access).await);
    server.refresh(&client, &tokens.refresh).await.assert_status(200);
}

#[on_both_stores]
async fn a_replay_of_a_confidential_clients_code_without_its_secret_revokes_nothing() {
    let server = Server::start().await;
    let client = server.web_app().await;
    let code = server.code(&client, "alice").await;
    let tokens = Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    let without_secret = Client {
        secret: None,
        ..client.clone()
    };
    server
        .redeem(&without_secret, &code)
        .await
        .assert_error("invalid_client");
    assert!(server.is_active(&tokens.access).await);
}

#[on_both_stores]
async fn failed_client_authentication_does_not_burn_the_code() {
    let server = Server::start().await;
    let client = server.web_app().await;
    let code = server.code(&client, "alice").await;
    for secret in [None, Some("wrong".to_owned())] {
        let wrong = Client {
            secret,
            ..client.clone()
        };
        server.redeem(&wrong, &code).await.assert_error("invalid_client");
    }
    server.redeem(&client, &code).await.assert_status(200);
}

#[on_both_stores]
async fn another_clients_code_is_refused_and_stays_good_for_its_own() {
    let server = Server::start().await;
    let client = server.spa().await;
    let stranger = stranger(&server).await;
    let code = server.code(&client, "alice").await;
    for _ in 0..10 {
        server
            .redeem(&stranger, &code)
            .await
            .assert_error("invalid_grant");
    }
    server.redeem(&client, &code).await.assert_status(200);
}

#[on_both_stores]
async fn four_wrong_verifiers_leave_the_code_and_five_kill_it() {
    let server = Server::start().await;
    let client = server.spa().await;
    let wrong = challenge("wrong");
    for (wrong_ones, status) in [(4, 200), (5, 400)] {
        let code = server.code(&client, "alice").await;
        for _ in 0..wrong_ones {
            server
                .redeem_with(&client, &code, &wrong)
                .await
                .assert_error("invalid_grant");
        }
        server.redeem(&client, &code).await.assert_status(status);
    }
}

#[on_both_stores]
async fn the_verifier_is_checked_whether_it_is_sent_or_not() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    let short = &VERIFIER[..42];
    let long = "a".repeat(129);
    let odd = format!("{}!", &VERIFIER[..43]);
    let challenge_itself = challenge(VERIFIER);
    for verifier in ["", short, &long, &odd, &challenge_itself] {
        server
            .token(&client, &presenting(&client, &code, verifier))
            .await
            .assert_error("invalid_grant");
    }
    server.redeem(&client, &code).await.assert_status(200);
}

#[on_both_stores]
async fn a_short_verifier_needs_a_profile_that_allows_it() {
    let server = Server::start().await;
    let strict = server.spa().await;
    let famous = [("code_challenge", pixie_testing::harness::FAMOUS)];
    let browser = server.sign_in("alice").await;
    let code = browser.authorize_with(&strict, &famous).await.code();
    server
        .redeem_with(&strict, &code, "12345")
        .await
        .assert_error("invalid_grant");
    let legacy = server.my_sexy_spa().await;
    let code = browser.authorize_with(&legacy, &famous).await.code();
    server
        .redeem_with(&legacy, &code, "12345")
        .await
        .assert_status(200);
}

/// RFC 9700 section 4.8.2: the downgrade.
#[on_both_stores]
async fn a_verifier_for_a_code_without_challenge_is_refused() {
    let server = Server::start().await;
    let client = old_web_app(&server).await;
    let browser = server.sign_in("alice").await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let code = browser.authorize_with(&client, &without).await.code();
    server.redeem(&client, &code).await.assert_error("invalid_grant");
    server
        .token(&client, &presenting(&client, &code, ""))
        .await
        .assert_status(200);
}

#[on_both_stores]
async fn redirect_uri_is_compared_byte_for_byte_where_it_is_sent() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    for uri in [
        "https://spa.example/cb/",
        "https://spa.example/cb?",
        "HTTPS://spa.example/cb",
        "https://spa.example/c%62",
        "https://spa.example/cb\n",
        " https://spa.example/cb",
    ] {
        let other = Client {
            redirect_uri: uri.to_owned(),
            ..client.clone()
        };
        server.redeem(&other, &code).await.assert_error("invalid_grant");
    }
    server.redeem(&client, &code).await.assert_status(200);
}

#[on_both_stores]
async fn another_registered_redirect_uri_is_not_the_codes() {
    let server = Server::start().await;
    let client = server
        .register(json!({
            "client_id": "two", "redirect_uris": ["https://a.example/cb", "https://b.example/cb"],
            "skip_authorization": true,
        }))
        .await;
    let code = server.code(&client, "alice").await;
    let other = Client {
        redirect_uri: "https://b.example/cb".to_owned(),
        ..client
    };
    server.redeem(&other, &code).await.assert_error("invalid_grant");
}

/// OAuth 2.1 section 4.1.3: the proof binds the code; if there is none, the redirect URI must.
#[on_both_stores]
async fn redirect_uri_may_be_left_out_beside_a_verifier_and_only_there() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    let nowhere = Client {
        redirect_uri: String::new(),
        ..client.clone()
    };
    server
        .token(&client, &presenting(&nowhere, &code, VERIFIER))
        .await
        .assert_status(200);

    let old = old_web_app(&server).await;
    let browser = server.sign_in("alice").await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let code = browser.authorize_with(&old, &without).await.code();
    let nowhere = Client {
        redirect_uri: String::new(),
        ..old.clone()
    };
    server
        .token(&old, &presenting(&nowhere, &code, ""))
        .await
        .assert_error("invalid_request");
    server
        .token(&old, &presenting(&old, &code, ""))
        .await
        .assert_status(200);
}

#[on_both_stores]
async fn a_code_lives_a_minute_and_not_a_second_more() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    server.clock.advance(59);
    server.redeem(&client, &code).await.assert_status(200);
    let code = server.code(&client, "alice").await;
    server.clock.advance(60);
    server.redeem(&client, &code).await.assert_error("invalid_grant");
}

#[on_both_stores]
async fn a_spent_code_stays_spent_however_the_clock_steps() {
    let server = Server::start().await;
    let client = server.spa().await;
    for step in [-3600, 3600, 10 * 365 * 24 * 3600] {
        let code = server.code(&client, "alice").await;
        server.redeem(&client, &code).await.assert_status(200);
        server.clock.advance(step);
        server.redeem(&client, &code).await.assert_error("invalid_grant");
    }
}

#[on_both_stores]
async fn whatever_is_not_a_living_code_is_an_invalid_grant() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    let mut mistyped = server.code(&client, "alice").await;
    mistyped.pop();
    let never_issued = pixie_oauth::AuthorizationCode::new(1_800_000_000_000, &[9; 32]);
    for code in [
        "x",
        "pixie_ac_",
        "'; DROP TABLE grants; --",
        "\u{0}",
        "ü",
        &mistyped,
        &tokens.refresh,
        &tokens.access,
        never_issued.expose(),
    ] {
        server.redeem(&client, code).await.assert_error("invalid_grant");
    }
    server.redeem(&client, "").await.assert_error("invalid_request");
}

#[on_both_stores]
async fn a_disabled_persons_code_is_dead() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    let alice = server.provider.find_account("alice").await.unwrap();
    server
        .provider
        .set_disabled(pixie_provider::Actor::Operator, alice.id, true)
        .await
        .unwrap();
    server.redeem(&client, &code).await.assert_error("invalid_grant");
}

#[on_both_stores]
async fn a_deleted_clients_code_is_dead_also_for_a_new_client_of_that_name() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    server
        .provider
        .delete_client(pixie_provider::Actor::Operator, client.key)
        .await
        .unwrap();
    server.redeem(&client, &code).await.assert_error("invalid_client");
    let again = server.spa().await;
    server.redeem(&again, &code).await.assert_error("invalid_grant");
}

#[on_both_stores]
async fn the_answer_says_what_was_granted_whatever_is_asked_for_now() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let code = browser.authorize_with(&client, &[("scope", "read")]).await.code();
    let mut form = presenting(&client, &code, VERIFIER);
    form.push(("scope", "read write introspection"));
    let answer = server.token(&client, &form).await.assert_status(200).json();
    assert_eq!(answer["scope"], "read");
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 3600);
    assert!(answer["access_token"].as_str().unwrap().starts_with("pixie_at_"));
    assert!(answer["refresh_token"].as_str().unwrap().starts_with("pixie_rt_"));
}

#[on_both_stores]
async fn a_client_without_the_refresh_grant_gets_no_refresh_token() {
    let server = Server::start().await;
    let client = server
        .register(json!({
            "client_id": "short", "redirect_uris": ["https://short.example/cb"], "skip_authorization": true,
            "grant_types": ["authorization_code"],
        }))
        .await;
    let code = server.code(&client, "alice").await;
    let answer = server.redeem(&client, &code).await.assert_status(200).json();
    assert_eq!(answer.get("refresh_token"), None);
}

#[on_both_stores]
async fn a_client_without_the_code_grant_may_not_redeem() {
    let server = Server::start().await;
    let api = server.api().await;
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    server
        .redeem(&api, &code)
        .await
        .assert_error("unauthorized_client");
}

/// A confidential client that cannot do PKCE.
async fn old_web_app(server: &Server) -> Client {
    server
        .register(json!({
            "client_id": "old", "redirect_uris": ["https://old.example/cb"], "skip_authorization": true,
            "token_endpoint_auth_method": "client_secret_post", "profile": "legacy",
            "relaxations": ["optional_pkce"],
        }))
        .await
}
