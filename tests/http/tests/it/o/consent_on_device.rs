//! Consent to programs on a person's device (RFC 8252 section 8.6): any program there can take the place of a public client, so that a
//! consent is not reused without a question, unless the person says so for this redirect URI.

use pixie_testing::harness::{Answer, Browser, Client, Server, on_both_stores};
use serde_json::json;

const LOOPBACK: [&str; 3] = [
    "http://127.0.0.1/cb",
    "http://[::1]/cb",
    "http://localhost:3000/cb",
];
const APP: &str = "com.example.app:/cb";

async fn agent(server: &Server, uris: &[&str]) -> Client {
    let metadata = json!({ "client_id": "agent", "client_name": "Agent", "redirect_uris": uris });
    server.register(metadata).await
}

/// The answer to the consent page that a request leads to.
async fn allow(browser: &Browser, client: &Client, changes: &[(&str, &str)], on_device: bool) -> Answer {
    let redirect = browser.authorize_with(client, changes).await.assert_status(302);
    let page = browser.get(redirect.location()).await.assert_status(200);
    let (token, request) = (page.field("csrf_token"), page.field("request"));
    let mut form = vec![
        ("csrf_token", &*token),
        ("request", &request),
        ("decision", "allow"),
    ];
    form.extend(on_device.then_some(("on_device", "true")));
    browser.post("/o/consent/", &form).await
}

/// Checks that a request is answered by the consent page, and silently by an error.
async fn assert_asks(browser: &Browser, client: &Client, changes: &[(&str, &str)]) {
    let redirect = browser.authorize_with(client, changes).await;
    assert!(
        redirect.location().starts_with("/o/consent/?"),
        "{changes:?}: {redirect:?}"
    );
    let silent = [changes, &[("prompt", "none")]].concat();
    let refused = browser.authorize_with(client, &silent).await;
    assert_eq!(
        refused.location_param("error").as_deref(),
        Some("consent_required"),
        "{refused:?}"
    );
}

#[on_both_stores]
async fn a_consent_to_a_program_on_the_device_is_not_reused() {
    let server = Server::start().await;
    let client = agent(&server, &[LOOPBACK[0], LOOPBACK[1], LOOPBACK[2], APP]).await;
    let browser = server.sign_in("alice").await;
    for uri in LOOPBACK.into_iter().chain([APP]) {
        let at = [("redirect_uri", uri)];
        allow(&browser, &client, &at, false)
            .await
            .assert_status(303)
            .code();
        assert_asks(&browser, &client, &at).await;
    }
}

#[on_both_stores]
async fn a_person_may_trust_a_program_on_their_device_for_one_redirect_uri_and_its_scopes() {
    let server = Server::start().await;
    let client = agent(
        &server,
        &[LOOPBACK[0], LOOPBACK[1], APP, "https://agent.example/cb"],
    )
    .await;
    let browser = server.sign_in("alice").await;
    let trusted = [("redirect_uri", "http://127.0.0.1:50001/cb"), ("scope", "read")];
    let page = browser.authorize_with(&client, &trusted).await;
    let page = browser.get(page.location()).await;
    page.assert_page(200, "Trust Agent on this device");
    page.assert_page(200, "gets the same access without asking you");
    allow(&browser, &client, &trusted, true).await.code();
    // Any port of loopback is the same program (RFC 8252 section 7.3).
    let other_port = [("redirect_uri", "http://127.0.0.1:50002/cb"), ("scope", "read")];
    let silent = [&other_port[..], &[("prompt", "none")]].concat();
    browser.authorize_with(&client, &silent).await.code();
    let wider = [
        ("redirect_uri", "http://127.0.0.1:50002/cb"),
        ("scope", "read write"),
    ];
    assert_asks(&browser, &client, &wider).await;
    for uri in [LOOPBACK[1], APP, "https://agent.example/cb"] {
        assert_asks(&browser, &client, &[("redirect_uri", uri), ("scope", "read")]).await;
    }
    assert_asks(&server.sign_in("bob").await, &client, &trusted).await;
    // It is listed with its address, and can be taken back.
    let list = "/o/authorized_tokens/";
    browser
        .get(list)
        .await
        .assert_page(200, "<code>http://127.0.0.1/cb</code>");
    let delete = format!("{list}{}/delete/", client.key);
    browser.submit(&delete, &[]).await.assert_status(303);
    assert_asks(&browser, &client, &trusted).await;
}

#[on_both_stores]
async fn a_consent_for_a_website_does_not_serve_a_program_on_the_device() {
    let server = Server::start().await;
    let client = agent(&server, &["https://agent.example/cb", LOOPBACK[0], APP]).await;
    let browser = server.sign_in("alice").await;
    let website = [("redirect_uri", "https://agent.example/cb")];
    let page = browser.authorize_with(&client, &website).await;
    let page = browser.get(page.location()).await.assert_status(200);
    assert!(!page.body.contains("on_device"), "{page:?}");
    // A field that the page does not have changes nothing.
    allow(&browser, &client, &website, true).await.code();
    browser.authorize_with(&client, &website).await.code();
    for uri in [LOOPBACK[0], APP] {
        assert_asks(&browser, &client, &[("redirect_uri", uri)]).await;
    }
}

#[on_both_stores]
async fn a_client_that_authenticates_or_is_trusted_by_an_administrator_is_remembered_on_the_device() {
    let server = Server::start().await;
    let confidential = json!({
        "client_id": "tool", "redirect_uris": [LOOPBACK[0]],
        "token_endpoint_auth_method": "client_secret_basic",
    });
    let trusted = json!({
        "client_id": "own", "redirect_uris": [LOOPBACK[0]], "skip_authorization": true,
    });
    let (confidential, trusted) = (
        server.register(confidential).await,
        server.register(trusted).await,
    );
    let browser = server.sign_in("alice").await;
    allow(&browser, &confidential, &[], false).await.code();
    browser.authorize(&confidential).await.code();
    browser
        .authorize_with(&trusted, &[("prompt", "none")])
        .await
        .code();
}
