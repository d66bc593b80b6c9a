//! Attacks on the logout endpoint: to redirect elsewhere, to sign people out, to run scripts.

use serde_json::json;

use super::{confirm, end_session, id_token, is_signed_in, post_from_elsewhere, rp};
use pixie_testing::harness::{Server, on_both_stores};

/// Addresses that must never be gone to if `https://rp.example/out` and `http://127.0.0.1:8001/out` are registered: a line
/// for each kind of fault that other servers have had.
const ELSEWHERE: &[&str] = &[
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://rp.example@evil.example/out",
    "https://a@b@rp.example/out",
    "https://user@rp.example/out",
    "https://rp.example/out/..;/evil",
    "https://rp.example/out/../evil",
    "https://rp.example/out%2f..%2fevil",
    "https://rp.example/out#",
    "https://rp.example/out#@evil.example",
    "https://rp.example/out?",
    "https://rp.example/out?next=https://evil.example",
    "https://rp.example/out/",
    "https://rp.example/ou",
    "https://rp.example/OUT",
    "https://RP.example/out",
    "HTTPS://rp.example/out",
    "https://rpxexample/out",
    "https://rp.example.evil.example/out",
    "https://evil.example/https://rp.example/out",
    "https://rp.example:443/out",
    "https://rp.example:8090%25@evil.example/out",
    "http://rp.example/out",
    "http://127.0.0.1:9999/out",
    "http://localhost:8001/out",
    "http://[::1]:8001/out",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "\u{1}javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "https://rp.example/out\t",
    "https://rp.example/out\r\nSet-Cookie: a=b",
    " https://rp.example/out",
    "https://rp.example/out https://evil.example",
    "https://*.example/out",
    "*",
];

#[on_both_stores]
async fn nobody_is_led_elsewhere_after_signing_out() {
    let server = Server::start().await;
    let registered = ["https://rp.example/out", "http://127.0.0.1:8001/out"];
    let client = rp(&server, "rp", json!({ "post_logout_redirect_uris": registered })).await;
    let browser = server.sign_in("alice").await;
    let token = id_token(&server, &browser, &client).await;
    for uri in ELSEWHERE {
        for (name, value) in [("id_token_hint", token.as_str()), ("client_id", "rp")] {
            let params = [(name, value), ("post_logout_redirect_uri", uri)];
            let answer = end_session(&browser, &params).await;
            answer.assert_page(400, "not registered for it after signing out");
            assert!(!answer.body.contains("http-equiv=\"refresh\""), "{uri}");
            let sent_on = post_from_elsewhere(&server, &params).await.assert_status(200);
            let answer = browser.send_on(&sent_on).await;
            answer.assert_page(400, "not registered for it after signing out");
        }
    }
    assert!(is_signed_in(&browser, &client).await);
}

/// A fault of several servers: checked when the page is shown, believed when its form comes back.
#[on_both_stores]
async fn the_form_that_comes_back_is_checked_again() {
    let server = Server::start().await;
    let client = rp(&server, "rp", json!({})).await;
    let browser = server.sign_in("alice").await;
    let params = [
        ("client_id", "rp"),
        ("post_logout_redirect_uri", "https://rp.example/out"),
    ];
    let confirmation = end_session(&browser, &params).await.assert_status(200);
    let token = confirmation.field("csrf_token");
    for request in [
        "client_id=rp&post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F",
        "post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F",
        "client_id=nobody",
        "id_token_hint=x",
        "client_id=rp&client_id=rp",
    ] {
        let form = [("csrf_token", &*token), ("request", request)];
        browser
            .post("/o/logout/", &form)
            .await
            .assert_page(400, "You were not signed out.");
    }
    assert!(is_signed_in(&browser, &client).await);
}

#[on_both_stores]
async fn next_leads_only_to_our_own_paths() {
    let server = Server::start().await;
    for next in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ] {
        let browser = server.sign_in("alice").await;
        let confirmation = end_session(&browser, &[("next", next)]).await.assert_status(200);
        assert_eq!(confirmation.field("next"), "");
        let token = confirmation.field("csrf_token");
        let form = [("csrf_token", &*token), ("next", next)];
        let answer = browser.post("/o/logout/", &form).await;
        answer.assert_page(200, "You are signed out");
        assert!(!answer.body.contains("http-equiv=\"refresh\""), "{answer:?}");
    }
}

#[on_both_stores]
async fn no_link_or_form_from_elsewhere_signs_anybody_out() {
    let server = Server::start().await;
    let client = rp(&server, "rp", json!({})).await;
    let alice = server.sign_in("alice").await;
    let bob = server.sign_in("bob").await;
    let bobs = id_token(&server, &bob, &client).await;
    let bobs_form = end_session(&bob, &[]).await.field("csrf_token");
    for params in [
        &[][..],
        &[("state", "x")],
        &[("client_id", "rp")],
        &[("id_token_hint", &*bobs)],
        &[("logout_hint", "alice")],
        &[("confirmed", "true"), ("decision", "allow")],
    ] {
        end_session(&alice, params).await.assert_page(200, "Sign out?");
    }
    // Even if the browser sent its cookies along.
    for params in [
        &[("csrf_token", &*bobs_form)][..],
        &[("csrf_token", "x"), ("id_token_hint", &bobs)],
    ] {
        alice
            .post("/o/logout/", params)
            .await
            .assert_page(403, "This form has expired");
    }
    assert!(is_signed_in(&alice, &client).await);
}

#[on_both_stores]
async fn what_a_request_brings_is_never_markup() {
    let server = Server::start().await;
    let client = rp(
        &server,
        "rp",
        json!({ "client_name": "<img src=x onerror=alert(1)>" }),
    )
    .await;
    let browser = server.sign_in("alice").await;
    let script = "\"'><script>alert(1)</script>";
    let confirmation = end_session(
        &browser,
        &[
            ("client_id", "rp"),
            ("state", script),
            ("ui_locales", script),
            (script, script),
            ("post_logout_redirect_uri", "https://rp.example/out"),
        ],
    )
    .await
    .assert_status(200);
    let wrong = end_session(
        &browser,
        &[("client_id", "rp"), ("post_logout_redirect_uri", script)],
    )
    .await
    .assert_status(400);
    let stranger = server
        .get("/o/logout/?client_id=rp&state=%22%27%3E%3Cscript%3Ealert(1)%3C/script%3E&post_logout_redirect_uri=https://rp.example/out")
        .await
        .assert_status(200);
    for page in [&confirmation, &wrong, &stranger] {
        assert!(!page.body.contains("<script>alert"), "{page:?}");
        assert!(!page.body.contains("<img src=x"), "{page:?}");
    }
    let answer = confirm(&browser, &confirmation).await.assert_status(303);
    assert_eq!(answer.location_param("state").as_deref(), Some(script));
    assert!(!answer.location().contains('<') && !answer.location().contains('"'));
    assert!(!is_signed_in(&browser, &client).await);
}

#[on_both_stores]
async fn repeated_parameters_are_an_error_page() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let repeated = "id_token_hint=a&id_token_hint=b";
    browser
        .get(&format!("/o/logout/?{repeated}"))
        .await
        .assert_page(400, "repeated parameter");
}
