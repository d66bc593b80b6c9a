//! Answers that are not those of the provider, or not for this browser, change nothing.

use pixie_oauth::jose::{JwtType, SigningAlgorithm, SigningKey};
use pixie_testing::harness::{Answer, Browser, Server, encode, on_both_stores, signing::forged};
use serde_json::{Value, json};

use super::creating;
use super::stand_in::{
    CALLBACK, ISSUER, StandIn, answer_path, come_back, is_signed_in, press, press_for, start, upstream,
};

const NOT_CONFIRMED: &str = "Example did not confirm who you are.";
const ENDED: &str = "This sign-in has ended";

/// Nobody is signed in, and nobody has an account who had none.
async fn assert_nothing_happened(server: &Server, browser: &Browser) {
    assert!(!is_signed_in(browser));
    let accounts = server.provider.list_accounts(None, 100).await.unwrap();
    assert_eq!(accounts.len(), 3, "{accounts:?}");
}

/// A sign-in with these claims in the ID token.
async fn attempt_with(idp: &StandIn, browser: &Browser, claims: Value) -> Answer {
    idp.claims(claims);
    let begun = press(browser, "/o/").await;
    come_back(browser, &begun).await
}

#[on_both_stores]
async fn an_answer_counts_only_in_the_browser_that_was_sent_and_once() {
    let (server, _idp) = start(creating).await;
    let attacker = server.browser();
    let begun = press(&attacker, "/o/").await;
    // The attacker gives the link with the answer to somebody else, with and without a sign-in of their own under way.
    let victim = server.browser();
    come_back(&victim, &begun).await.assert_page(400, ENDED);
    let own = press(&victim, "/o/").await;
    come_back(&victim, &begun).await.assert_page(400, ENDED);
    assert_nothing_happened(&server, &victim).await;
    // The victim's own sign-in is not disturbed.
    come_back(&victim, &own).await.assert_status(303);
    let kept = victim.cookie("pixie_upstream");
    assert_eq!(kept, None);
    // Back in the history of the browser: it is over.
    come_back(&victim, &own).await.assert_page(400, ENDED);
}

#[on_both_stores]
async fn an_answer_that_is_used_again_with_its_cookie_is_refused() {
    let (server, _idp) = start(creating).await;
    let browser = server.browser();
    let begun = press(&browser, "/o/").await;
    let cookie = browser.cookie("pixie_upstream").unwrap();
    come_back(&browser, &begun).await.assert_status(303);
    let thief = server.browser();
    thief.set_cookie("pixie_upstream", &cookie);
    come_back(&thief, &begun).await.assert_page(400, ENDED);
    assert!(!is_signed_in(&thief));
}

#[on_both_stores]
async fn an_answer_after_twenty_minutes_or_without_the_right_state_is_refused() {
    let (server, idp) = start(creating).await;
    let browser = server.browser();
    let begun = press(&browser, "/o/").await;
    let state = begun.location_param("state").unwrap();
    for query in [
        String::new(),
        "code=a".to_owned(),
        format!("code=a&state={}", &state[1..]),
        format!("code=a&state={state}&state={state}"),
        "error=access_denied".to_owned(),
    ] {
        let answer = browser.get(&format!("{CALLBACK}?{query}")).await;
        answer.assert_page(400, ENDED);
    }
    server.clock.advance(20 * 60);
    idp.set_clock(&server);
    come_back(&browser, &begun).await.assert_page(400, ENDED);
    assert_nothing_happened(&server, &browser).await;
}

#[on_both_stores]
async fn an_id_token_of_another_issuer_client_request_or_time_is_refused() {
    let (server, idp) = start(creating).await;
    let browser = server.browser();
    let now = 1_800_000_000;
    for claims in [
        json!({ "iss": "https://evil.example" }),
        json!({ "iss": "https://idp.example/" }),
        json!({ "aud": "another client" }),
        json!({ "aud": ["pixie-at-idp", "another client"] }),
        json!({ "azp": "another client" }),
        json!({ "nonce": "another" }),
        json!({ "nonce": null }),
        json!({ "exp": now - 60 }),
        json!({ "exp": null }),
        json!({ "iat": now + 600 }),
        json!({ "sub": "" }),
        json!({ "sub": null }),
    ] {
        let refused = attempt_with(&idp, &browser, claims.clone()).await;
        refused.assert_page(400, NOT_CONFIRMED);
        assert_nothing_happened(&server, &browser).await;
    }
    attempt_with(&idp, &browser, json!({})).await.assert_status(303);
}

#[on_both_stores]
async fn an_id_token_without_the_providers_signature_is_refused() {
    let (server, idp) = start(creating).await;
    let browser = server.browser();
    let stranger = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
    let public = serde_json::to_value(idp.state().key.public()).unwrap();
    let kid = public["kid"].clone();
    for forge in [
        // Unsigned, signed by a stranger, with HMAC by the public key, with a key in the header.
        |claims: &Value, _: &Value, _: &SigningKey| forged(&json!({ "alg": "none" }), claims, b""),
        |claims: &Value, _: &Value, stranger: &SigningKey| stranger.sign(JwtType::Jwt, claims).unwrap(),
        |claims: &Value, kid: &Value, _: &SigningKey| {
            forged(&json!({ "alg": "HS256", "kid": kid }), claims, &[0; 32])
        },
        |claims: &Value, kid: &Value, _: &SigningKey| {
            forged(&json!({ "alg": "ES256", "kid": kid }), claims, &[0; 64])
        },
        |claims: &Value, _: &Value, stranger: &SigningKey| {
            let header = json!({ "alg": "ES256", "jwk": stranger.public(), "jku": "https://evil.example/" });
            forged(&header, claims, &[1; 64])
        },
    ] {
        let begun = press(&browser, "/o/").await;
        let claims = json!({
            "iss": ISSUER, "sub": "person-1", "aud": "pixie-at-idp", "nonce": begun.location_param("nonce"),
            "iat": 1_800_000_000, "exp": 1_800_000_300,
        });
        idp.id_token(forge(&claims, &kid, &stranger));
        come_back(&browser, &begun).await.assert_page(400, NOT_CONFIRMED);
        assert_nothing_happened(&server, &browser).await;
    }
}

/// OpenID Connect Core section 5.3.2: a token of somebody else must not bring their claims.
#[on_both_stores]
async fn userinfo_about_somebody_else_is_refused() {
    let (server, idp) = start(creating).await;
    let browser = server.browser();
    for userinfo in [
        json!({ "sub": "person-2", "name": "Root" }),
        json!({ "name": "Root" }),
        json!([]),
    ] {
        idp.userinfo(userinfo);
        attempt_with(&idp, &browser, json!({}))
            .await
            .assert_page(400, NOT_CONFIRMED);
        assert_nothing_happened(&server, &browser).await;
    }
}

/// RFC 9207: the answer of one provider is not taken to the token endpoint of another.
#[on_both_stores]
async fn an_answer_of_another_provider_is_refused_before_its_code_is_sent_anywhere() {
    let server = Server::with(|settings| {
        let other = pixie_provider::UpstreamAddress::parse("https://evil.example").unwrap();
        let evil = pixie_provider::Upstream {
            kind: pixie_provider::UpstreamKind::OpenId(other),
            ..upstream("evil")
        };
        settings.upstreams = vec![upstream("idp"), evil];
    })
    .await;
    let _idp = StandIn::at(&server);
    let browser = server.browser();
    for iss in [Some("https://evil.example"), Some("https://idp.example/"), None] {
        let begun = press(&browser, "/o/").await;
        let state = begun.location_param("state").unwrap();
        let mut answer = vec![("code", "a.b"), ("state", state.as_str())];
        answer.extend(iss.map(|iss| ("iss", iss)));
        let refused = browser.get(&format!("{CALLBACK}?{}", encode(&answer))).await;
        refused.assert_page(400, NOT_CONFIRMED);
        assert!(server.outbound().exchanges().is_empty());
    }
    // The answer to the one does not count at the address of the other.
    let begun = press_for(&browser, "idp", "/o/").await;
    let elsewhere = answer_path(&begun).replace("/idp/", "/evil/");
    browser.get(&elsewhere).await.assert_page(400, ENDED);
    assert!(server.outbound().exchanges().is_empty());
}

#[on_both_stores]
async fn a_configuration_of_another_issuer_sends_nobody_anywhere() {
    let (server, idp) = start(creating).await;
    idp.discovery(&json!({ "issuer": "https://evil.example" }));
    let browser = server.browser();
    let page = browser.get("/o/login/").await;
    let token = page.field("csrf_token");
    let answer = browser
        .post(
            "/o/login/upstream/idp/",
            &[("csrf_token", &token), ("next", "/o/")],
        )
        .await;
    answer.assert_page(400, NOT_CONFIRMED);
}

#[on_both_stores]
async fn a_form_of_another_site_sends_nobody_to_the_provider() {
    let (server, _idp) = start(creating).await;
    let browser = server.browser();
    let refused = browser.post("/o/login/upstream/idp/", &[("next", "/o/")]).await;
    assert_eq!(refused.status.as_u16(), 403, "{refused:?}");
    assert_eq!(browser.cookie("pixie_upstream"), None);
    // Nor does it link anything to the account of somebody who is signed in.
    let alice = server.sign_in("alice").await;
    let refused = alice.post("/o/account/sign-in-methods/upstream/idp/", &[]).await;
    assert_eq!(refused.status.as_u16(), 403, "{refused:?}");
    assert_eq!(alice.cookie("pixie_upstream"), None);
}

#[on_both_stores]
async fn the_browser_returns_only_to_our_own_paths() {
    let (server, _idp) = start(creating).await;
    for next in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ] {
        let browser = server.browser();
        let begun = press(&browser, next).await;
        let back = come_back(&browser, &begun).await.assert_status(303);
        assert_eq!(back.location(), "/o/", "{next}");
    }
}

#[on_both_stores]
async fn an_answer_that_is_too_large_or_no_json_is_refused() {
    let (server, idp) = start(creating).await;
    let browser = server.browser();
    for body in [
        " ".repeat(200_000),
        "<html>".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
    ] {
        idp.token_answer(200, &body);
        let begun = press(&browser, "/o/").await;
        let refused = come_back(&browser, &begun).await;
        assert!([400, 503].contains(&refused.status.as_u16()), "{refused:?}");
        assert_nothing_happened(&server, &browser).await;
    }
}

/// Strangers who press the button and never come back leave nothing in the database.
#[on_both_stores]
async fn answers_that_no_provider_has_confirmed_store_nothing() {
    let (server, idp) = start(creating).await;
    let before = server.database();
    idp.token_answer(400, r#"{"error":"invalid_grant"}"#);
    for _ in 0..5 {
        let browser = server.browser();
        let begun = press(&browser, "/o/").await;
        come_back(&browser, &begun).await.assert_page(400, NOT_CONFIRMED);
    }
    assert_eq!(server.database(), before);
}

#[on_both_stores]
async fn a_cookie_that_was_changed_or_sealed_for_something_else_counts_for_nothing() {
    let (server, _idp) = start(creating).await;
    let browser = server.browser();
    let begun = press(&browser, "/o/").await;
    let cookie = browser.cookie("pixie_upstream").unwrap();
    for changed in [
        &cookie[1..],
        "",
        "AAAA",
        &cookie.replace(&cookie[..8], "AAAAAAAA"),
    ] {
        browser.set_cookie("pixie_upstream", changed);
        come_back(&browser, &begun).await.assert_page(400, ENDED);
    }
    // The sealed attempt is no waiting identity.
    browser.set_cookie("pixie_identity", &cookie);
    let ended = browser.get("/o/login/link/").await.assert_status(303);
    assert!(ended.location().starts_with("/o/login/"), "{ended:?}");
}
