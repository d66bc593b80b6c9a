//! `/o/login/second-factor/?reason=second-factor`: a session goes on with a second factor (OpenID Connect Core sections 3.1.2.1 and
//! 5.5.1.1).

use pixie_oauth::Acr;
use pixie_provider::Clock;
use pixie_testing::harness::{Answer, Browser, Client, PASSWORD, Server, on_both_stores};
use serde_json::{Value, json};

use super::super::account::authenticator::{Authenticator, METHODS, add_app};
use super::second_factor::claims;

const STEP_UP: &str = "/o/login/second-factor/?next=";

/// Alice with an app, in a browser whose session has one factor.
async fn one_factor(server: &Server) -> (Browser, Authenticator) {
    let browser = server.sign_in("alice").await;
    let (app, _) = add_app(server, &browser).await;
    (browser, app)
}

async fn ask(browser: &Browser, spa: &Client, changes: &[(&str, &str)]) -> Answer {
    let request = [&[("scope", "openid")], changes].concat();
    browser.authorize_with(spa, &request).await
}

/// The claims of the ID token that an authorization response leads to.
async fn id_token(server: &Server, spa: &Client, answer: &Answer) -> Value {
    let tokens = server.redeem(spa, &answer.code()).await.json();
    claims(tokens["id_token"].as_str().unwrap())
}

/// Enters the code that the page of the second factor asks for, and returns to the request.
async fn step_up(server: &Server, browser: &Browser, app: &Authenticator, redirect: &Answer) -> Answer {
    assert!(redirect.location().starts_with(STEP_UP), "{redirect:?}");
    let page = browser.get(redirect.location()).await;
    page.assert_page(200, "Enter the code that your authenticator app shows");
    let done = browser.fill_in(&page, &[("code", &app.code(server))]).await;
    browser.get(done.location()).await
}

fn essential(class: &str) -> String {
    json!({"id_token": {"acr": {"essential": true, "values": [class]}}}).to_string()
}

#[on_both_stores]
async fn a_session_with_one_factor_is_asked_for_the_second_only() {
    let server = Server::start().await;
    let spa = server.my_sexy_spa().await;
    let owner = server.sign_in("alice").await;
    let wishing = server.sign_in("alice").await;
    let (app, _) = add_app(&server, &owner).await;
    for (browser, request) in [
        (owner, ("claims", essential("2").as_str())),
        (wishing, ("acr_values", "2 1")),
    ] {
        let redirect = ask(&browser, &spa, &[request]).await;
        let answer = step_up(&server, &browser, &app, &redirect).await;
        let token = id_token(&server, &spa, &answer).await;
        assert_eq!(token["acr"], "2");
        // The session keeps the method that it had.
        assert_eq!(token["amr"], json!(["mfa", "otp", "pwd"]));
        assert_eq!(token["auth_time"], server.clock.now().seconds());
        // It has both factors from now on.
        let again = ask(&browser, &spa, &[request]).await;
        assert_eq!(id_token(&server, &spa, &again).await["sid"], token["sid"]);
        server.clock.advance(30);
    }
}

#[on_both_stores]
async fn a_client_that_compares_gets_the_class_that_it_requested() {
    let server = Server::start().await;
    let spa = server.my_sexy_spa().await;
    let (browser, app) = one_factor(&server).await;
    let redirect = ask(&browser, &spa, &[("acr_values", "2")]).await;
    step_up(&server, &browser, &app, &redirect).await;
    for (request, expected) in [
        (("acr_values", "1"), "1"),
        (("acr_values", "gold 1 2"), "1"),
        (("acr_values", "2 1"), "2"),
        (("acr_values", ""), "2"),
        (("claims", essential("1").as_str()), "1"),
    ] {
        let answer = ask(&browser, &spa, &[request]).await;
        assert_eq!(
            id_token(&server, &spa, &answer).await["acr"],
            expected,
            "{request:?}"
        );
    }
}

#[on_both_stores]
async fn a_wish_that_the_person_cannot_meet_changes_nothing_and_a_demand_is_refused_at_once() {
    let server = Server::start().await;
    let spa = server.my_sexy_spa().await;
    let browser = server.sign_in("alice").await;
    for value in ["2", "gold", "2 gold"] {
        let answer = ask(&browser, &spa, &[("acr_values", value)]).await;
        assert_eq!(id_token(&server, &spa, &answer).await["acr"], "1", "{value}");
    }
    let unmet = "unmet_authentication_requirements";
    for class in ["2", "gold"] {
        let answer = ask(&browser, &spa, &[("claims", &essential(class))]).await;
        answer.assert_refused(&spa.redirect_uri, unmet);
    }
}

#[on_both_stores]
async fn the_default_of_a_client_is_its_wish() {
    let server = Server::start().await;
    let spa = server
        .register(json!({
            "client_id": "spa", "redirect_uris": ["https://spa.example/cb"], "skip_authorization": true,
            "default_acr_values": ["2"],
        }))
        .await;
    let (browser, app) = one_factor(&server).await;
    let redirect = ask(&browser, &spa, &[]).await;
    let answer = step_up(&server, &browser, &app, &redirect).await;
    assert_eq!(id_token(&server, &spa, &answer).await["acr"], "2");
}

#[on_both_stores]
async fn without_a_page_nobody_steps_up() {
    let server = Server::start().await;
    let spa = server.my_sexy_spa().await;
    let (browser, _) = one_factor(&server).await;
    let silent = ("prompt", "none");
    let answer = ask(&browser, &spa, &[silent, ("acr_values", "2")]).await;
    assert_eq!(id_token(&server, &spa, &answer).await["acr"], "1");
    let answer = ask(&browser, &spa, &[silent, ("claims", &essential("2"))]).await;
    answer.assert_refused(&spa.redirect_uri, "unmet_authentication_requirements");
}

#[on_both_stores]
async fn prompt_login_asks_for_both_factors() {
    let server = Server::start().await;
    let spa = server.my_sexy_spa().await;
    let (browser, app) = one_factor(&server).await;
    let request = [("prompt", "login"), ("claims", &essential("2"))];
    let login = ask(&browser, &spa, &request).await;
    assert!(login.location().starts_with("/o/login/?"), "{login:?}");
    let half = browser.sign_in_at(login.location(), "alice").await;
    let answer = step_up(&server, &browser, &app, &half).await;
    assert_eq!(id_token(&server, &spa, &answer).await["acr"], "2");
}

#[on_both_stores]
async fn a_step_up_ends_with_its_session() {
    let server = Server::start().await;
    let spa = server.my_sexy_spa().await;
    let (browser, app) = one_factor(&server).await;
    let redirect = ask(&browser, &spa, &[("acr_values", "2")]).await;
    let page = browser.get(redirect.location()).await.assert_status(200);
    // Somebody else's session in the same browser, and the browser of somebody who has copied its cookie.
    let kept = browser.cookie("pixie_sign_in").unwrap();
    let stranger = server.sign_in("bob").await;
    stranger.set_cookie("pixie_sign_in", &kept);
    let form = stranger.get("/o/login/second-factor/").await;
    let refused = stranger.fill_in(&form, &[("code", &app.code(&server))]).await;
    assert!(refused.location().starts_with("/o/login/"), "{refused:?}");
    stranger.get(METHODS).await.assert_page(200, "bob");
    // Signed out in another tab.
    browser.submit("/o/logout/", &[]).await;
    let refused = browser.fill_in(&page, &[("code", &app.code(&server))]).await;
    assert!(refused.location().starts_with("/o/login/"), "{refused:?}");
    assert!(!browser.cookies().contains("pixie_session"));
    // The code was not used up.
    let half = browser.sign_in("alice", PASSWORD).await;
    let page = browser.get(half.location()).await;
    let done = browser.fill_in(&page, &[("code", &app.code(&server))]).await;
    done.assert_status(303);
    assert!(browser.cookies().contains("pixie_session"));
}

#[on_both_stores]
async fn nobody_who_is_not_signed_in_steps_up() {
    let server = Server::start().await;
    one_factor(&server).await;
    let stranger = server.browser();
    let answer = stranger.get(&format!("{STEP_UP}&reason=second-factor")).await;
    assert!(answer.location().starts_with("/o/login/?"), "{answer:?}");
    assert!(!stranger.cookies().contains("pixie_sign_in"));
}

#[on_both_stores]
async fn classes_have_the_names_that_the_operator_gives_them() {
    let acr = |text: &str| Acr::parse(text).unwrap();
    let server = Server::with(|settings| {
        settings.acr.one_factor = acr("urn:example:low");
        settings.acr.two_factors = acr("urn:example:high");
    })
    .await;
    let metadata = server.get("/o/.well-known/openid-configuration").await.json();
    let names = json!(["urn:example:low", "urn:example:high", "phr"]);
    assert_eq!(metadata["acr_values_supported"], names);
    let spa = server.my_sexy_spa().await;
    let (browser, app) = one_factor(&server).await;
    let answer = ask(&browser, &spa, &[("acr_values", "2")]).await;
    let token = id_token(&server, &spa, &answer).await;
    assert_eq!(token["acr"], "urn:example:low");
    let redirect = ask(&browser, &spa, &[("claims", &essential("urn:example:high"))]).await;
    let answer = step_up(&server, &browser, &app, &redirect).await;
    let token = id_token(&server, &spa, &answer).await;
    assert_eq!(token["acr"], "urn:example:high");
}
