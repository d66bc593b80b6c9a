//! `/o/login/second-factor/`: "Do not ask on this device".

use pixie_provider::{Actor, CredentialKind};
use pixie_testing::harness::{Answer, Browser, PASSWORD, Server, on_both_stores};
use serde_json::json;

use super::super::account::authenticator::{Authenticator, METHODS, add_app, recovery_codes};
use super::second_factor::claims;

const PAGE: &str = "/o/login/second-factor/";
const CHOICE: &str = "Do not ask on this device for 30 days";
const DAY: i64 = 24 * 3600;

async fn with_app(server: &Server) -> (Authenticator, Vec<String>) {
    let browser = server.sign_in("alice").await;
    let (app, added) = add_app(server, &browser).await;
    (app, recovery_codes(&added))
}

/// Signs alice in with both factors, and lets the device be remembered.
async fn remember(server: &Server, browser: &Browser, app: &Authenticator) -> Answer {
    let half = browser.sign_in("alice", PASSWORD).await;
    let page = browser.get(half.location()).await;
    page.assert_page(200, CHOICE);
    let form = [("code", app.code(server)), ("remember", "true".to_owned())];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let done = browser.fill_in(&page, &form).await.assert_status(303);
    server.clock.advance(30);
    done
}

/// `true` if the password is enough in this browser now.
async fn password_is_enough(browser: &Browser) -> bool {
    let answer = browser.sign_in("alice", PASSWORD).await.assert_status(303);
    !answer.location().starts_with(PAGE)
}

#[on_both_stores]
async fn on_a_remembered_device_the_password_is_enough_for_some_days_and_elsewhere_it_is_not() {
    let server = Server::start().await;
    let (app, _) = with_app(&server).await;
    let browser = server.browser();
    let done = remember(&server, &browser, &app).await;
    let cookies = done.headers.get_all("set-cookie").iter();
    let mut cookies = cookies.map(|line| line.to_str().unwrap());
    let cookie = cookies
        .find(|line| line.starts_with("pixie_remembered_"))
        .unwrap();
    let attributes = cookie.split_once(';').unwrap().1;
    let expected = format!(" HttpOnly; SameSite=Lax; Path=/; Max-Age={}", 30 * DAY);
    assert_eq!(attributes, expected);
    assert!(password_is_enough(&browser).await);
    assert!(!password_is_enough(&server.browser()).await);
    server.clock.advance(29 * DAY);
    assert!(password_is_enough(&browser).await);
    server.clock.advance(DAY);
    assert!(!password_is_enough(&browser).await);
}

#[on_both_stores]
async fn a_device_is_remembered_only_if_the_person_chooses_so() {
    let server = Server::start().await;
    let (app, _) = with_app(&server).await;
    let browser = server.browser();
    let half = browser.sign_in("alice", PASSWORD).await;
    let page = browser.get(half.location()).await;
    browser.fill_in(&page, &[("code", &app.code(&server))]).await;
    assert!(!password_is_enough(&browser).await);
    // The choice outlives a wrong code.
    let page = browser.get(PAGE).await;
    let wrong = browser
        .fill_in(&page, &[("code", "000000"), ("remember", "true")])
        .await;
    let checked = "name=\"remember\" value=\"true\" checked";
    assert!(wrong.body.contains(checked), "{}", wrong.body);
}

#[on_both_stores]
async fn a_changed_password_or_a_removed_app_ends_it() {
    let server = Server::start().await;
    let (app, _) = with_app(&server).await;
    let alice = server.provider.find_account("alice").await.unwrap();
    let browser = server.browser();
    remember(&server, &browser, &app).await;
    let set = server.provider.set_password(Actor::Operator, &alice, PASSWORD);
    set.await.unwrap();
    assert!(!password_is_enough(&browser).await);
    remember(&server, &browser, &app).await;
    assert!(password_is_enough(&browser).await);
    // Another app takes the place of the one that was proved there.
    let owner = server.browser();
    let half = owner.sign_in("alice", PASSWORD).await;
    let page = owner.get(half.location()).await;
    owner.fill_in(&page, &[("code", &app.code(&server))]).await;
    add_app(&server, &owner).await;
    let all = server.provider.credentials(alice.id).await.unwrap();
    let first = all.iter().find(|one| one.kind == CredentialKind::Totp).unwrap();
    let removed = server
        .provider
        .remove_credential(Actor::Operator, alice.id, first.id);
    removed.await.unwrap();
    assert!(!password_is_enough(&browser).await);
}

#[on_both_stores]
async fn the_person_sees_their_devices_and_forgets_one() {
    let server = Server::start().await;
    let (app, _) = with_app(&server).await;
    let (one, other) = (server.browser(), server.browser());
    remember(&server, &one, &app).await;
    remember(&server, &other, &app).await;
    let page = one.get(METHODS).await.assert_status(200);
    let ids: Vec<_> = page.body.split("id=\"forget_").skip(1).collect();
    let ids: Vec<_> = ids.iter().map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(ids.len(), 2);
    let form = [
        ("csrf_token", page.field("csrf_token")),
        ("device", ids[1].to_owned()),
    ];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let done = one.post(METHODS, &form).await.assert_status(303);
    one.get(done.location())
        .await
        .assert_page(200, "The device is forgotten.");
    assert!(password_is_enough(&one).await);
    assert!(!password_is_enough(&other).await);
    // Only a device, and only one's own.
    let bob = server.sign_in("bob").await;
    let page = bob.get(METHODS).await;
    let form = [
        ("csrf_token", page.field("csrf_token")),
        ("device", ids[0].to_owned()),
    ];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    bob.post(METHODS, &form).await.assert_status(404);
    assert!(password_is_enough(&one).await);
}

#[on_both_stores]
async fn the_cookie_of_a_device_is_worth_nothing_for_another_account_or_when_changed() {
    let server = Server::start().await;
    let (app, _) = with_app(&server).await;
    let bob = server.sign_in("bob").await;
    add_app(&server, &bob).await;
    let browser = server.browser();
    remember(&server, &browser, &app).await;
    let half = browser.sign_in("bob", PASSWORD).await;
    assert!(half.location().starts_with(PAGE), "{half:?}");
    let forged = server.browser();
    let cookie = browser.cookie("pixie_remembered").unwrap();
    let other = if cookie.ends_with('A') { 'B' } else { 'A' };
    forged.get("/o/login/").await.assert_status(200);
    forged.set_cookie(
        "pixie_remembered",
        &format!("{}{other}", &cookie[..cookie.len() - 1]),
    );
    assert!(!password_is_enough(&forged).await);
    // What is stored does not sign in.
    let stored = server.provider.find_account("alice").await.unwrap();
    let devices = server.provider.remembered_devices(&stored).await.unwrap();
    assert!(devices[0].lookup.is_some());
    assert!(!format!("{:?}", devices[0]).contains(&cookie));
}

#[on_both_stores]
async fn an_application_that_insists_on_two_factors_asks_on_a_remembered_device_too() {
    let server = Server::start().await;
    let spa = server.my_sexy_spa().await;
    let (app, _) = with_app(&server).await;
    let browser = server.browser();
    remember(&server, &browser, &app).await;
    assert!(password_is_enough(&browser).await);
    let answer = browser.authorize_with(&spa, &[("scope", "openid")]).await;
    let tokens = server.redeem(&spa, &answer.code()).await.json();
    let token = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!((&token["acr"], &token["amr"]), (&json!("1"), &json!(["pwd"])));
    let claims = json!({"id_token": {"acr": {"essential": true, "value": "2"}}}).to_string();
    let request = [("scope", "openid"), ("claims", claims.as_str())];
    let redirect = browser.authorize_with(&spa, &request).await;
    assert!(redirect.location().starts_with(PAGE), "{redirect:?}");
}

#[on_both_stores]
async fn a_remembered_device_is_enough_where_the_policy_requires_a_second_factor() {
    let required = pixie_provider::SecondFactorRule::Required { from: None };
    let server = Server::start().await;
    let (app, _) = with_app(&server).await;
    let server = server
        .restart_with(|settings| settings.sign_in.second_factor = required)
        .await;
    let spa = server.my_sexy_spa().await;
    let browser = server.browser();
    remember(&server, &browser, &app).await;
    assert!(password_is_enough(&browser).await);
    browser.get(METHODS).await.assert_status(200);
    browser.authorize(&spa).await.code();
}

#[on_both_stores]
async fn a_recovery_code_lets_no_device_be_remembered() {
    let server = Server::start().await;
    let (_, codes) = with_app(&server).await;
    let browser = server.browser();
    browser.sign_in("alice", PASSWORD).await;
    let page = browser
        .post(PAGE, &[("next", "/o/"), ("with", "recovery-code")])
        .await
        .assert_status(200);
    assert!(!page.body.contains(CHOICE));
    let form = [("code", codes[0].as_str()), ("remember", "true")];
    browser.fill_in(&page, &form).await.assert_status(303);
    assert!(!password_is_enough(&browser).await);
}

#[on_both_stores]
async fn the_operator_may_let_no_device_be_remembered() {
    let server = Server::start().await;
    let (app, _) = with_app(&server).await;
    let browser = server.browser();
    remember(&server, &browser, &app).await;
    let server = server
        .restart_with(|settings| settings.sign_in.remember_devices = 0)
        .await;
    let again = server.browser();
    again.sign_in("alice", PASSWORD).await;
    let page = again.get(PAGE).await.assert_status(200);
    assert!(!page.body.contains("Do not ask on this device"));
    let form = [("code", app.code(&server)), ("remember", "true".to_owned())];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    again.fill_in(&page, &form).await.assert_status(303);
    assert!(!password_is_enough(&again).await);
    again.set_cookie("pixie_remembered", &browser.cookie("pixie_remembered").unwrap());
    assert!(!password_is_enough(&again).await);
}

#[on_both_stores]
async fn an_account_has_ten_remembered_devices_and_the_next_takes_the_place_of_the_oldest() {
    let server = Server::start().await;
    let (app, _) = with_app(&server).await;
    let first = server.browser();
    remember(&server, &first, &app).await;
    for _ in 0..9 {
        remember(&server, &server.browser(), &app).await;
    }
    assert!(password_is_enough(&first).await);
    let last = server.browser();
    remember(&server, &last, &app).await;
    let alice = server.provider.find_account("alice").await.unwrap();
    let devices = server.provider.remembered_devices(&alice).await.unwrap();
    assert_eq!(devices.len(), 10);
    assert!(!password_is_enough(&first).await);
    assert!(password_is_enough(&last).await);
}
