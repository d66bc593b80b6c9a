//! The plans Implicit, Hybrid and Form Post.

use serde_json::json;

use super::provider;
use super::relying_party::{NONCE, RelyingParty};

const FRONT_CHANNEL: [&str; 5] = [
    "id_token",
    "id_token token",
    "code id_token",
    "code token",
    "code id_token token",
];

#[tokio::test]
async fn oidcc_server_with_each_response_type() {
    let server = provider().await;
    for response_type in FRONT_CHANNEL {
        for (mode, by) in [("", "#"), ("form_post", "post")] {
            let rp = RelyingParty::register_for(&server, response_type, json!({})).await;
            let response = rp.success(&server.browser(), &[("response_mode", mode)]).await;
            assert_eq!(response.by, by, "{response_type}");
            if let Some(id_token) = response.get("id_token") {
                let claims = rp.verify(id_token).await;
                assert_eq!(claims["nonce"], NONCE);
                // The hash is mandatory if a code or token travels beside the ID token.
                let half = |name: &str| response.get(name).map(|value| rp.half_hash(value));
                let claim = |name: &str| claims.get(name).and_then(|hash| hash.as_str()).map(str::to_owned);
                assert_eq!(claim("c_hash"), half("code"), "{response_type}");
                assert_eq!(claim("at_hash"), half("access_token"), "{response_type}");
            }
            if let Some(token) = response.get("access_token") {
                assert_eq!(response.expect("token_type").to_ascii_lowercase(), "bearer");
                assert!(response.expect("expires_in").parse::<u32>().is_ok());
                rp.userinfo(token).await.assert_status(200);
            }
            if response.get("code").is_some() {
                let tokens = rp.tokens(&response).await;
                let claims = rp.verify(tokens["id_token"].as_str().unwrap()).await;
                assert_eq!(claims["nonce"], NONCE);
            }
        }
    }
}

#[tokio::test]
async fn oidcc_ensure_request_without_nonce_fails() {
    let server = provider().await;
    for response_type in [
        "id_token",
        "id_token token",
        "code id_token",
        "code id_token token",
    ] {
        let rp = RelyingParty::register_for(&server, response_type, json!({})).await;
        let (response, _) = rp.authorize(&server.browser(), &[("nonce", "")]).await;
        assert_eq!((response.expect("error"), response.by), ("invalid_request", "#"));
    }
}

#[tokio::test]
async fn tokens_never_travel_in_a_query() {
    let server = provider().await;
    for response_type in FRONT_CHANNEL {
        let rp = RelyingParty::register_for(&server, response_type, json!({})).await;
        let (response, _) = rp
            .authorize(&server.browser(), &[("response_mode", "query")])
            .await;
        assert_eq!((response.expect("error"), response.by), ("invalid_request", "#"));
    }
}

#[tokio::test]
async fn a_code_that_is_used_twice_ends_the_token_that_came_with_it() {
    let server = provider().await;
    let rp = RelyingParty::register_for(&server, "code id_token token", json!({})).await;
    let response = rp.success(&server.browser(), &[]).await;
    rp.tokens(&response).await;
    rp.userinfo(response.expect("access_token"))
        .await
        .assert_status(200);
    rp.redeem(response.expect("code"))
        .await
        .assert_error("invalid_grant");
    rp.userinfo(response.expect("access_token"))
        .await
        .assert_status(401);
}

#[tokio::test]
async fn where_there_is_no_access_token_the_id_token_holds_the_claims_of_the_scopes() {
    let server = provider().await;
    let rp = RelyingParty::register_for(&server, "id_token", json!({})).await;
    let response = rp.success(&server.browser(), &[("scope", "openid email")]).await;
    let (_, rest) = response.expect("id_token").split_once('.').unwrap();
    let claims = rest.split('.').next().unwrap();
    let claims = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    assert!(claims["email"].is_string(), "{claims}");
    assert!(claims["name"].is_null(), "{claims}");
}

#[tokio::test]
async fn errors_go_where_the_answer_would_have_gone() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let silent = [("prompt", "none"), ("response_mode", "form_post")];
    let (response, _) = rp.authorize(&server.browser(), &silent).await;
    assert_eq!(
        (response.expect("error"), response.by),
        ("login_required", "post")
    );
    let rp = RelyingParty::register_for(&server, "id_token", json!({})).await;
    let (response, _) = rp.authorize(&server.browser(), &[("prompt", "none")]).await;
    assert_eq!((response.expect("error"), response.by), ("login_required", "#"));
}

#[tokio::test]
async fn a_response_type_that_is_not_registered_or_not_offered_is_refused() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let (response, _) = rp
        .authorize(&server.browser(), &[("response_type", "id_token")])
        .await;
    assert_eq!(response.expect("error"), "unauthorized_client");
    let plain = pixie_testing::harness::Server::start().await;
    let client = plain.spa().await;
    let answer = plain
        .browser()
        .authorize_with(&client, &[("response_type", "id_token")])
        .await;
    assert!(
        answer.location().contains("#error=unsupported_response_type"),
        "{answer:?}"
    );
}
