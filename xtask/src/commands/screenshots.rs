//! `cargo xtask screenshots`: a picture of every page, light and dark, phone and desktop.

use crate::cargo::{cargo, step};
use crate::debian::{self, BROWSER};
use crate::outcome::Outcome;
use crate::workspace;

/// Runs the browser tests that take the pictures.
pub(crate) fn run() -> Outcome {
    debian::provide(&BROWSER)?;
    step(cargo().args([
        "test",
        "--package",
        "pixie",
        "--test",
        "browser",
        "--",
        "pictures::",
        "walkthrough::",
    ]))?;
    println!(
        "\nThe pictures are in {}.",
        workspace::target().join("screenshots").display()
    );
    Ok(())
}
