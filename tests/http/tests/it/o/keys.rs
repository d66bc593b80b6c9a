//! `/o/keys/`: the signing keys, for administrators.

use pixie_oauth::jose::{JwtType, SigningAlgorithm, UnverifiedJwt};
use pixie_provider::KeyState;
use serde_json::json;

use pixie_testing::harness::{Server, on_both_stores};

const ROTATE: &str = "/o/keys/ES256/rotate/";

async fn signing_kid(server: &Server) -> String {
    let signed = server
        .provider
        .sign(JwtType::Jwt, SigningAlgorithm::Es256, json!({}));
    let token = signed.await.unwrap();
    UnverifiedJwt::parse(&token).unwrap().kid().unwrap().to_owned()
}

#[on_both_stores]
async fn an_administrator_sees_every_key_and_nothing_private() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    let kid = signing_kid(&server).await;
    let page = root.get("/o/keys/").await;
    page.assert_page(200, &kid);
    for text in [
        "ES256",
        "Signs since 15 January 2027, 08:00 UTC",
        "Publish the next key",
        "Rotate now",
    ] {
        page.assert_page(200, text);
    }
    assert!(!page.body.contains("PRIVATE") && !page.body.contains("\"d\""));
    root.get("/o/").await.assert_page(200, "href=\"/o/keys/\"");
}

#[on_both_stores]
async fn publishing_the_next_key_leaves_the_present_one_signing_for_an_hour() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    let old = signing_kid(&server).await;
    root.get("/o/keys/ES256/rotate/?when=next")
        .await
        .assert_page(200, "starts signing after 1 hour");
    let answer = root.submit(ROTATE, &[("when", "next")]).await.assert_status(303);
    let list = root.get(answer.location()).await;
    list.assert_page(200, "The next key is published.");
    assert_eq!(signing_kid(&server).await, old);
    let page = root.get("/o/keys/").await;
    page.assert_page(200, "Signs from 15 January 2027, 09:00 UTC");
    assert!(!page.body.contains("id=\"publish_next_ES256\""));
    root.submit(ROTATE, &[("when", "next")])
        .await
        .assert_page(409, "published already");
    server.clock.advance(3600);
    assert_ne!(signing_kid(&server).await, old);
    let page = root.get("/o/keys/").await;
    page.assert_page(200, "Kept until 15 April 2027, 09:05 UTC");
    page.assert_page(200, &old);
}

#[on_both_stores]
async fn rotating_now_signs_with_another_key_at_once() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    let old = signing_kid(&server).await;
    root.get("/o/keys/ES256/rotate/?when=now")
        .await
        .assert_page(200, "others may know the current key");
    root.submit(ROTATE, &[("when", "now")]).await.assert_status(303);
    let new = signing_kid(&server).await;
    assert_ne!(new, old);
    let page = root.get("/o/keys/").await;
    page.assert_page(200, &old);
    page.assert_page(200, &new);
}

#[on_both_stores]
async fn a_next_key_signs_since_the_withdrawal_of_the_key_before_it() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    root.submit(ROTATE, &[("when", "next")]).await.assert_status(303);
    server.clock.advance(60);
    let withdraw = format!("/o/keys/withdraw/{}/", signing_kid(&server).await);
    root.submit(&withdraw, &[]).await.assert_status(303);
    server.clock.advance(60);
    let page = root.get("/o/keys/").await;
    page.assert_page(200, "Signs since 15 January 2027, 08:01 UTC");
    assert!(!page.body.contains("09:00"), "{page:?}");
}

#[on_both_stores]
async fn only_administrators_see_or_rotate_keys() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    for path in ["/o/keys/", ROTATE] {
        alice.get(path).await.assert_page(403, "Administrators only");
    }
    let token = alice.get("/o/applications/").await.field("csrf_token");
    let form = [("csrf_token", token.as_str()), ("when", "now")];
    alice
        .post(ROTATE, &form)
        .await
        .assert_page(403, "Administrators only");
    assert!(!alice.get("/o/").await.body.contains("/o/keys/"));
    for path in ["/o/keys/", ROTATE] {
        let answer = server.get(path).await.assert_status(302);
        assert!(
            answer.location().starts_with("/o/login/?next=%2Fo%2Fkeys%2F"),
            "{answer:?}"
        );
    }
    assert_eq!(server.keys().await.len(), 1);
}

#[on_both_stores]
async fn a_get_or_a_forged_form_rotates_nothing() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    root.get("/o/keys/ES256/rotate/?when=now")
        .await
        .assert_status(200);
    let foreign = server.sign_in("root").await.get(ROTATE).await.field("csrf_token");
    for token in ["", "x", &foreign] {
        let answer = root.post(ROTATE, &[("csrf_token", token), ("when", "now")]).await;
        answer.assert_page(403, "This form has expired");
    }
    assert_eq!(server.keys().await.len(), 1);
}

#[on_both_stores]
async fn an_algorithm_that_is_not_offered_is_not_found() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    for algorithm in ["RS256", "HS256", "none", "es256"] {
        let path = format!("/o/keys/{algorithm}/rotate/");
        root.get(&path).await.assert_page(404, "Page not found");
        let token = root.get("/o/keys/").await.field("csrf_token");
        root.post(&path, &[("csrf_token", &token)])
            .await
            .assert_page(404, "Page not found");
    }
    let keys = server.keys().await;
    assert!(matches!(keys[..], [ref key] if matches!(key.state, KeyState::Signing { .. })));
}
