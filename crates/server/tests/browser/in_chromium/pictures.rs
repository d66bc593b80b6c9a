//! A picture of every page in `target/screenshots/`, light and dark, on a desktop and on a phone. No page may be wider than its screen.
//!
//! Each walk calls a function on each of its pages: the camera here, and the check for accessibility.

pub(super) mod openid;
pub(super) mod passkeys;

use super::consent;
use std::path::PathBuf;

use crate::landing::Landing;
use crate::pixie::Pixie;
use pixie_testing::browser::{Browser, Screen, Theme};

#[tokio::test]
async fn pages_for_strangers() {
    strangers(take).await;
}

pub(super) async fn strangers(shown: impl AsyncFn(&Browser, &str)) {
    let pixie = Pixie::with_administrator();
    let browser = Browser::start().await;
    for (name, path) in [
        ("home-stranger", "/"),
        ("login", "/login/"),
        ("error", "/authorize/?client_id=unknown&response_type=code"),
    ] {
        browser.open(&pixie.page(path)).await;
        shown(&browser, name).await;
    }

    browser.open(&pixie.page("/login/")).await;
    browser.fill_in("username", pixie.username()).await;
    browser.fill_in("password", "not the password").await;
    browser.click("#login").await;
    browser.see("#error").await;
    shown(&browser, "login-wrong").await;

    let fresh = Pixie::fresh();
    browser.open(&fresh.setup_link()).await;
    browser.see("#create").await;
    shown(&browser, "setup").await;
}

#[tokio::test]
async fn pages_for_people() {
    people(take).await;
}

pub(super) async fn people(shown: impl AsyncFn(&Browser, &str)) {
    let pixie = Pixie::with_administrator();
    let landing = Landing::start();
    let browser = Browser::start().await;
    pixie.sign_in(&browser).await;
    for (name, path) in [
        ("home", "/"),
        ("applications-none", "/applications/"),
        ("application-register", "/applications/register/"),
        ("authorized-none", "/authorized_tokens/"),
        ("logout", "/logout/"),
    ] {
        browser.open(&pixie.page(path)).await;
        shown(&browser, name).await;
    }

    consent::register_photo_printer(&pixie, &browser, &landing).await;
    shown(&browser, "application").await;
    browser.click("#edit").await;
    browser.see("#save").await;
    shown(&browser, "application-edit").await;
    browser.open(&pixie.page("/applications/")).await;
    shown(&browser, "applications").await;
    browser.open(&consent::request(&pixie, &landing, "picture")).await;
    browser.see("#allow").await;
    shown(&browser, "consent").await;
    browser.click("#id_on_device").await;
    browser.click("#allow").await;
    landing.reached(&browser).await;
    browser.open(&pixie.page("/authorized_tokens/")).await;
    shown(&browser, "authorized").await;
    browser.click("[id^=revoke_]").await;
    browser.see("#confirm").await;
    shown(&browser, "authorized-revoke").await;

    browser.open(&pixie.page("/logout/")).await;
    browser.click("#logout").await;
    browser.see("#logged_out").await;
    shown(&browser, "logged-out").await;
}

/// Takes the four pictures of the page that the browser shows, into `target/screenshots/`.
pub(super) async fn take(browser: &Browser, name: &str) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    for (screen, screen_name) in [(Screen::Phone, "phone"), (Screen::Desktop, "desktop")] {
        browser.use_screen(screen).await;
        assert!(!browser.overflows().await, "{name} is wider than a {screen_name}");
        for (theme, theme_name) in [(Theme::Dark, "dark"), (Theme::Light, "light")] {
            browser.use_theme(theme).await;
            let file = folder.join(format!("{name}-{screen_name}-{theme_name}.png"));
            browser.screenshot(&file).await;
        }
    }
}
