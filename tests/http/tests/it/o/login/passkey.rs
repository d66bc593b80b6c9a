//! `/o/login/passkey/`: signing in with a passkey, as the only factor and as the second one (WebAuthn Level 3 section 7.2).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_provider::{Actor, PasskeyAnswer, PasskeyRefusal, PasskeySignIn, RequestOrigin};
use pixie_testing::harness::{Answer, Browser, PASSWORD, Server, in_parallel, on_both_stores};
use serde_json::{Value, json};

use super::super::account::authenticator::{METHODS, add_app};
use super::super::account::passkey::{
    Passkey, SIGN_IN, add_passkey, challenge_of, options_of, passkey_request, send_answer, sign_in,
    with_passkey,
};

const SECOND_FACTOR: &str = "/o/login/second-factor/";
const REFUSED: &str = "The passkey is not right.";
const ENDED: &str = "The passkey came too late, or was used before.";

fn claims(id_token: &str) -> Value {
    let payload = id_token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

fn is_signed_in(browser: &Browser) -> bool {
    browser.cookies().contains("pixie_session")
}

/// The claims of the ID token for an authorization request of this browser.
async fn claims_for(server: &Server, browser: &Browser, changes: &[(&str, &str)]) -> Value {
    let spa = server.my_sexy_spa().await;
    let request = [&[("scope", "openid")], changes].concat();
    let code = browser.authorize_with(&spa, &request).await.code();
    let tokens = server.redeem(&spa, &code).await.json();
    claims(tokens["id_token"].as_str().unwrap())
}

#[on_both_stores]
async fn a_passkey_signs_in_without_a_username_and_tokens_say_so() {
    let server = Server::start().await;
    let mut passkey = with_passkey(&server, "alice", Passkey::synced()).await;
    let login = server.browser().get("/o/login/").await;
    login.assert_page(200, "autocomplete=\"username webauthn\"");
    let browser = server.browser();
    let done = sign_in(&browser, &mut passkey).await.assert_status(303);
    assert_eq!(done.location(), METHODS);
    let list = browser.get(METHODS).await;
    list.assert_page(200, "alice");
    assert!(!list.body.contains("not used yet"), "{list:?}");
    let claims = claims_for(&server, &browser, &[]).await;
    assert_eq!(claims["acr"], "phr");
    assert_eq!(claims["amr"], json!(["mfa", "swk", "user"]));
}

#[on_both_stores]
async fn a_key_that_is_not_copied_is_one_in_hardware() {
    let server = Server::start().await;
    let mut passkey = with_passkey(&server, "alice", Passkey::on_security_key()).await;
    let browser = server.browser();
    sign_in(&browser, &mut passkey).await.assert_status(303);
    assert_eq!(
        claims_for(&server, &browser, &[]).await["amr"],
        json!(["hwk", "mfa", "user"])
    );
}

#[on_both_stores]
async fn a_client_that_insists_on_a_weaker_class_gets_it() {
    let server = Server::start().await;
    let mut passkey = with_passkey(&server, "alice", Passkey::synced()).await;
    let browser = server.browser();
    sign_in(&browser, &mut passkey).await.assert_status(303);
    let spa = server.my_sexy_spa().await;
    for class in ["1", "2", "phr"] {
        let insisting =
            json!({ "id_token": { "acr": { "essential": true, "values": [class] } } }).to_string();
        let request = [("scope", "openid"), ("claims", insisting.as_str())];
        let code = browser.authorize_with(&spa, &request).await.code();
        let tokens = server.redeem(&spa, &code).await.json();
        assert_eq!(claims(tokens["id_token"].as_str().unwrap())["acr"], class);
    }
}

#[on_both_stores]
async fn an_answer_counts_once_also_at_another_node() {
    let server = Server::start().await;
    let mut passkey = with_passkey(&server, "alice", Passkey::synced()).await;
    let browser = server.browser();
    let (request, token) = passkey_request(&browser).await;
    let answer = passkey.get(&request["options"]);
    send_answer(&browser, &request, &token, &answer)
        .await
        .assert_status(303);
    let other = server.browser();
    let token = other.get("/o/login/").await.field("csrf_token");
    send_answer(&other, &request, &token, &answer)
        .await
        .assert_page(400, ENDED);
    assert!(!is_signed_in(&other));
    let node = server.another_node().await.unwrap();
    let credential = answer.to_string();
    let replayed = PasskeySignIn {
        answer: PasskeyAnswer {
            challenge: request["challenge"].as_str().unwrap(),
            credential: &credential,
        },
        pending: None,
        request: RequestOrigin::default(),
        replaces: None,
    };
    let refusal = node.sign_in_with_passkey(replayed).await.unwrap_err();
    assert_eq!(refusal, PasskeyRefusal::Ended);
}

#[on_both_stores]
async fn a_challenge_of_one_node_is_accepted_at_another() {
    let server = Server::start().await;
    let mut passkey = with_passkey(&server, "alice", Passkey::synced()).await;
    let node = server.another_node().await.unwrap();
    let challenge = server.provider.passkey_challenge(None).await.unwrap();
    let answer = passkey
        .get(&serde_json::from_str(&challenge.options).unwrap())
        .to_string();
    let attempt = PasskeySignIn {
        answer: PasskeyAnswer {
            challenge: &challenge.sealed,
            credential: &answer,
        },
        pending: None,
        request: RequestOrigin::default(),
        replaces: None,
    };
    let outcomes = in_parallel(10, || {
        let (node, attempt) = (node.clone(), Attempt::of(&attempt));
        async move { attempt.send(&node).await }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|signed_in| **signed_in).count(), 1);
}

/// An attempt that outlives the test's values.
struct Attempt(String, String);

impl Attempt {
    fn of(attempt: &PasskeySignIn<'_>) -> Self {
        Self(
            attempt.answer.challenge.to_owned(),
            attempt.answer.credential.to_owned(),
        )
    }

    async fn send(self, node: &pixie_provider::Provider) -> bool {
        let attempt = PasskeySignIn {
            answer: PasskeyAnswer {
                challenge: &self.0,
                credential: &self.1,
            },
            pending: None,
            request: RequestOrigin::default(),
            replaces: None,
        };
        node.sign_in_with_passkey(attempt).await.is_ok()
    }
}

#[on_both_stores]
async fn an_answer_from_another_site_or_without_verification_or_changed_proves_nothing() {
    let server = Server::start().await;
    let mut passkey = with_passkey(&server, "alice", Passkey::synced()).await;
    passkey.origin = "http://localhost:8001".into();
    let elsewhere = sign_in(&server.browser(), &mut passkey).await;
    elsewhere.assert_page(400, REFUSED);
    passkey.origin = "http://localhost:8000".into();
    let browser = server.browser();
    let (request, token) = passkey_request(&browser).await;
    for (field, value) in [
        ("signature", json!("MEUCIQ")),
        ("userHandle", Value::Null),
        ("userHandle", json!(URL_SAFE_NO_PAD.encode([1; 16]))),
        ("clientDataJSON", json!(URL_SAFE_NO_PAD.encode(b"{}"))),
        ("authenticatorData", json!(URL_SAFE_NO_PAD.encode([0; 37]))),
    ] {
        let mut answer = passkey.get(&request["options"]);
        answer["response"][field] = value;
        send_answer(&browser, &request, &token, &answer)
            .await
            .assert_page(400, REFUSED);
    }
    // The challenge may still be answered rightly.
    let answer = passkey.get(&request["options"]);
    send_answer(&browser, &request, &token, &answer)
        .await
        .assert_status(303);
    let mut unverified = passkey.unverified();
    let refused = sign_in(&server.browser(), &mut unverified).await;
    refused.assert_page(400, REFUSED);
}

#[on_both_stores]
async fn an_old_or_changed_challenge_is_refused() {
    let server = Server::start().await;
    let mut passkey = with_passkey(&server, "alice", Passkey::synced()).await;
    let browser = server.browser();
    let (mut request, token) = passkey_request(&browser).await;
    let answer = passkey.get(&request["options"]);
    server.clock.advance(600);
    send_answer(&browser, &request, &token, &answer)
        .await
        .assert_page(400, ENDED);
    request["challenge"] = json!("AAAA");
    send_answer(&browser, &request, &token, &answer)
        .await
        .assert_page(400, ENDED);
    assert!(!is_signed_in(&browser));
}

#[on_both_stores]
async fn a_counter_that_goes_back_is_that_of_a_copy() {
    let server = Server::start().await;
    let mut passkey = with_passkey(&server, "alice", Passkey::on_security_key()).await;
    for _ in 0..2 {
        sign_in(&server.browser(), &mut passkey).await.assert_status(303);
    }
    passkey.counter -= 1;
    let copy = sign_in(&server.browser(), &mut passkey).await;
    copy.assert_page(400, REFUSED);
    sign_in(&server.browser(), &mut passkey).await.assert_status(303);
}

#[on_both_stores]
async fn somebody_who_is_disabled_is_not_signed_in() {
    let server = Server::start().await;
    let mut passkey = with_passkey(&server, "alice", Passkey::synced()).await;
    let alice = server.provider.find_account("alice").await.unwrap();
    server
        .provider
        .set_disabled(Actor::Operator, alice.id, true)
        .await
        .unwrap();
    let browser = server.browser();
    let refused = sign_in(&browser, &mut passkey).await;
    refused.assert_page(400, "This account is disabled.");
    assert!(!is_signed_in(&browser));
}

#[on_both_stores]
async fn a_form_of_another_browser_signs_nobody_in() {
    let server = Server::start().await;
    let mut passkey = with_passkey(&server, "alice", Passkey::synced()).await;
    let (browser, victim) = (server.browser(), server.browser());
    let (request, token) = passkey_request(&browser).await;
    victim.get("/o/login/").await.assert_status(200);
    let answer = passkey.get(&request["options"]);
    let refused = send_answer(&victim, &request, &token, &answer).await;
    refused.assert_page(403, "This form has expired");
    assert!(!is_signed_in(&victim));
}

#[on_both_stores]
async fn attempts_of_strangers_store_nothing() {
    let server = Server::start().await;
    let mut passkey = with_passkey(&server, "alice", Passkey::synced()).await;
    let mut unknown = Passkey::synced();
    unknown.create(&json!({ "rp": { "id": "localhost" }, "user": { "id": "AAAA" }, "challenge": "AAAA" }));
    let before = server.database();
    for _ in 0..3 {
        let browser = server.browser();
        sign_in(&browser, &mut unknown).await.assert_status(400);
        let (request, token) = passkey_request(&browser).await;
        let mut answer = passkey.get(&request["options"]);
        answer["response"]["signature"] = json!("AAAA");
        send_answer(&browser, &request, &token, &answer)
            .await
            .assert_status(400);
        browser
            .post(SIGN_IN, &[("csrf_token", &token)])
            .await
            .assert_status(400);
    }
    assert_eq!(server.database(), before);
}

/// A browser in which the password of alice, who has an app too, was right.
async fn half_signed_in(server: &Server) -> Browser {
    let browser = server.browser();
    let answer = browser.sign_in("alice", PASSWORD).await.assert_status(303);
    assert!(answer.location().starts_with(SECOND_FACTOR), "{answer:?}");
    browser
}

/// Alice with an app and a passkey.
async fn with_app_and_passkey(server: &Server, mut passkey: Passkey) -> Passkey {
    let browser = server.sign_in("alice").await;
    add_app(server, &browser).await;
    add_passkey(&browser, &mut passkey, "").await.assert_status(303);
    passkey
}

async fn answer_at(browser: &Browser, page: &Answer, answer: &Value) -> Answer {
    let (token, challenge) = (page.field("csrf_token"), challenge_of(page));
    let form = [
        ("csrf_token", token.as_str()),
        ("challenge", &challenge),
        ("credential", &answer.to_string()),
    ];
    browser.post(SECOND_FACTOR, &form).await
}

#[on_both_stores]
async fn a_passkey_is_the_second_factor_in_place_of_a_code() {
    let server = Server::start().await;
    let mut passkey = with_app_and_passkey(&server, Passkey::on_security_key()).await;
    let browser = half_signed_in(&server).await;
    let page = browser.get(SECOND_FACTOR).await;
    page.assert_page(200, "Use a passkey");
    let options = options_of(&page);
    assert_eq!(options["allowCredentials"].as_array().unwrap().len(), 1);
    let mut answer = passkey.get(&options);
    // A security key that was named need not name the person.
    answer["response"]["userHandle"] = Value::Null;
    answer_at(&browser, &page, &answer).await.assert_status(303);
    assert!(is_signed_in(&browser) && !browser.cookies().contains("pixie_sign_in"));
    let claims = claims_for(&server, &browser, &[]).await;
    assert_eq!(claims["acr"], "phr");
    assert_eq!(claims["amr"], json!(["hwk", "mfa", "pwd", "user"]));
}

#[on_both_stores]
async fn an_answer_for_one_half_finished_sign_in_completes_no_other() {
    let server = Server::start().await;
    let mut passkey = with_app_and_passkey(&server, Passkey::synced()).await;
    let (first, second) = (half_signed_in(&server).await, half_signed_in(&server).await);
    let (page, other) = (first.get(SECOND_FACTOR).await, second.get(SECOND_FACTOR).await);
    let answer = passkey.get(&options_of(&page));
    let stolen = Answer {
        body: other
            .body
            .replace(&other.field("challenge"), &page.field("challenge")),
        ..other
    };
    answer_at(&second, &stolen, &answer).await.assert_page(400, ENDED);
    answer_at(&first, &page, &answer).await.assert_status(303);
    // Nor does one for a sign-in without a username.
    let (request, _) = passkey_request(&second).await;
    let answer = passkey.get(&request["options"]);
    let page = second.get(SECOND_FACTOR).await;
    answer_at(&second, &page, &answer).await.assert_page(400, REFUSED);
    assert!(!is_signed_in(&second));
}

#[on_both_stores]
async fn the_passkey_of_somebody_else_is_no_second_factor() {
    let server = Server::start().await;
    with_app_and_passkey(&server, Passkey::synced()).await;
    let mut of_bob = with_passkey(&server, "bob", Passkey::synced()).await;
    let browser = half_signed_in(&server).await;
    let page = browser.get(SECOND_FACTOR).await;
    let answer = of_bob.get(&options_of(&page));
    answer_at(&browser, &page, &answer)
        .await
        .assert_page(400, REFUSED);
    assert!(!is_signed_in(&browser));
}

#[on_both_stores]
async fn a_passkey_alone_asks_nobody_for_a_second_factor_after_the_password() {
    let server = Server::start().await;
    with_passkey(&server, "alice", Passkey::synced()).await;
    let browser = server.sign_in("alice").await;
    assert!(is_signed_in(&browser));
}
