//! Request objects by reference (OpenID Connect Core section 6.2, RFC 9101 section 5.2).

use pixie_provider::{Fetched, OutboundError, Purpose};
use serde_json::{Value, json};

use super::request_object::{client, whole};
use pixie_testing::harness::signing::{Signer, forged};
use pixie_testing::harness::{Answer, Server, on_both_stores};

const CALLBACK: &str = "https://rp.example/cb";
/// As the certification's clients register it: with a fragment that is no hash of what is there.
const REGISTERED: &str = "https://rp.example/request#not-a-hash";
const FETCHED: &str = "https://rp.example/request";

async fn with_uri(server: &Server, further: Value) -> Signer {
    let uris = json!({ "request_uris": [REGISTERED] });
    client(server, pixie_testing::harness::signing::merged(uris, &further)).await
}

fn serve(server: &Server, object: &str) {
    let document = Fetched {
        body: object.into(),
        ..Fetched::default()
    };
    server.outbound().answer_fetch(FETCHED, Ok(document));
}

fn path(uri: &str, beside: &[(&str, &str)]) -> String {
    let mut pairs = vec![("client_id", "rp"), ("request_uri", uri)];
    pairs.extend(beside);
    format!("/o/authorize/?{}", pixie_testing::harness::encode(&pairs))
}

async fn refusal(server: &Server, uri: &str) -> Answer {
    let beside = [("redirect_uri", CALLBACK), ("response_type", "code")];
    server.browser().get(&path(uri, &beside)).await
}

#[track_caller]
fn assert_refused(answer: &Answer, error: &str, because: &str) {
    answer.assert_refused("https://rp.example/cb?error=", error);
    let text = answer.location_param("error_description").unwrap();
    assert!(text.contains(because), "{because}: {text}");
}

#[on_both_stores]
async fn an_object_at_a_registered_address_is_fetched_and_fragments_do_not_matter() {
    let server = Server::start().await;
    let rp = with_uri(&server, json!({})).await;
    serve(&server, &format!("{}\n", rp.sign(&whole(&json!({})))));
    let browser = server.sign_in("alice").await;
    for uri in [REGISTERED, FETCHED, "https://rp.example/request#other"] {
        let answer = browser.get(&path(uri, &[])).await;
        assert_eq!(answer.location_param("state").as_deref(), Some("inside"));
        server.redeem(&rp.client, &answer.code()).await.assert_status(200);
    }
    for fetch in server.outbound().fetches() {
        assert_eq!(
            (fetch.url.as_str(), fetch.purpose),
            (FETCHED, Purpose::RequestUri)
        );
    }
}

#[on_both_stores]
async fn an_unsigned_object_is_fetched_where_the_profile_allows_it() {
    let server = Server::start().await;
    with_uri(
        &server,
        json!({ "profile": "oidc", "request_object_signing_alg": "none" }),
    )
    .await;
    let unsigned = forged(&json!({ "alg": "none" }), &whole(&json!({})), b"");
    serve(&server, &unsigned);
    server
        .sign_in("alice")
        .await
        .get(&path(REGISTERED, &[]))
        .await
        .code();

    let server = Server::start().await;
    with_uri(&server, json!({})).await;
    serve(&server, &unsigned);
    let answer = refusal(&server, REGISTERED).await;
    assert_refused(&answer, "request_uri_not_supported", "Unsigned request objects");
}

/// Keycloak CVE-2020-10770: the writer of a link must not make the server fetch addresses.
#[on_both_stores]
async fn an_address_that_is_not_registered_is_not_asked() {
    let server = Server::start().await;
    with_uri(&server, json!({})).await;
    for uri in [
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost:9200/",
        "https://rp.example/request/",
        "https://rp.example/request?x=1",
        "https://rp.example/requests",
        "https://RP.example/request",
        "http://rp.example/request",
        "https://rp.example:443/request",
        "https://rp.example@evil.example/request",
        "urn:ietf:params:oauth:request_uri:x",
        "file:///etc/passwd",
        "#",
    ] {
        assert_refused(&refusal(&server, uri).await, "invalid_request_uri", "not among");
    }
    assert!(server.outbound().fetches().is_empty());
}

#[on_both_stores]
async fn what_cannot_be_fetched_is_refused_with_the_reason() {
    let server = Server::start().await;
    let rp = with_uri(&server, json!({})).await;
    for (error, because) in [
        (
            OutboundError::ForbiddenAddress,
            "request_uri names a host that has no public address.",
        ),
        (OutboundError::TimedOut, "request_uri did not answer in time."),
        (
            OutboundError::Redirected,
            "request_uri answered with a redirect, which is not followed.",
        ),
    ] {
        server.outbound().answer_fetch(FETCHED, Err(error));
        assert_refused(
            &refusal(&server, REGISTERED).await,
            "invalid_request_uri",
            because,
        );
    }
    let large = rp.sign(&whole(&json!({ "x": "x".repeat(8 * 1024) })));
    serve(&server, &large);
    assert_refused(
        &refusal(&server, REGISTERED).await,
        "invalid_request_uri",
        "more than is read",
    );
    serve(&server, " ");
    assert_refused(
        &refusal(&server, REGISTERED).await,
        "invalid_request_uri",
        "compact form",
    );
    let bytes = Fetched {
        body: vec![0xff],
        ..Fetched::default()
    };
    server.outbound().answer_fetch(FETCHED, Ok(bytes));
    assert_refused(
        &refusal(&server, REGISTERED).await,
        "invalid_request_uri",
        "compact form",
    );
    serve(&server, "<html>not found</html>");
    assert_refused(
        &refusal(&server, REGISTERED).await,
        "invalid_request_object",
        "cannot be read",
    );
    // Nothing of it is said back.
    let answer = refusal(&server, REGISTERED).await;
    assert!(!answer.location().contains("html"), "{answer:?}");
}

#[on_both_stores]
async fn what_was_fetched_stays_the_same_through_login_and_consent() {
    let server = Server::start().await;
    let rp = with_uri(&server, json!({ "skip_authorization": false })).await;
    let object = rp.sign(&whole(&json!({ "scope": "read", "unknown": "x".repeat(5500) })));
    assert!((7 * 1024..8 * 1024).contains(&object.len()));
    serve(&server, &object);
    let browser = server.browser();
    // The document is too long for an address.
    let sent_on = browser
        .get(&path(REGISTERED, &[("nonce", "n")]))
        .await
        .assert_status(200);
    // What the person sees is what they agree to, also if the document changes meanwhile.
    serve(
        &server,
        &rp.sign(&whole(&json!({ "scope": "read write", "state": "later" }))),
    );
    let page = browser.send_on(&sent_on).await.assert_status(200);
    let next = page.field("next");
    assert!(next.contains(&object) && !next.contains("request_uri"), "{next}");
    let signed_in = browser.sign_in_on(&page, "alice").await.assert_status(200);
    let to_consent = browser.send_on(&signed_in).await.assert_status(200);
    let consent = browser.send_on(&to_consent).await.assert_status(200);
    let answer = browser.decide_on(&consent, "allow").await.assert_status(303);
    assert_eq!(answer.location_param("state").as_deref(), Some("inside"));
    let tokens = server.redeem(&rp.client, &answer.code()).await.assert_status(200);
    assert_eq!(tokens.json()["scope"], "read");
    assert_eq!(server.outbound().fetches().len(), 1);
}

#[on_both_stores]
async fn by_value_and_by_reference_at_once_is_refused() {
    let server = Server::start().await;
    let rp = with_uri(&server, json!({})).await;
    let object = rp.sign(&whole(&json!({})));
    let beside = [("request", &*object), ("redirect_uri", CALLBACK)];
    let answer = server.browser().get(&path(REGISTERED, &beside)).await;
    assert_refused(&answer, "invalid_request", "not both");
}

#[on_both_stores]
async fn references_alone_can_be_switched_off() {
    let server = Server::with(|settings| settings.request_uris = false).await;
    let rp = with_uri(&server, json!({})).await;
    assert_refused(
        &refusal(&server, REGISTERED).await,
        "request_uri_not_supported",
        "not supported",
    );
    let object = rp.sign(&whole(&json!({})));
    let by_value = format!(
        "/o/authorize/?{}",
        pixie_testing::harness::encode(&[("client_id", "rp"), ("request", &object)])
    );
    server.sign_in("alice").await.get(&by_value).await.code();
    let document = server.get("/o/.well-known/openid-configuration").await.json();
    assert_eq!(document["request_parameter_supported"], true);
    assert_eq!(document["request_uri_parameter_supported"], false);
}
