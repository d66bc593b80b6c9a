//! The pages and the walkthrough's app, used in a real browser: Chromium, driven through chromedriver (W3C WebDriver).
//!
//! Every test lies in `in_chromium`, so that a machine without Chromium can leave them out:
//! `cargo xtask test --no-browser`.

mod browser;
mod driver;
mod in_chromium;
mod landing;
mod pixie;
