//! The plan Basic.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use super::provider;
use super::relying_party::{REDIRECT_URI, RelyingParty, STATE};
use pixie_testing::harness::{VERIFIER, challenge};

#[tokio::test]
async fn oidcc_server() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let response = rp.success(&server.browser(), &[]).await;
    assert_eq!((response.by, response.get("state")), ("?", Some(STATE)));
    assert!(response.expect("code").len() >= 16);
    let tokens = rp.tokens(&response).await;
    let claims = rp.verify(tokens["id_token"].as_str().unwrap()).await;
    assert_eq!(claims["nonce"], super::relying_party::NONCE);
    let at_hash = rp.half_hash(tokens["access_token"].as_str().unwrap());
    assert_eq!(claims["at_hash"], at_hash);
    assert!(claims["sid"].is_string());
}

#[tokio::test]
async fn oidcc_response_type_missing() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let (response, _) = rp.authorize(&server.browser(), &[("response_type", "")]).await;
    assert_eq!(response.expect("error"), "invalid_request");
    assert_eq!(response.get("state"), Some(STATE));
}

#[tokio::test]
async fn oidcc_userinfo_get_post_header_and_post_body() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let response = rp.success(&server.browser(), &[]).await;
    let tokens = rp.tokens(&response).await;
    let token = tokens["access_token"].as_str().unwrap();
    let sub = rp.verify(tokens["id_token"].as_str().unwrap()).await["sub"].clone();
    assert_eq!(rp.userinfo(token).await.assert_status(200).json()["sub"], sub);
    let by_post = Request::post("/o/userinfo/").header("authorization", format!("Bearer {token}"));
    let by_post = server.send(by_post.body(Body::empty()).unwrap()).await;
    assert_eq!(by_post.assert_status(200).json()["sub"], sub);
    let in_body = server.post("/o/userinfo/", &[("access_token", token)]).await;
    assert_eq!(in_body.assert_status(200).json()["sub"], sub);
}

#[tokio::test]
async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let response = rp.success(&server.browser(), &[("nonce", "")]).await;
    let tokens = rp.tokens(&response).await;
    let claims = rp.verify(tokens["id_token"].as_str().unwrap()).await;
    assert!(!claims.contains_key("nonce"));
}

#[tokio::test]
async fn oidcc_scope_profile_email_address_phone_and_all() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let browser = server.browser();
    let profile = [
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "nickname",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
        "preferred_username",
    ];
    for (scope, claims) in [
        ("openid profile", &profile[..]),
        ("openid email", &["email", "email_verified"]),
        ("openid address", &["address"]),
        ("openid phone", &["phone_number", "phone_number_verified"]),
        // The same in another order.
        (
            "phone address email profile openid",
            &["name", "email", "address", "phone_number"],
        ),
    ] {
        let response = rp.success(&browser, &[("scope", scope)]).await;
        let tokens = rp.tokens(&response).await;
        rp.verify(tokens["id_token"].as_str().unwrap()).await;
        let info = rp.userinfo(tokens["access_token"].as_str().unwrap()).await.json();
        for claim in claims {
            assert!(!info[claim].is_null(), "{scope}: no {claim} in {info}");
        }
        assert!(
            info["updated_at"].is_null() || info["updated_at"].is_number(),
            "{info}"
        );
        assert!(info["address"].is_null() || info["address"].is_object(), "{info}");
        for flag in ["email_verified", "phone_number_verified"] {
            assert!(info[flag].is_null() || info[flag].is_boolean(), "{info}");
        }
    }
}

#[tokio::test]
async fn what_is_not_understood_or_only_a_wish_is_no_error() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let browser = server.browser();
    for parameter in [
        ("display", "page"),
        ("display", "popup"),
        ("extra", "foobar"),
        ("login_hint", "buffy@rp.example"),
        ("ui_locales", "se"),
        ("claims_locales", "se"),
        ("acr_values", "1 2"),
    ] {
        let response = rp.success(&browser, &[parameter]).await;
        rp.tokens(&response).await;
    }
}

#[tokio::test]
async fn oidcc_prompt_login() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let browser = server.browser();
    let first = rp.success(&browser, &[]).await;
    let first = rp.tokens(&first).await;
    let first = rp.verify(first["id_token"].as_str().unwrap()).await;
    server.clock.advance(10);
    let (second, logins) = rp.authorize(&browser, &[("prompt", "login")]).await;
    assert_eq!(logins, 1);
    let second = rp.tokens(&second).await;
    let second = rp.verify(second["id_token"].as_str().unwrap()).await;
    assert_eq!(second["sub"], first["sub"]);
    assert_eq!(second["sid"], first["sid"]);
    assert!(second["auth_time"].as_i64() > first["auth_time"].as_i64());
}

#[tokio::test]
async fn oidcc_prompt_none_not_logged_in() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let state = "s".repeat(128);
    let (response, logins) = rp
        .authorize(&server.browser(), &[("prompt", "none"), ("state", &state)])
        .await;
    assert_eq!(logins, 0);
    assert_eq!(response.expect("error"), "login_required");
    assert_eq!(response.expect("state"), state);
    let allowed = [
        "error",
        "error_description",
        "error_uri",
        "state",
        "session_state",
        "iss",
    ];
    assert!(
        response
            .parameters
            .iter()
            .all(|(name, _)| allowed.contains(&&**name)),
        "{response:?}"
    );
}

#[tokio::test]
async fn oidcc_prompt_none_logged_in_and_id_token_hint() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let browser = server.browser();
    let first = rp.success(&browser, &[]).await;
    let first = rp.tokens(&first).await;
    let hint = first["id_token"].as_str().unwrap().to_owned();
    let first = rp.verify(&hint).await;
    server.clock.advance(100);
    for changes in [
        vec![("prompt", "none")],
        vec![("prompt", "none"), ("id_token_hint", hint.as_str())],
    ] {
        let (response, logins) = rp.authorize(&browser, &changes).await;
        assert_eq!(logins, 0);
        let again = rp.tokens(&response).await;
        let again = rp.verify(again["id_token"].as_str().unwrap()).await;
        assert_eq!(again["sub"], first["sub"]);
        assert_eq!(again["auth_time"], first["auth_time"]);
    }
}

#[tokio::test]
async fn oidcc_max_age_1_and_10000() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let browser = server.browser();
    let (first, logins) = rp.authorize(&browser, &[("max_age", "15000")]).await;
    assert_eq!(logins, 1);
    let first = rp.tokens(&first).await;
    let first = rp.verify(first["id_token"].as_str().unwrap()).await;
    server.clock.advance(2);
    let (second, logins) = rp.authorize(&browser, &[("max_age", "10000")]).await;
    assert_eq!(logins, 0);
    let second = rp.tokens(&second).await;
    let second = rp.verify(second["id_token"].as_str().unwrap()).await;
    assert_eq!(second["auth_time"], first["auth_time"]);
    let (third, logins) = rp.authorize(&browser, &[("max_age", "1")]).await;
    assert_eq!(logins, 1);
    let third = rp.tokens(&third).await;
    let third = rp.verify(third["id_token"].as_str().unwrap()).await;
    assert!(third["auth_time"].as_i64() > first["auth_time"].as_i64());
}

#[tokio::test]
async fn oidcc_codereuse_and_codereuse_30seconds() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    for wait in [0, 30] {
        let response = rp.success(&server.browser(), &[]).await;
        let tokens = rp.tokens(&response).await;
        let token = tokens["access_token"].as_str().unwrap();
        rp.userinfo(token).await.assert_status(200);
        server.clock.advance(wait);
        rp.redeem(response.expect("code"))
            .await
            .assert_error("invalid_grant");
        rp.userinfo(token).await.assert_status(401);
    }
}

#[tokio::test]
async fn oidcc_ensure_registered_redirect_uri() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let request = rp.request(&[("redirect_uri", "https://rp.example/test/a/pixie/other")]);
    let answer = server.browser().get(&request).await;
    answer.assert_page(400, "not registered");
}

#[tokio::test]
async fn oidcc_ensure_post_request_succeeds() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let request = rp.request(&[]);
    let (path, query) = request.split_once('?').unwrap();
    let fields: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    // The form of another site, without cookies.
    let answer = server.post(path, &fields).await.assert_status(200);
    let (response, logins) = rp.follow(&server.browser(), answer).await;
    rp.check(&response);
    assert_eq!(logins, 1);
}

#[tokio::test]
async fn oidcc_server_client_secret_post() {
    let server = provider().await;
    let changes = json!({ "token_endpoint_auth_method": "client_secret_post" });
    let rp = RelyingParty::register_for(&server, "code", changes).await;
    let response = rp.success(&server.browser(), &[]).await;
    rp.tokens(&response).await;
}

#[tokio::test]
async fn oidcc_claims_essential() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let claims = r#"{"userinfo":{"name":{"essential":true}}}"#;
    let response = rp.success(&server.browser(), &[("claims", claims)]).await;
    let tokens = rp.tokens(&response).await;
    let info = rp.userinfo(tokens["access_token"].as_str().unwrap()).await.json();
    assert!(info["name"].is_string(), "{info}");
    assert!(info["email"].is_null(), "{info}");
}

#[tokio::test]
async fn oidcc_refresh_token() {
    let server = provider().await;
    let (rp, other) = (
        RelyingParty::register(&server).await,
        RelyingParty::register(&server).await,
    );
    let parameters = [("scope", "openid offline_access"), ("prompt", "consent")];
    let response = rp.success(&server.browser(), &parameters).await;
    let tokens = rp.tokens(&response).await;
    let first = rp.verify(tokens["id_token"].as_str().unwrap()).await;
    server.clock.advance(100);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    other.token(&form).await.assert_error("invalid_grant");
    let answer = rp.token(&form).await.assert_status(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let again = rp.verify(answer.json()["id_token"].as_str().unwrap()).await;
    for claim in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert_eq!(again[claim], first[claim], "{claim}");
    }
    assert!(again["iat"].as_i64() > first["iat"].as_i64());
    assert!(!again.contains_key("nonce"));
}

#[tokio::test]
async fn oidcc_ensure_request_with_valid_pkce_succeeds() {
    let server = provider().await;
    let rp = RelyingParty::register(&server).await;
    let verifier = format!("{VERIFIER}.~_-");
    let challenge = challenge(&verifier);
    let pkce = [
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let response = rp.success(&server.browser(), &pkce).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", response.expect("code")),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", &verifier),
    ];
    rp.token(&form).await.assert_status(200);
}
