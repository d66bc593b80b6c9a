//! `/o/login/`: "Keep me signed in on this device" (OWASP ASVS 7.3).

use pixie_testing::harness::{Answer, Browser, PASSWORD, Server, on_both_stores};

use super::super::account::authenticator::add_app;

const CHOICE: &str = "Keep me signed in on this device";
const PAGE: &str = "/o/applications/";
const DAY: i64 = 24 * 3600;

async fn stay_signed_in(browser: &Browser) -> Answer {
    let form = [
        ("username", "alice"),
        ("password", PASSWORD),
        ("persistent", "true"),
    ];
    browser.submit("/o/login/", &form).await
}

/// The attributes of the session cookie that an answer sets.
fn session_cookie(answer: &Answer) -> String {
    let lines = answer.headers.get_all("set-cookie").iter();
    let mut lines = lines.map(|line| line.to_str().unwrap());
    let session = lines.find(|line| line.starts_with("pixie_session_")).unwrap();
    session.split_once(';').unwrap().1.to_owned()
}

#[on_both_stores]
async fn the_browser_forgets_a_session_when_it_is_closed_unless_the_person_stays_signed_in() {
    let server = Server::start().await;
    let short = server.browser().sign_in("alice", PASSWORD).await;
    assert_eq!(session_cookie(&short), " HttpOnly; SameSite=Lax; Path=/");
    let persistent = stay_signed_in(&server.browser()).await;
    let expected = format!(" HttpOnly; SameSite=Lax; Path=/; Max-Age={}", 90 * DAY);
    assert_eq!(session_cookie(&persistent), expected);
}

#[on_both_stores]
async fn a_persistent_session_lasts_for_weeks_between_visits_and_ends_all_the_same() {
    let server = Server::start().await;
    let browser = server.browser();
    stay_signed_in(&browser).await.assert_status(303);
    let short = server.sign_in("alice").await;
    for _ in 0..3 {
        server.clock.advance(29 * DAY);
        browser.get(PAGE).await.assert_status(200);
        short.get(PAGE).await.assert_status(302);
    }
    server.clock.advance(3 * DAY);
    browser.get(PAGE).await.assert_status(302);
}

#[on_both_stores]
async fn a_persistent_session_that_nobody_uses_ends() {
    let server = Server::start().await;
    let browser = server.browser();
    stay_signed_in(&browser).await.assert_status(303);
    server.clock.advance(30 * DAY);
    browser.get(PAGE).await.assert_status(302);
}

#[on_both_stores]
async fn the_sweep_keeps_a_persistent_session_while_it_lasts() {
    let server = Server::start().await;
    let browser = server.browser();
    stay_signed_in(&browser).await.assert_status(303);
    server.clock.advance(29 * DAY);
    server.provider.sweep().await.unwrap();
    browser.get(PAGE).await.assert_status(200);
}

#[on_both_stores]
async fn the_choice_outlives_a_wrong_password_a_second_factor_and_a_new_sign_in() {
    let server = Server::start().await;
    let owner = server.sign_in("alice").await;
    let (app, _) = add_app(&server, &owner).await;
    let browser = server.browser();
    let form = [
        ("username", "alice"),
        ("password", "wrong"),
        ("persistent", "true"),
    ];
    let refused = browser.submit("/o/login/", &form).await;
    let checked = "name=\"persistent\" value=\"true\" checked";
    assert!(refused.body.contains(checked), "{}", refused.body);
    let half = stay_signed_in(&browser).await;
    let page = browser.get(half.location()).await;
    let done = browser.fill_in(&page, &[("code", &app.code(&server))]).await;
    assert!(session_cookie(&done).contains("Max-Age="), "{done:?}");
    // An application asks for the whole sign-in again, and the person does not choose again.
    server.clock.advance(30);
    let half = browser.sign_in("alice", PASSWORD).await;
    let page = browser.get(half.location()).await;
    let done = browser.fill_in(&page, &[("code", &app.code(&server))]).await;
    assert!(session_cookie(&done).contains("Max-Age="), "{done:?}");
}

#[on_both_stores]
async fn a_session_of_somebody_else_in_the_same_browser_is_not_persistent() {
    let server = Server::start().await;
    let browser = server.browser();
    stay_signed_in(&browser).await.assert_status(303);
    let bob = browser.sign_in("bob", PASSWORD).await.assert_status(303);
    assert!(!session_cookie(&bob).contains("Max-Age"), "{bob:?}");
}

#[on_both_stores]
async fn the_operator_may_offer_no_persistent_sessions() {
    let offering = Server::start().await;
    offering.browser().get("/o/login/").await.assert_page(200, CHOICE);
    let server = Server::with(|settings| settings.lifetimes.persistent_session_idle = 0).await;
    let page = server.browser().get("/o/login/").await.assert_status(200);
    assert!(!page.body.contains(CHOICE));
    let signed_in = stay_signed_in(&server.browser()).await;
    assert!(!session_cookie(&signed_in).contains("Max-Age"), "{signed_in:?}");
}
