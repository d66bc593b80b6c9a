//! `cargo xtask lint`: format, lints, dependencies and documentation.

use crate::cargo::{cargo, program, step, succeeds};
use crate::outcome::Outcome;

/// Runs every check that needs no test, the quick ones first.
pub(crate) fn run() -> Outcome {
    step(cargo().args(["fmt", "--all", "--check"]))?;
    step(cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "-D",
        "warnings",
    ]))?;
    step(
        cargo()
            .args(["doc", "--no-deps", "--workspace", "--all-features"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    dependencies()
}

/// Refuses forbidden crates, licences and sources; known vulnerabilities too where the database can be had.
fn dependencies() -> Outcome {
    if !succeeds(program("cargo-deny").arg("--version")) {
        step(cargo().args(["install", "--quiet", "--locked", "cargo-deny"]))?;
    }
    step(cargo().args([
        "deny",
        "check",
        "--hide-inclusion-graph",
        "bans",
        "licenses",
        "sources",
    ]))?;
    if succeeds(cargo().args(["deny", "fetch", "db"])) {
        return step(cargo().args(["deny", "check", "--disable-fetch", "advisories"]));
    }
    println!("\nNot checked: advisories. The advisory database cannot be fetched from this machine.");
    Ok(())
}
