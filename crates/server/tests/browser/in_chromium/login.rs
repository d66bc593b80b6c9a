//! Signing in and out.

use crate::pixie::Pixie;
use pixie_testing::browser::Browser;

#[tokio::test]
async fn a_wrong_password_is_said_and_the_name_is_kept() {
    let pixie = Pixie::with_administrator();
    let browser = Browser::start().await;
    browser.open(&pixie.page("/login/")).await;
    browser.fill_in("username", pixie.username()).await;
    browser.fill_in("password", "not the password").await;
    browser.click("#login").await;

    browser.see("#error[role=alert]").await;
    assert_eq!(browser.value("username").await, pixie.username());
    assert_eq!(browser.value("password").await, "");

    browser.fill_in("password", pixie.password()).await;
    browser.click("#login").await;
    browser.see("#person").await;
}

#[tokio::test]
async fn signing_in_and_out_needs_no_scripts() {
    let pixie = Pixie::with_administrator();
    let browser = Browser::without_scripts().await;
    pixie.sign_in(&browser).await;
    assert_eq!(
        browser.see("#person").await.text().await.unwrap(),
        pixie.username()
    );

    browser.click("#sign_out").await;
    browser.see("#logged_out").await;
    browser.open(&pixie.page("/applications/")).await;
    browser.see("#login").await;
}

#[tokio::test]
async fn a_button_shows_what_is_typed_as_a_password() {
    let pixie = Pixie::with_administrator();
    let browser = Browser::start().await;
    browser.open(&pixie.page("/login/")).await;
    browser.fill_in("password", "not the password").await;
    browser.click("#show_password[aria-pressed=false]").await;
    browser.see("#id_password[type=text]").await;
    assert_eq!(browser.value("password").await, "not the password");

    browser.click("#show_password[aria-pressed=true]").await;
    browser.see("#id_password[type=password]").await;
}

#[tokio::test]
async fn without_scripts_a_password_field_has_no_button() {
    let pixie = Pixie::with_administrator();
    let browser = Browser::without_scripts().await;
    browser.open(&pixie.page("/login/")).await;
    let button = browser.see("#id_password ~ [data-shows][hidden]").await;
    assert!(!button.is_displayed().await.unwrap());
}

#[tokio::test]
async fn signing_in_leads_back_to_the_page_that_was_asked_for() {
    let pixie = Pixie::with_administrator();
    let browser = Browser::start().await;
    browser.open(&pixie.page("/applications/register/")).await;
    browser.see("#login").await;
    pixie.fill_in_login(&browser).await;
    browser.see("#save").await;
    assert_eq!(browser.address().await, pixie.page("/applications/register/"));
}

#[tokio::test]
async fn the_one_time_link_creates_the_administrator_and_works_once() {
    let pixie = Pixie::fresh();
    let browser = Browser::start().await;
    let link = pixie.setup_link();
    browser.open(&link).await;
    browser.fill_in("username", "ada").await;
    browser.fill_in("password", "correct horse battery staple").await;
    browser
        .fill_in("password_again", "correct horse battery staple")
        .await;
    browser.click("#create").await;
    browser.see("#login, #person").await;

    browser.open(&link).await;
    browser.see("#error").await;
    assert_eq!(browser.count("#create").await, 0);
}
