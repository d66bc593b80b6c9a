//! The end of a request object is judged by the arrival of the request; everything else is checked at every step.

use pixie_testing::harness::{Browser, PASSWORD, Server, encode, on_both_stores};
use serde_json::{Value, json};

use super::request_object::{client, whole};

/// A request with an object that ends in a minute.
async fn ending_soon(server: &Server, further: &Value) -> (pixie_testing::harness::signing::Signer, String) {
    let rp = client(server, json!({ "skip_authorization": false })).await;
    let mut claims = whole(further);
    claims["exp"] = json!(server.provider.now().seconds() + 60);
    let path = format!(
        "/o/authorize/?{}",
        encode(&[("client_id", "rp"), ("request", &rp.sign(&claims))])
    );
    (rp, path)
}

/// A quarter of an hour on the login page, and as long on the consent page.
#[on_both_stores]
async fn an_object_that_ends_while_the_person_types_still_counts() {
    let server = Server::start().await;
    let (rp, path) = ending_soon(&server, &json!({})).await;
    let browser = server.browser();
    let login = browser.get(&path).await.assert_status(302);
    let page = browser.get(login.location()).await.assert_status(200);
    server.clock.advance(14 * 60);
    let answer = browser.sign_in_on(&page, "alice").await.assert_status(303);
    let consent = browser.get(answer.location()).await.assert_status(302);
    let consent = browser.get(consent.location()).await.assert_status(200);
    server.clock.advance(15 * 60);
    let code = browser
        .decide_on(&consent, "allow")
        .await
        .assert_status(303)
        .code();
    server.redeem(&rp.client, &code).await.assert_status(200);
}

#[on_both_stores]
async fn an_object_that_had_ended_on_arrival_or_is_sent_again_later_is_refused() {
    let server = Server::start().await;
    let (_, path) = ending_soon(&server, &json!({})).await;
    let (browser, page) = (server.browser(), "has expired");
    let login = browser.get(&path).await.assert_status(302);
    let kept = browser.get(login.location()).await.field("next");
    server.clock.advance(75);
    browser.get(&path).await.assert_page(400, page);
    assert!(kept.contains("pixie_arrival="), "{kept}");
    browser.get(&kept).await.assert_status(302);
    // An arrival that was changed, or that of another request, is none.
    let (before, rest) = kept.split_once("pixie_arrival=").unwrap();
    let changed = format!("{before}pixie_arrival=B{}", &rest[1..]);
    browser.get(&changed).await.assert_page(400, page);
    let moved = kept.replace("client_id=rp", "client_id=rp&state=other");
    browser.get(&moved).await.assert_page(400, page);
    // It counts for half an hour.
    server.clock.advance(30 * 60 - 75);
    browser.get(&kept).await.assert_status(302);
    server.clock.advance(1);
    browser.get(&kept).await.assert_page(400, page);
}

#[on_both_stores]
async fn everything_but_the_end_of_an_object_is_checked_at_every_step() {
    let server = Server::start().await;
    let (_, path) = ending_soon(&server, &json!({})).await;
    let browser = server.sign_in("alice").await;
    let redirect = browser.get(&path).await.assert_status(302);
    let consent = browser.get(redirect.location()).await.assert_status(200);
    server.clock.advance(120);
    let (request, token) = (consent.field("request"), consent.field("csrf_token"));
    // The signature.
    let (object, _) = request
        .split_once("request=")
        .unwrap()
        .1
        .split_once('&')
        .unwrap_or((&request, ""));
    let broken = request.replace(object, &format!("{}A", &object[..object.len() - 1]));
    let form = [
        ("csrf_token", &*token),
        ("request", &broken),
        ("decision", "allow"),
    ];
    let answer = browser.post("/o/consent/", &form).await;
    assert!(answer.status.as_u16() == 400 || broken == request, "{answer:?}");
    // The client.
    let stranger = request.replace("client_id=rp", "client_id=nobody");
    let form = [
        ("csrf_token", &*token),
        ("request", &stranger),
        ("decision", "allow"),
    ];
    browser
        .post("/o/consent/", &form)
        .await
        .assert_page(400, "Unknown client_id");
    // The account.
    let alice = server.provider.find_account("alice").await.unwrap();
    let operator = pixie_provider::Actor::Operator;
    server
        .provider
        .set_disabled(operator, alice.id, true)
        .await
        .unwrap();
    let answer = browser.decide_on(&consent, "allow").await.assert_status(303);
    assert!(answer.location().starts_with("/o/login/"), "{answer:?}");
}

#[on_both_stores]
async fn a_sign_in_that_was_fresh_enough_on_arrival_is_fresh_enough_for_the_consent_page() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    server.clock.advance(50);
    let redirect = browser
        .authorize_with(&client, &[("max_age", "60")])
        .await
        .assert_status(302);
    let consent = browser.get(redirect.location()).await.assert_status(200);
    server.clock.advance(600);
    browser
        .decide_on(&consent, "allow")
        .await
        .assert_status(303)
        .code();
    let stale = browser
        .authorize_with(&client, &[("max_age", "60")])
        .await
        .assert_status(302);
    assert!(stale.location().ends_with("&reason=too-long-ago"), "{stale:?}");
}

#[on_both_stores]
async fn a_sign_in_does_not_become_too_old_while_the_person_chooses_an_account() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    server.clock.advance(50);
    let changes = [("max_age", "60"), ("prompt", "select_account")];
    let redirect = browser.authorize_with(&client, &changes).await.assert_status(302);
    let page = browser.get(redirect.location()).await.assert_status(200);
    server.clock.advance(600);
    let chosen = browser.fill_in(&page, &[]).await.assert_status(303);
    browser.get(chosen.location()).await.assert_status(302).code();
    server.clock.advance(1300);
    let later = browser.get(chosen.location()).await.assert_status(302);
    assert!(later.location().contains("/o/login/"), "{later:?}");
}

/// A request object that another browser brings later is judged by the time of its own arrival.
#[on_both_stores]
async fn an_arrival_is_no_proof_of_anything_else() {
    let server = Server::start().await;
    let (_, path) = ending_soon(&server, &json!({ "prompt": "login" })).await;
    let browser: Browser = server.sign_in("alice").await;
    let redirect = browser.get(&path).await.assert_status(302);
    let kept = browser.get(redirect.location()).await.field("next");
    let again = browser.get(&kept).await.assert_status(302);
    assert!(again.location().contains("reason=again"), "{again:?}");
    browser.sign_in("alice", PASSWORD).await.assert_status(303);
    let redirect = browser.get(&kept).await.assert_status(302);
    assert!(redirect.location().starts_with("/o/consent/"), "{redirect:?}");
}
