//! Running a script that is the application and the person at once.

use crate::server::Server;
use serde_json::Value;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// How a missing program or library is put right.
pub(crate) const REMEDY: &str = "run `cargo xtask test`, which installs it, or leave these tests out with `cargo xtask test --no-libraries`";

/// The path of a script in this folder.
pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/libraries")
        .join(name)
}

/// Runs a script against a fresh server. It prints a line of JSON for each step and ends with an error at the first one
/// that fails.
#[track_caller]
pub(crate) fn run(program: impl AsRef<OsStr>, script: &str, arguments: &[&str]) {
    let server = Server::start();
    let ended = Command::new(&program)
        .arg(path(script))
        .args(arguments)
        .env("ISSUER", server.issuer())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .unwrap_or_else(|error| {
            panic!(
                "{} cannot be started ({error}): {REMEDY}",
                program.as_ref().display()
            )
        });
    let printed = String::from_utf8(ended.stdout).unwrap();
    println!("{printed}");
    let passed = printed
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|line| line["passed"] == true)
        .count();
    assert!(
        ended.status.success() && passed > 0,
        "{script} {arguments:?} ended with {} after {passed} steps; the server logged:\n{}",
        ended.status,
        server.log()
    );
}
