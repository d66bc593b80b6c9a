//! `cargo xtask architecture`: writes the import pictures into `docs/ARCHITECTURE.md`.

use crate::architecture;
use crate::outcome::Outcome;
use crate::tidy::Settings;

/// Writes the pictures.
pub(crate) fn run() -> Outcome {
    architecture::write()
}

/// Checks that they are up to date and show no circle that is not allowed.
pub(crate) fn check() -> Outcome {
    println!("\n==> architecture --check");
    architecture::check(&Settings::read()?)
}
