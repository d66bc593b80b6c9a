//! Redirect URIs that a relaxation allows: every page that shows the application marks them (RFC 9700 section 2.1).

use pixie_provider::SignUpMode;
use pixie_testing::harness::{Client, Server, encode, on_both_stores};
use serde_json::json;

/// The pages that a request of a client leads to, each with a text that is on it.
async fn assert_marked(server: &Server, client: &Client, request: &str, texts: [&str; 2]) {
    let [marked, on_consent] = texts;
    let next = encode(&[("next", &format!("/o/authorize/?{request}"))]);
    for page in ["login", "sign-up"] {
        let page = format!("/o/{page}/?{next}");
        server.browser().get(&page).await.assert_page(200, marked);
    }
    let browser = server.sign_in("alice").await;
    let page = format!("/o/select-account/?{next}");
    browser.get(&page).await.assert_page(200, marked);
    let consent = browser.get(&format!("/o/consent/?{request}")).await;
    consent.assert_page(200, on_consent);
    browser.decide_on(&consent, "allow").await.assert_status(303);
    let revoke = format!("/o/authorized_tokens/{}/delete/", client.key);
    for page in ["/o/authorized_tokens/", &revoke] {
        browser.get(page).await.assert_page(200, marked);
    }
}

#[on_both_stores]
async fn every_page_that_shows_an_application_marks_its_relaxed_redirect_uris() {
    let server = Server::with(|settings| settings.sign_up = SignUpMode::Open).await;
    let client = server
        .register(json!({
            "client_id": "preview", "redirect_uris": ["https://*.preview.example/cb"],
            "token_endpoint_auth_method": "none", "profile": "oidc", "relaxations": ["wildcard_redirect_uris"],
        }))
        .await;
    let request = client.request(&[("redirect_uri", "https://a.preview.example/cb")]);
    let texts = [
        "It may redirect you to every address like <code>*.preview.example</code>.",
        "This is one of many addresses of this application.",
    ];
    assert_marked(&server, &client, &request, texts).await;

    let client = server
        .register(json!({
            "client_id": "plain", "redirect_uris": ["http://app.example/cb"], "token_endpoint_auth_method": "none",
            "profile": "legacy", "relaxations": ["http_redirect_uris"],
        }))
        .await;
    let texts = [
        "It may redirect you to <code>app.example</code> without encryption.",
        "This address is not encrypted.",
    ];
    assert_marked(&server, &client, &client.request(&[]), texts).await;

    let list = server.sign_in("root").await.get("/o/applications/").await;
    for badge in ["wildcard redirect URIs", "1 relaxation<"] {
        list.assert_page(200, badge);
    }
}

#[on_both_stores]
async fn an_application_without_relaxed_redirect_uris_is_not_marked() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let next = encode(&[("next", &format!("/o/authorize/?{}", client.request(&[])))]);
    let login = server.browser().get(&format!("/o/login/?{next}")).await;
    login.assert_page(200, "Third Party");
    assert!(!login.body.contains("relaxed_redirect"), "{login:?}");
}
