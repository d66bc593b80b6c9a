//! `cargo xtask lint`: format, plain words, lints, dependencies and documentation.

use super::{architecture, tidy};
use crate::cargo::{cargo, program, step, succeeds};
use crate::outcome::Outcome;
use crate::stages::Stages;

/// Runs every check that needs no test, all of them even if one fails, so that one run shows all failures.
pub(crate) fn run() -> Outcome {
    let mut stages = Stages::default();
    first(&mut stages);
    rest(&mut stages);
    stages.end()
}

/// The checks that a change fails most often.
pub(crate) fn first(stages: &mut Stages) {
    stages.run("format", format);
    stages.run("plain words", tidy::run);
    stages.run("imports", architecture::check);
    stages.run("clippy", clippy);
}

/// The other checks.
pub(crate) fn rest(stages: &mut Stages) {
    stages.run("documentation", documentation);
    stages.run("dependencies", dependencies);
}

fn format() -> Outcome {
    step(cargo().args(["fmt", "--all", "--check"]))
}

fn clippy() -> Outcome {
    let scope = ["clippy", "--workspace", "--all-targets", "--all-features"];
    step(cargo().args(scope).args(["--", "-D", "warnings"]))
}

fn documentation() -> Outcome {
    let scope = ["doc", "--no-deps", "--workspace", "--all-features"];
    step(cargo().args(scope).env("RUSTDOCFLAGS", "-D warnings"))
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
