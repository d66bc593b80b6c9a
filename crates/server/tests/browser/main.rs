//! The pages and the walkthrough's app, used in a real browser: Chromium, driven through chromedriver (W3C WebDriver).
//!
//! Every test lies in `in_chromium`, so that a machine without Chromium can leave them out:
//! `cargo xtask test --no-browser`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod in_chromium;
mod landing;
mod pixie;
mod site;
