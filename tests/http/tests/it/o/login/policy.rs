//! `/o/login/second-factor/app/`: the policy for second factors, for everybody, for groups and for applications.

use pixie_provider::{Actor, Clock, CredentialKind, GroupRule, SecondFactorRule, SignUpMode};
use pixie_testing::harness::{Answer, Browser, PASSWORD, Server, on_both_stores};
use serde_json::json;

use super::super::account::authenticator::{Authenticator, METHODS, add_app, recovery_codes};
use super::second_factor::claims;

const ENROL: &str = "/o/login/second-factor/app/";
const PROVE: &str = "/o/login/second-factor/";
const TITLE: &str = "Add a second step";
const REQUIRED: SecondFactorRule = SecondFactorRule::Required { from: None };
const DAY: i64 = 24 * 3600;

async fn server_that_requires() -> Server {
    Server::with(|settings| settings.sign_in.second_factor = REQUIRED).await
}

/// A server that requires a second factor a day from now.
async fn server_that_will_require() -> Server {
    let server = Server::start().await;
    let from = Some(server.clock.now().plus(DAY));
    server
        .restart_with(|settings| {
            settings.sign_in.second_factor = SecondFactorRule::Required { from };
        })
        .await
}

fn is_signed_in(browser: &Browser) -> bool {
    browser.cookies().contains("pixie_session")
}

/// Adds an app on the page that asks for one.
async fn enrol(server: &Server, browser: &Browser, page: &Answer) -> (Authenticator, Answer) {
    page.assert_page(200, TITLE);
    let app = Authenticator::reading(page);
    let added = browser.fill_in(page, &[("code", &app.code(server))]).await;
    server.clock.advance(30);
    (app, added)
}

/// The address behind the button of the page of recovery codes.
fn onward(page: &Answer) -> String {
    let (_, link) = page.body.split_once("id=\"done\" href=\"").unwrap();
    link.split('"').next().unwrap().replace("&amp;", "&")
}

#[on_both_stores]
async fn who_has_no_second_factor_adds_one_in_the_sign_in_and_returns_to_the_application() {
    let server = server_that_requires().await;
    let spa = server.my_sexy_spa().await;
    let browser = server.browser();
    let login = browser.authorize_with(&spa, &[("scope", "openid")]).await;
    let half = browser.sign_in_at(login.location(), "alice").await;
    assert!(half.location().starts_with(ENROL), "{half:?}");
    // The password alone opens no session.
    assert!(!is_signed_in(&browser));
    let page = browser.get(half.location()).await;
    let (app, added) = enrol(&server, &browser, &page).await;
    assert_eq!(recovery_codes(&added).len(), 10);
    assert!(is_signed_in(&browser));
    assert!(!browser.cookies().contains("pixie_sign_in"));
    let code = browser.get(&onward(&added)).await.code();
    let tokens = server.redeem(&spa, &code).await.json();
    let token = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(
        (&token["acr"], &token["amr"]),
        (&json!("2"), &json!(["mfa", "otp", "pwd"]))
    );
    // The next sign-in asks for the app.
    let again = server.browser();
    let half = again.sign_in("alice", PASSWORD).await;
    assert_eq!(half.location().split('?').next().unwrap(), PROVE);
    let page = again.get(half.location()).await;
    let done = again.fill_in(&page, &[("code", &app.code(&server))]).await;
    done.assert_status(303);
    assert!(is_signed_in(&again));
}

/// Somebody who knows the password only must not put an app of their own in the place of the owner's.
#[on_both_stores]
async fn nobody_who_has_a_second_factor_adds_another_in_place_of_proving_it() {
    let server = server_that_requires().await;
    let owner = server.browser();
    let half = owner.sign_in("alice", PASSWORD).await;
    let shown = owner.get(half.location()).await;
    // A second browser with the password has the page too, until the owner has added their app.
    let thief = server.browser();
    let half = thief.sign_in("alice", PASSWORD).await;
    let other = thief.get(half.location()).await;
    enrol(&server, &owner, &shown).await;
    let late = Authenticator::reading(&other);
    let refused = thief.fill_in(&other, &[("code", &late.code(&server))]).await;
    assert!(refused.location().starts_with("/o/login/?"), "{refused:?}");
    assert!(!is_signed_in(&thief));
    // From then on the sign-in does not lead there.
    let half = thief.sign_in("alice", PASSWORD).await;
    assert!(half.location().starts_with(PROVE) && !half.location().starts_with(ENROL));
    let page = thief.get(ENROL).await;
    assert!(page.location().starts_with("/o/login/?"), "{page:?}");
    let later = thief.get("/o/login/").await.field("csrf_token");
    let refused = thief
        .post(ENROL, &[("csrf_token", &later), ("later", "true")])
        .await;
    assert!(refused.location().starts_with("/o/login/?"), "{refused:?}");
    assert!(!is_signed_in(&thief));
}

#[on_both_stores]
async fn an_enrolment_counts_once_and_only_in_its_browser() {
    let server = server_that_requires().await;
    let browser = server.browser();
    let half = browser.sign_in("alice", PASSWORD).await;
    let page = browser.get(half.location()).await;
    let app = Authenticator::reading(&page);
    let kept = browser.cookie("pixie_sign_in").unwrap();
    // A wrong code can be corrected, with the key that is in the app already.
    let wrong = browser.fill_in(&page, &[("code", "000000")]).await;
    wrong.assert_page(400, "This is not the code that the app shows now.");
    assert_eq!(Authenticator::reading(&wrong).base32(), app.base32());
    // The secret of one sign-in is not that of another.
    let other = server.browser();
    let half = other.sign_in("alice", PASSWORD).await;
    let theirs = other.get(half.location()).await;
    let form = [
        ("csrf_token", theirs.field("csrf_token")),
        ("secret", page.field("secret")),
        ("code", app.code(&server)),
    ];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    other
        .post(ENROL, &form)
        .await
        .assert_page(400, "This key is too old.");
    // Without the cookie there is nothing.
    let stranger = server.browser();
    let nothing = stranger.get(ENROL).await;
    assert!(nothing.location().starts_with("/o/login/?"), "{nothing:?}");
    // After it is completed, and the app removed by the operator, it is used up.
    enrol(&server, &browser, &page).await;
    let alice = server.provider.find_account("alice").await.unwrap();
    for credential in server.provider.credentials(alice.id).await.unwrap() {
        if credential.kind == CredentialKind::Totp {
            let remove = server
                .provider
                .remove_credential(Actor::Operator, alice.id, credential.id);
            remove.await.unwrap();
        }
    }
    stranger.get("/o/login/").await.assert_status(200);
    stranger.set_cookie("pixie_sign_in", &kept);
    let page = stranger.get(ENROL).await;
    let app = Authenticator::reading(&page);
    let replayed = stranger.fill_in(&page, &[("code", &app.code(&server))]).await;
    assert!(replayed.location().starts_with("/o/login/?"), "{replayed:?}");
    assert!(!is_signed_in(&stranger));
}

#[on_both_stores]
async fn before_the_day_people_may_put_it_off_and_from_it_on_they_may_not() {
    let server = server_that_will_require().await;
    let browser = server.browser();
    let half = browser.sign_in("alice", PASSWORD).await;
    let page = browser.get(half.location()).await;
    page.assert_page(200, "Not now");
    let done = browser.fill_in(&page, &[("code", ""), ("later", "true")]).await;
    done.assert_status(303);
    assert!(is_signed_in(&browser));
    browser.get(METHODS).await.assert_status(200);
    // Who has the page open when the day comes cannot put it off any more.
    let late = server.browser();
    server.clock.advance(DAY - 60);
    let half = late.sign_in("alice", PASSWORD).await;
    let page = late.get(half.location()).await;
    server.clock.advance(60);
    let refused = late.fill_in(&page, &[("code", ""), ("later", "true")]).await;
    assert!(refused.location().starts_with("/o/login/?"), "{refused:?}");
    assert!(!is_signed_in(&late));
    let half = late.sign_in("alice", PASSWORD).await;
    let page = late.get(half.location()).await;
    assert!(!page.body.contains("Not now"));
    enrol(&server, &late, &page).await;
    assert!(is_signed_in(&late));
}

#[on_both_stores]
async fn a_session_of_before_the_day_goes_no_further_with_one_factor() {
    let server = server_that_will_require().await;
    let spa = server.my_sexy_spa().await;
    let browser = server.browser();
    let half = browser.sign_in("alice", PASSWORD).await;
    let page = browser.get(half.location()).await;
    browser.fill_in(&page, &[("code", ""), ("later", "true")]).await;
    for _ in 0..3 {
        server.clock.advance(8 * 3600);
        browser.get("/o/").await;
    }
    let redirect = browser.get(METHODS).await;
    assert!(redirect.location().starts_with(PROVE), "{redirect:?}");
    let redirect = browser.authorize(&spa).await;
    assert!(redirect.location().starts_with(PROVE), "{redirect:?}");
    let silent = browser
        .authorize_with(&spa, &[("scope", "openid"), ("prompt", "none")])
        .await;
    silent.assert_refused(&spa.redirect_uri, "login_required");
    // Somebody else before the open session cannot add an app: the page asks for the password first.
    let login = browser.get(redirect.location()).await;
    assert!(login.location().starts_with("/o/login/?"), "{login:?}");
    let half = browser.sign_in_at(login.location(), "alice").await;
    let page = browser.get(half.location()).await;
    let (_, added) = enrol(&server, &browser, &page).await;
    browser.get(&onward(&added)).await.code();
}

#[on_both_stores]
async fn somebody_who_makes_an_account_adds_a_second_factor_at_once() {
    let server = Server::with(|settings| {
        settings.sign_up = SignUpMode::Open;
        settings.sign_in.second_factor = REQUIRED;
    })
    .await;
    let browser = server.browser();
    let page = browser.get("/o/sign-up/").await;
    let form = [
        ("username", "carol"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
    ];
    browser.fill_in(&page, &form).await.assert_status(303);
    let redirect = browser.get(METHODS).await;
    assert!(redirect.location().starts_with(PROVE), "{redirect:?}");
    let page = browser.get(redirect.location()).await;
    enrol(&server, &browser, &page).await;
    browser.get(METHODS).await.assert_status(200);
}

#[on_both_stores]
async fn an_application_may_require_a_second_factor_of_everybody() {
    let server = Server::start().await;
    let strict = server
        .register(json!({
            "client_id": "payroll", "client_name": "Payroll", "redirect_uris": ["https://payroll.example/cb"],
            "skip_authorization": true, "require_second_factor": true,
        }))
        .await;
    let other = server.my_sexy_spa().await;
    let browser = server.sign_in("alice").await;
    browser.authorize(&other).await.code();
    let silent = browser.authorize_with(&strict, &[("prompt", "none")]).await;
    silent.assert_refused(&strict.redirect_uri, "login_required");
    let redirect = browser.authorize(&strict).await;
    assert!(redirect.location().starts_with(PROVE), "{redirect:?}");
    let page = browser.get(redirect.location()).await;
    page.assert_page(200, "Payroll");
    assert!(!page.body.contains("Not now"));
    let (app, added) = enrol(&server, &browser, &page).await;
    browser.get(&onward(&added)).await.code();
    // Somebody who has an app proves it.
    let browser = server.browser();
    let half = browser.sign_in("alice", PASSWORD).await;
    let page = browser.get(half.location()).await;
    browser.fill_in(&page, &[("code", &app.code(&server))]).await;
    browser.authorize(&strict).await.code();
}

#[on_both_stores]
async fn an_app_is_added_on_the_way_to_an_application_only_by_somebody_who_signed_in_a_moment_ago() {
    let server = Server::start().await;
    let strict = server
        .register(json!({
            "client_id": "payroll", "redirect_uris": ["https://payroll.example/cb"],
            "skip_authorization": true, "require_second_factor": true,
        }))
        .await;
    let browser = server.sign_in("alice").await;
    server.clock.advance(600);
    let redirect = browser.authorize(&strict).await;
    let login = browser.get(redirect.location()).await;
    assert!(login.location().starts_with("/o/login/?"), "{login:?}");
    let page = browser.get(login.location()).await;
    page.assert_page(200, "Sign in again to go on.");
    let back = browser.sign_in_on(&page, "alice").await;
    let redirect = browser.get(back.location()).await;
    let page = browser.get(redirect.location()).await;
    let (_, added) = enrol(&server, &browser, &page).await;
    browser.get(&onward(&added)).await.code();
}

#[on_both_stores]
async fn a_group_may_need_what_others_need_not() {
    let server = Server::with(|settings| {
        settings.sign_in.groups.push(GroupRule {
            group: "staff".to_owned(),
            second_factor: REQUIRED,
            remember_devices: None,
        });
    })
    .await;
    let alice = server.provider.find_account("alice").await.unwrap();
    let update = pixie_provider::Account {
        groups: vec!["staff".to_owned()],
        ..alice
    };
    server
        .provider
        .update_account(Actor::Operator, update)
        .await
        .unwrap();
    let half = server.browser().sign_in("alice", PASSWORD).await;
    assert!(half.location().starts_with(ENROL), "{half:?}");
    let bob = server.sign_in("bob").await;
    assert!(is_signed_in(&bob));
}

#[on_both_stores]
async fn if_the_operator_wants_no_second_factors_nobody_is_asked_for_one_or_offered_one() {
    let server = Server::start().await;
    let owner = server.sign_in("alice").await;
    add_app(&server, &owner).await;
    let server = server
        .restart_with(|settings| {
            settings.sign_in.second_factor = SecondFactorRule::Never;
            settings.passkeys = None;
        })
        .await;
    let browser = server.browser();
    browser.sign_in("alice", PASSWORD).await.assert_status(303);
    assert!(is_signed_in(&browser));
    let bob = server.sign_in("bob").await;
    let page = bob.get(METHODS).await.assert_status(200);
    assert!(!page.body.contains("Add an app"), "{}", page.body);
    bob.get("/o/account/sign-in-methods/app/")
        .await
        .assert_status(403);
    let metadata = server.get("/o/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["acr_values_supported"], json!(["1"]));
    let spa = server.my_sexy_spa().await;
    let value = [("scope", "openid"), ("acr_values", "2")];
    browser.authorize_with(&spa, &value).await.code();
}

#[on_both_stores]
async fn somebody_who_is_disabled_meanwhile_adds_nothing() {
    let server = server_that_requires().await;
    let browser = server.browser();
    let half = browser.sign_in("alice", PASSWORD).await;
    let page = browser.get(half.location()).await;
    let app = Authenticator::reading(&page);
    let alice = server.provider.find_account("alice").await.unwrap();
    let disable = server.provider.set_disabled(Actor::Operator, alice.id, true);
    disable.await.unwrap();
    let refused = browser.fill_in(&page, &[("code", &app.code(&server))]).await;
    assert!(refused.location().starts_with("/o/login/?"), "{refused:?}");
    let kinds = server.provider.credentials(alice.id).await.unwrap();
    assert!(kinds.iter().all(|one| one.kind == CredentialKind::Password));
}
