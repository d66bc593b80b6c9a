//! `/o/login/second-factor/`: one factor of two is worth nothing, and no code counts twice (RFC 6238 section 5.2, OWASP ASVS 6.5).

use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_testing::harness::{Answer, Browser, PASSWORD, Server, encode, in_parallel, on_both_stores};
use tower::ServiceExt;

use super::super::account::authenticator::{Authenticator, METHODS, add_app, recovery_codes};

const PAGE: &str = "/o/login/second-factor/";
const WRONG: &str = "This code is not right, or was used before.";

/// Alice with an app, and her recovery codes.
async fn with_app(server: &Server) -> (Authenticator, Vec<String>) {
    let browser = server.sign_in("alice").await;
    let (app, added) = add_app(server, &browser).await;
    (app, recovery_codes(&added))
}

/// A browser in which the password was right.
async fn half_signed_in(server: &Server) -> Browser {
    let browser = server.browser();
    let answer = browser.sign_in("alice", PASSWORD).await.assert_status(303);
    assert!(answer.location().starts_with(PAGE), "{answer:?}");
    browser
}

async fn enter(browser: &Browser, code: &str) -> Answer {
    browser.submit(PAGE, &[("with", "app"), ("code", code)]).await
}

async fn enter_recovery_code(browser: &Browser, code: &str) -> Answer {
    browser
        .submit(PAGE, &[("with", "recovery-code"), ("code", code)])
        .await
}

/// The claims of an ID token.
pub(crate) fn claims(id_token: &str) -> serde_json::Value {
    let payload = id_token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

fn is_signed_in(browser: &Browser) -> bool {
    browser.cookies().contains("pixie_session")
}

#[on_both_stores]
async fn the_password_alone_opens_no_session() {
    let server = Server::start().await;
    with_app(&server).await;
    let browser = half_signed_in(&server).await;
    assert!(!is_signed_in(&browser));
    browser.get(METHODS).await.assert_status(302);
    let spa = server.spa().await;
    let answer = browser.authorize(&spa).await;
    assert!(answer.location().starts_with("/o/login/"), "{answer:?}");
}

#[on_both_stores]
async fn a_code_of_the_app_completes_the_sign_in_and_tokens_say_so() {
    let server = Server::start().await;
    let (app, _) = with_app(&server).await;
    let spa = server.my_sexy_spa().await;
    let browser = server.browser();
    let login = browser.authorize_with(&spa, &[("scope", "openid")]).await;
    let half = browser.sign_in_at(login.location(), "alice").await;
    let page = browser.get(half.location()).await;
    page.assert_page(200, "Enter the code that your authenticator app shows");
    let done = browser.fill_in(&page, &[("code", &app.code(&server))]).await;
    assert!(done.location().starts_with("/o/authorize/?"), "{done:?}");
    assert!(!browser.cookies().contains("pixie_sign_in"));
    let code = browser.get(done.location()).await.code();
    let tokens = server.redeem(&spa, &code).await.json();
    let id_token = tokens["id_token"].as_str().unwrap();
    let claims = claims(id_token);
    assert_eq!(claims["acr"], "2");
    assert_eq!(claims["amr"], serde_json::json!(["mfa", "otp", "pwd"]));
}

#[on_both_stores]
async fn a_wrong_code_can_be_corrected_and_the_page_says_what_to_do() {
    let server = Server::start().await;
    let (app, _) = with_app(&server).await;
    let browser = half_signed_in(&server).await;
    for wrong in ["000000", "12345", "abcdef", &app.code_in(&server, 3600)] {
        enter(&browser, wrong).await.assert_page(400, WRONG);
        assert!(!is_signed_in(&browser));
    }
    enter(&browser, &app.code(&server)).await.assert_status(303);
    assert!(is_signed_in(&browser));
}

#[on_both_stores]
async fn a_time_step_works_once_also_in_another_browser() {
    let server = Server::start().await;
    let (app, _) = with_app(&server).await;
    let (first, second) = (half_signed_in(&server).await, half_signed_in(&server).await);
    let code = app.code(&server);
    enter(&first, &code).await.assert_status(303);
    enter(&second, &code).await.assert_page(400, WRONG);
    // Nor the step before it.
    let before = app.code_in(&server, -30);
    enter(&second, &before).await.assert_page(400, WRONG);
    server.clock.advance(30);
    enter(&second, &app.code(&server)).await.assert_status(303);
}

#[on_both_stores]
async fn of_ten_browsers_that_enter_one_code_at_once_one_is_signed_in() {
    let server = Server::start().await;
    let (app, _) = with_app(&server).await;
    let (code, mut requests) = (app.code(&server), Vec::new());
    for _ in 0..10 {
        let browser = half_signed_in(&server).await;
        let token = browser.get(PAGE).await.field("csrf_token");
        let form = encode(&[("csrf_token", &token), ("with", "app"), ("code", &code)]);
        let request = Request::post(PAGE)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", browser.cookies());
        requests.push(request.body(Body::from(form)).unwrap());
    }
    let answers = in_parallel(10, || {
        let (router, request) = (server.router(), requests.pop().unwrap());
        async move { router.oneshot(request).await.unwrap().status().as_u16() }
    })
    .await;
    assert_eq!(
        answers.iter().filter(|status| **status == 303).count(),
        1,
        "{answers:?}"
    );
}

#[on_both_stores]
async fn the_code_that_confirmed_an_app_does_not_sign_in() {
    let server = Server::start().await;
    let (app, _) = with_app(&server).await;
    let browser = half_signed_in(&server).await;
    enter(&browser, &app.code_in(&server, -30))
        .await
        .assert_page(400, WRONG);
}

#[on_both_stores]
async fn a_recovery_code_lets_in_once_and_is_counted() {
    let server = Server::start().await;
    let (_, codes) = with_app(&server).await;
    let browser = half_signed_in(&server).await;
    let page = browser.get(PAGE).await;
    let other = browser
        .post(PAGE, &[("next", &page.field("next")), ("with", "recovery-code")])
        .await;
    other.assert_page(200, "Each of them works once.");
    let typed = codes[3].to_lowercase().replace('-', " ");
    browser
        .fill_in(&other, &[("code", &typed)])
        .await
        .assert_status(303);
    browser
        .get(METHODS)
        .await
        .assert_page(200, "You have 9 recovery codes left.");
    let again = half_signed_in(&server).await;
    enter_recovery_code(&again, &codes[3])
        .await
        .assert_page(400, WRONG);
    enter_recovery_code(&again, &codes[4]).await.assert_status(303);
}

#[on_both_stores]
async fn new_recovery_codes_end_those_before() {
    let server = Server::start().await;
    let (app, codes) = with_app(&server).await;
    let browser = half_signed_in(&server).await;
    enter(&browser, &app.code(&server)).await.assert_status(303);
    let token = browser.get(METHODS).await.field("csrf_token");
    let page = format!("{METHODS}recovery-codes/");
    let made = browser.post(&page, &[("csrf_token", &token)]).await;
    let new = recovery_codes(&made);
    assert!(new.len() == 10 && new.iter().all(|code| !codes.contains(code)));
    let again = half_signed_in(&server).await;
    enter_recovery_code(&again, &codes[0])
        .await
        .assert_page(400, WRONG);
    enter_recovery_code(&again, &new[0]).await.assert_status(303);
}

#[on_both_stores]
async fn a_half_finished_sign_in_is_worth_nothing_elsewhere_later_or_twice() {
    let server = Server::start().await;
    let (app, _) = with_app(&server).await;
    // Without the cookie of this browser.
    let stranger = server.browser();
    let answer = stranger
        .submit("/o/login/", &[("username", "alice"), ("password", "wrong")])
        .await;
    answer.assert_status(400);
    assert!(stranger.get(PAGE).await.location().starts_with("/o/login/"));
    // Completed before.
    let browser = half_signed_in(&server).await;
    let name = "pixie_sign_in";
    let kept = browser.cookie(name).unwrap();
    enter(&browser, &app.code(&server)).await.assert_status(303);
    server.clock.advance(30);
    let replayed = server.browser();
    replayed.get("/o/login/").await.assert_status(200);
    replayed.set_cookie(name, &kept);
    enter(&replayed, &app.code(&server)).await.assert_page(400, WRONG);
    assert!(!is_signed_in(&replayed));
    // Too late.
    let late = half_signed_in(&server).await;
    let page = late.get(PAGE).await.assert_status(200);
    server.clock.advance(600);
    let ended = late.fill_in(&page, &[("code", &app.code(&server))]).await;
    late.get(ended.location())
        .await
        .assert_page(200, "The sign-in took too long. Start again.");
    // Changed.
    let forged = server.browser();
    forged.get("/o/login/").await.assert_status(200);
    forged.set_cookie(name, &format!("{}A", &kept[..kept.len() - 1]));
    assert!(forged.get(PAGE).await.location().starts_with("/o/login/"));
}

#[on_both_stores]
async fn guesses_are_bounded_per_account_and_a_known_device_gets_in_all_the_same() {
    let server = Server::start().await;
    let owner = server.sign_in("alice").await;
    let (app, _) = add_app(&server, &owner).await;
    for _ in 0..10 {
        let browser = half_signed_in(&server).await;
        enter(&browser, "000000").await.assert_page(400, WRONG);
    }
    let browser = half_signed_in(&server).await;
    let slowed = enter(&browser, &app.code(&server)).await;
    slowed.assert_page(429, "Too many codes were tried for this account.");
    assert_eq!(slowed.header("retry-after"), "86400");
    // The owner's browser has signed in before.
    owner.sign_in("alice", PASSWORD).await.assert_status(303);
    enter(&owner, &app.code(&server)).await.assert_status(303);
    // After a day the guesses are forgotten.
    server.clock.advance(24 * 3600);
    let browser = half_signed_in(&server).await;
    enter(&browser, &app.code(&server)).await.assert_status(303);
}

#[on_both_stores]
async fn somebody_who_is_disabled_meanwhile_is_not_signed_in() {
    let server = Server::start().await;
    let (app, _) = with_app(&server).await;
    let browser = half_signed_in(&server).await;
    let alice = server.provider.find_account("alice").await.unwrap();
    let operator = pixie_provider::Actor::Operator;
    server
        .provider
        .set_disabled(operator, alice.id, true)
        .await
        .unwrap();
    let page = browser.get(PAGE).await.assert_status(200);
    let answer = browser.fill_in(&page, &[("code", &app.code(&server))]).await;
    assert!(answer.location().starts_with("/o/login/"), "{answer:?}");
    assert!(!is_signed_in(&browser));
}

#[tokio::test]
async fn no_secret_of_a_factor_is_stored_in_clear() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let page = browser.get("/o/account/sign-in-methods/app/").await;
    let app = Authenticator::reading(&page);
    let added = browser.fill_in(&page, &[("code", &app.code(&server))]).await;
    let stored = server.stored();
    let has = |needle: &[u8]| stored.windows(needle.len()).any(|window| window == needle);
    for code in recovery_codes(&added) {
        assert!(!has(code.as_bytes()) && !has(code.replace('-', "").as_bytes()));
    }
    assert!(!has(&app.secret()) && !has(app.base32().as_bytes()));
}
