//! Pictures of the pages about passkeys.

use super::super::passkeys::add_passkey;
use super::take;
use crate::pixie::Pixie;
use pixie_testing::browser::Browser;

#[tokio::test]
async fn pages_about_passkeys() {
    passkeys(take).await;
}

pub(in crate::in_chromium) async fn passkeys(shown: impl AsyncFn(&Browser, &str)) {
    let pixie = Pixie::with_administrator();
    let browser = Browser::start().await;
    pixie.sign_in(&browser).await;
    browser.open(&pixie.page("/account/sign-in-methods/")).await;
    shown(&browser, "sign-in-methods-none").await;
    browser
        .open(&pixie.page("/account/sign-in-methods/passkey/"))
        .await;
    shown(&browser, "passkey-add").await;
    let authenticator = add_passkey(&pixie, &browser).await;
    shown(&browser, "sign-in-methods-passkey").await;
    browser.click("#passkeys [id^=manage_]").await;
    browser.see("#remove").await;
    shown(&browser, "passkey").await;
    authenticator.verify(false).await;
    browser.click("#sign_out").await;
    browser.see("#logged_out").await;
    browser.open(&pixie.page("/login/")).await;
    browser.click("#use_passkey").await;
    browser.see("[data-when=NotAllowedError]:not([hidden])").await;
    shown(&browser, "login-passkey-cancelled").await;
}
