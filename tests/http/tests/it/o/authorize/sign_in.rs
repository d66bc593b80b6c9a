//! A client's demands on the sign-in: again, an account to choose, a new one, the expected one (OpenID Connect Core
//! section 3.1.2.1, Initiating User Registration).

use pixie_provider::SignUpMode;
use pixie_testing::harness::{Answer, Browser, Client, PASSWORD, Server, on_both_stores};

/// Fills in the login page that an answer leads to.
async fn sign_in(browser: &Browser, redirect: &Answer, username: &str) -> Answer {
    assert!(redirect.location().starts_with("/o/login/?"), "{redirect:?}");
    let answer = browser
        .sign_in_at(redirect.location(), username)
        .await
        .assert_status(303);
    browser.get(answer.location()).await
}

fn leads_to(answer: &Answer, page: &str) -> bool {
    answer.location().starts_with(page)
}

#[on_both_stores]
async fn who_is_asked_to_sign_in_again_is_asked_once() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    for parameter in [("prompt", "login"), ("max_age", "0")] {
        let redirect = browser.authorize_with(&client, &[parameter]).await;
        sign_in(&browser, &redirect, "alice").await.code();
        // The next request asks again.
        let redirect = browser.authorize_with(&client, &[parameter]).await;
        assert!(leads_to(&redirect, "/o/login/?"), "{redirect:?}");
    }
}

#[on_both_stores]
async fn the_login_page_says_why_somebody_signs_in_again() {
    let server = Server::start().await;
    let client = openid(&server).await;
    let scope = ("scope", "openid");
    let first = server.browser().authorize_with(&client, &[scope]).await;
    let page = server.get(first.location()).await.assert_status(200);
    assert!(!page.body.contains("id=\"notice\""), "{page:?}");
    let browser = server.sign_in("alice").await;
    let bob = server
        .sign_in("bob")
        .await
        .authorize_with(&client, &[scope])
        .await;
    let bob = server.redeem(&client, &bob.code()).await.json();
    let hint = bob["id_token"].as_str().unwrap();
    server.clock.advance(3600);
    for (parameter, sentence) in [
        (("prompt", "login"), "The application asks you to sign in again."),
        (
            ("max_age", "60"),
            "You signed in some time ago. The application asks you to sign in again.",
        ),
        (
            ("id_token_hint", hint),
            "The application asks you to sign in with another account.",
        ),
    ] {
        let redirect = browser.authorize_with(&client, &[parameter, scope]).await;
        let page = browser.get(redirect.location()).await;
        page.assert_page(200, &format!("id=\"notice\">{sentence}<"));
    }
}

#[on_both_stores]
async fn the_address_of_the_login_page_puts_no_text_on_it() {
    let server = Server::start().await;
    for reason in ["Call%20555-1234", "", "AGAIN", "%3Cb%3E"] {
        let page = server.get(&format!("/o/login/?reason={reason}")).await;
        let page = page.assert_status(200);
        assert!(!page.body.contains("id=\"notice\""), "{page:?}");
        assert!(!page.body.contains("555-1234"), "{page:?}");
    }
}

#[on_both_stores]
async fn an_address_that_was_answered_once_is_no_way_round_signing_in_later() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    for parameter in [("prompt", "login"), ("max_age", "60")] {
        server.clock.advance(3600);
        let redirect = browser.authorize_with(&client, &[parameter]).await;
        let kept = browser.get(redirect.location()).await.field("next");
        sign_in(&browser, &redirect, "alice").await.code();
        // Somebody may read the consent page for a while ...
        server.clock.advance(15 * 60);
        browser.get(&kept).await.code();
        // ... and somebody else may find the address in the browser's history.
        server.clock.advance(1);
        let answer = browser.get(&kept).await;
        assert!(leads_to(&answer, "/o/login/?"), "{parameter:?}: {answer:?}");
    }
}

#[on_both_stores]
async fn coming_back_without_signing_in_asks_again() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let redirect = browser.authorize_with(&client, &[("prompt", "login")]).await;
    let page = browser.get(redirect.location()).await.assert_status(200);
    let answer = browser.get(&page.field("next")).await;
    assert!(leads_to(&answer, "/o/login/?"), "{answer:?}");
}

#[on_both_stores]
async fn a_proof_that_was_invented_or_made_for_another_request_proves_nothing() {
    let server = Server::start().await;
    let (client, other) = (server.spa().await, server.third_party().await);
    let browser = server.sign_in("alice").await;
    // A proof that the person was asked for one request, then signed in ...
    let redirect = browser.authorize_with(&other, &[("prompt", "login")]).await;
    let page = browser.get(redirect.location()).await;
    let proof = page.field("next");
    let proof = proof
        .split("pixie_proof=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap()
        .to_owned();
    browser.sign_in("alice", PASSWORD).await;
    // ... is none for another, nor is one that was changed.
    let changed = format!("A{}", &proof[1..]);
    for proof in [proof.as_str(), &changed, "", "x", &"A".repeat(55)] {
        let answer = browser
            .authorize_with(&client, &[("prompt", "login"), ("pixie_proof", proof)])
            .await;
        assert!(leads_to(&answer, "/o/login/?"), "{proof}: {answer:?}");
    }
}

#[on_both_stores]
async fn signing_in_again_goes_on_with_the_session_and_another_person_begins_their_own() {
    let server = Server::start().await;
    let client = openid(&server).await;
    let browser = server.sign_in("alice").await;
    let sid = async |answer: Answer| {
        let tokens = server
            .redeem(&client, &answer.code())
            .await
            .assert_status(200)
            .json();
        claims(tokens["id_token"].as_str().unwrap())["sid"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let scope = ("scope", "openid");
    let first = sid(browser.authorize_with(&client, &[scope]).await).await;
    let redirect = browser
        .authorize_with(&client, &[scope, ("prompt", "login")])
        .await;
    assert_eq!(sid(sign_in(&browser, &redirect, "alice").await).await, first);
    let redirect = browser
        .authorize_with(&client, &[scope, ("prompt", "login")])
        .await;
    assert_ne!(sid(sign_in(&browser, &redirect, "bob").await).await, first);
}

#[on_both_stores]
async fn the_person_chooses_the_account_they_have_or_another() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let parameter = [("prompt", "select_account")];
    let redirect = browser.authorize_with(&client, &parameter).await;
    assert!(leads_to(&redirect, "/o/select-account/?"), "{redirect:?}");
    let page = browser.get(redirect.location()).await.assert_status(200);
    assert!(page.body.contains("Continue as alice"), "{page:?}");
    let (token, next) = (page.field("csrf_token"), page.field("next"));
    let chosen = browser
        .post("/o/select-account/", &[("csrf_token", &token), ("next", &next)])
        .await
        .assert_status(303);
    browser.get(chosen.location()).await.code();
    // Nobody chooses for them.
    browser
        .post("/o/select-account/", &[("csrf_token", "forged"), ("next", &next)])
        .await
        .assert_status(403);
    // Another account.
    let redirect = browser.authorize_with(&client, &parameter).await;
    let page = browser.get(redirect.location()).await;
    let login = page.body.split("id=\"another_account\" href=\"").nth(1).unwrap();
    let login = login.split('"').next().unwrap().replace("&amp;", "&");
    let answer = browser.sign_in_at(&login, "bob").await.assert_status(303);
    browser.get(answer.location()).await.code();
    let silent = [("prompt", "select_account none")];
    let refused = browser.authorize_with(&client, &silent).await;
    refused.assert_refused("https://spa.example/cb?error=", "invalid_request");
}

#[on_both_stores]
async fn somebody_new_makes_an_account_where_the_server_lets_them() {
    let server = Server::with(|settings| settings.sign_up = SignUpMode::Open).await;
    let client = server.spa().await;
    let browser = server.browser();
    let redirect = browser
        .authorize_with(&client, &[("prompt", "create"), ("login_hint", "carol")])
        .await;
    assert!(leads_to(&redirect, "/o/sign-up/?"), "{redirect:?}");
    let page = browser.get(redirect.location()).await.assert_status(200);
    assert_eq!(page.field("username"), "carol");
    let (token, next) = (page.field("csrf_token"), page.field("next"));
    let with = |username: &'static str, again: &'static str| {
        [
            ("csrf_token", token.clone()),
            ("next", next.clone()),
            ("username", username.to_owned()),
            ("email", "carol@carol.example".to_owned()),
            ("password", PASSWORD.to_owned()),
            ("password_again", again.to_owned()),
            ("administrator", "true".to_owned()),
            ("groups", "staff".to_owned()),
        ]
    };
    let send = async |fields: [(&'static str, String); 8]| {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        browser.post("/o/sign-up/", &fields).await
    };
    send(with("carol", "another"))
        .await
        .assert_page(400, "The passwords do not match");
    send(with("alice", PASSWORD))
        .await
        .assert_page(400, "This username is taken.");
    let made = send(with("carol", PASSWORD)).await.assert_status(303);
    browser.get(made.location()).await.code();
    let carol = server.provider.find_account("carol").await.unwrap();
    assert!(!carol.administrator && carol.groups.is_empty());
    assert_eq!(carol.email.as_deref(), Some("carol@carol.example"));
}

#[on_both_stores]
async fn strangers_make_so_many_accounts_an_hour_and_no_more() {
    let server = Server::with(|settings| settings.sign_up = SignUpMode::Open).await;
    let browser = server.browser();
    let mut last = 303;
    for number in 0..=60 {
        let username = format!("flood-{number}");
        let fields = [
            ("username", username.as_str()),
            ("password", PASSWORD),
            ("password_again", PASSWORD),
        ];
        let visitor = server.browser();
        last = visitor.submit("/o/sign-up/", &fields).await.status.as_u16();
        if number < 60 {
            assert_eq!(last, 303, "{number}");
        }
    }
    assert_eq!(last, 429);
    browser.get("/o/login/").await.assert_status(200);
}

#[on_both_stores]
async fn the_person_whom_the_client_expects_and_nobody_else_is_answered_for() {
    let server = Server::start().await;
    let client = openid(&server).await;
    let scope = ("scope", "openid");
    let browser = server.sign_in("alice").await;
    let tokens = server
        .redeem(&client, &browser.authorize_with(&client, &[scope]).await.code())
        .await
        .json();
    let hint = tokens["id_token"].as_str().unwrap().to_owned();
    let sub = claims(&hint)["sub"].as_str().unwrap().to_owned();
    let claims = format!(r#"{{"id_token":{{"sub":{{"value":"{sub}"}}}}}}"#);
    // Long after the id token has expired it still says who it was.
    server.clock.advance(3 * 3600);
    for expected in [("id_token_hint", hint.as_str()), ("claims", &claims)] {
        let silent = [scope, ("prompt", "none"), expected];
        browser.authorize_with(&client, &silent).await.code();
        let bob = server.sign_in("bob").await;
        let refused = bob.authorize_with(&client, &silent).await;
        refused.assert_refused(&client.redirect_uri, "login_required");
        let redirect = bob.authorize_with(&client, &[scope, expected]).await;
        let other = sign_in(&bob, &redirect, "bob").await;
        other.assert_refused(&client.redirect_uri, "login_required");
        let redirect = bob.authorize_with(&client, &[scope, expected]).await;
        sign_in(&bob, &redirect, "alice").await.code();
    }
    let silent = [scope, ("prompt", "none"), ("id_token_hint", "not.a.token")];
    let refused = browser.authorize_with(&client, &silent).await;
    refused.assert_refused(&client.redirect_uri, "login_required");
}

#[on_both_stores]
async fn consent_is_asked_for_where_the_client_wants_it_also_of_the_companys_own() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    browser.authorize(&client).await.code();
    let redirect = browser.authorize_with(&client, &[("prompt", "consent")]).await;
    assert!(leads_to(&redirect, "/o/consent/?"), "{redirect:?}");
    browser
        .consent(&client, &[("prompt", "consent")], "allow")
        .await
        .code();
}

async fn openid(server: &Server) -> Client {
    server
        .register(serde_json::json!({
            "client_id": "openid", "redirect_uris": ["https://openid.example/cb"], "skip_authorization": true,
        }))
        .await
}

/// The claims of an ID token; the tests of certification verify it.
fn claims(id_token: &str) -> serde_json::Value {
    use base64::Engine;
    let claims = id_token.split('.').nth(1).unwrap();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(claims)
        .unwrap();
    serde_json::from_slice(&claims).unwrap()
}
