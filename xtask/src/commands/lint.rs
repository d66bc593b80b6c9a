//! `cargo xtask lint`: format, plain words, lints, dependencies and documentation.

use super::tidy;
use crate::cargo::{cargo, program, step, succeeds};
use crate::outcome::{Outcome, Stopped};

/// Runs every check that needs no test, all of them even if one fails, so that one run tells everything.
pub(crate) fn run() -> Outcome {
    let checks = [format(), tidy::run(), clippy(), documentation(), dependencies()];
    let failed: Vec<String> = checks
        .into_iter()
        .filter_map(Result::err)
        .map(|stopped| stopped.to_string())
        .collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Stopped::because(failed.join("; ")))
    }
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
