//! `axe-core` finds nothing on any page, in both themes, on a phone and on a desktop: the rules of WCAG 2.2 A and AA, and best practices.

use crate::in_chromium::{pictures, upstream};
use pixie_testing::browser::{Browser, Screen, Theme};
use std::path::PathBuf;

/// Runs every rule on the page that the browser shows, on both screens and in both themes.
async fn check(browser: &Browser, name: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/libraries/npm");
    let library = folder.join("node_modules/axe-core/axe.min.js");
    let source = std::fs::read_to_string(&library).unwrap_or_else(|error| {
        panic!("{}: {error}; `cargo xtask test` installs it", library.display());
    });
    for screen in [Screen::Phone, Screen::Desktop] {
        browser.use_screen(screen).await;
        for theme in [Theme::Dark, Theme::Light] {
            browser.use_theme(theme).await;
            let found = browser.accessibility_violations(&source).await;
            assert!(found.is_empty(), "{name} on {screen:?}, {theme:?}: {found:#?}");
        }
    }
}

#[tokio::test]
async fn axe_finds_nothing_on_pages_for_strangers() {
    pictures::strangers(check).await;
}

#[tokio::test]
async fn axe_finds_nothing_on_pages_for_people() {
    pictures::people(check).await;
}

#[tokio::test]
async fn axe_finds_nothing_on_pages_on_the_way_to_an_application() {
    pictures::openid::on_the_way_to_an_application(check).await;
}

#[tokio::test]
async fn axe_finds_nothing_on_pages_about_passkeys() {
    pictures::passkeys::passkeys(check).await;
}

#[tokio::test]
async fn axe_finds_nothing_on_pages_for_administrators() {
    pictures::openid::administrators(check).await;
}

#[tokio::test]
async fn axe_finds_nothing_on_pages_about_other_providers() {
    upstream::pages(check).await;
}

#[tokio::test]
#[should_panic(expected = "image-alt")]
async fn axe_finds_a_picture_without_a_text() {
    let browser = Browser::start().await;
    browser
        .open("data:text/html,<html lang=en><title>A page</title><main><h1>A page</h1><img src=x></main>")
        .await;
    check(&browser, "a page with a picture").await;
}
