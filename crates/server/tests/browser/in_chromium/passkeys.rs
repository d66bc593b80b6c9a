//! Passkeys, with a virtual authenticator in place of a device.

use crate::pixie::Pixie;
use pixie_testing::browser::{Authenticator, Browser};

const METHODS: &str = "/account/sign-in-methods/";

/// A person who is signed in, with a passkey in the authenticator.
pub(super) async fn add_passkey<'a>(pixie: &Pixie, browser: &'a Browser) -> Authenticator<'a> {
    let authenticator = browser.authenticator().await;
    browser.open(&pixie.page(METHODS)).await;
    browser.click("#add_passkey").await;
    browser.fill_in("name", "Laptop").await;
    browser.click("#add").await;
    browser.see("#passkeys").await;
    authenticator
}

async fn sign_out(browser: &Browser) {
    browser.click("#sign_out").await;
    browser.see("#logged_out").await;
}

#[tokio::test]
async fn a_passkey_is_made_and_signs_in_with_the_button() {
    let pixie = Pixie::with_administrator();
    let browser = Browser::start().await;
    pixie.sign_in(&browser).await;
    let authenticator = add_passkey(&pixie, &browser).await;
    assert_eq!(authenticator.passkeys().await, 1);
    browser.read("Laptop").await;
    sign_out(&browser).await;
    // Without the person nothing comes from the username field.
    authenticator.be_present(false).await;
    browser.open(&pixie.page("/login/")).await;
    browser.see("#use_passkey:not([hidden])").await;
    authenticator.be_present(true).await;
    browser.click("#use_passkey").await;
    browser.see("#person").await;
}

#[tokio::test]
async fn a_passkey_comes_from_the_username_field() {
    let pixie = Pixie::with_administrator();
    let browser = Browser::start().await;
    pixie.sign_in(&browser).await;
    add_passkey(&pixie, &browser).await;
    sign_out(&browser).await;
    // The authenticator answers the question that waits in the field.
    browser.open(&pixie.page("/login/")).await;
    browser.see("#person").await;
}

#[tokio::test]
async fn a_passkey_that_fails_is_said_and_the_password_still_works() {
    let pixie = Pixie::with_administrator();
    let browser = Browser::start().await;
    pixie.sign_in(&browser).await;
    let authenticator = add_passkey(&pixie, &browser).await;
    sign_out(&browser).await;
    authenticator.verify(false).await;
    browser.open(&pixie.page("/login/")).await;
    browser.click("#use_passkey").await;
    browser.see("[data-when=NotAllowedError]:not([hidden])").await;
    browser.read("No passkey was used.").await;
    pixie.fill_in_login(&browser).await;
    browser.see("#person").await;
}

#[tokio::test]
async fn an_authenticator_has_one_passkey_of_a_person() {
    let pixie = Pixie::with_administrator();
    let browser = Browser::start().await;
    pixie.sign_in(&browser).await;
    let authenticator = add_passkey(&pixie, &browser).await;
    browser.click("#add_passkey").await;
    browser.click("#add").await;
    browser.read("Your account has a passkey there already.").await;
    assert_eq!(authenticator.passkeys().await, 1);
}

#[tokio::test]
async fn a_removed_passkey_is_deleted_where_it_is_kept() {
    let pixie = Pixie::with_administrator();
    let browser = Browser::start().await;
    pixie.sign_in(&browser).await;
    let authenticator = add_passkey(&pixie, &browser).await;
    assert_eq!(authenticator.passkeys().await, 1);
    browser.click("#passkeys [id^=manage_]").await;
    browser.click("#remove").await;
    browser.read("The sign-in method is removed.").await;
    authenticator.keeps(0).await;
}

#[tokio::test]
async fn without_scripts_nothing_of_a_passkey_is_offered() {
    let pixie = Pixie::with_administrator();
    let browser = Browser::without_scripts().await;
    browser.open(&pixie.page("/login/")).await;
    let button = browser.see("#use_passkey").await;
    assert!(!button.is_displayed().await.unwrap());
    pixie.fill_in_login(&browser).await;
    browser.see("#person").await;
    browser
        .open(&pixie.page("/account/sign-in-methods/passkey/"))
        .await;
    browser.read("Allow scripts for this site to add one.").await;
    assert!(!browser.see("#add").await.is_displayed().await.unwrap());
}
