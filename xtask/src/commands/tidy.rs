//! `cargo xtask tidy`: plain words, as far as a machine can see them.

use crate::outcome::Outcome;
use crate::tidy::{self, Settings};

/// Checks the workspace by the rules of `xtask/tidy.toml`.
pub(crate) fn run() -> Outcome {
    println!("\n==> tidy");
    tidy::check(&Settings::read()?)
}
