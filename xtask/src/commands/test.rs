//! `cargo xtask test`: the one command that runs every test on a fresh machine.

use crate::cargo::{cargo, step};
use crate::debian::{self, BROWSER};
use crate::outcome::{Outcome, Stopped};
use crate::workspace;
use clap::Args;

/// The module that holds the tests which drive a browser; see `crates/server/tests/browser/main.rs`.
const IN_BROWSER: &str = "in_chromium::";

/// What to leave out.
#[derive(Args, Default)]
pub(crate) struct TestArguments {
    /// Leave out the tests that drive a browser.
    #[arg(long)]
    no_browser: bool,
}

/// Runs every test and ends with a list of what ran and what did not.
pub(crate) fn run(arguments: &TestArguments) -> Outcome {
    let mut account = Account::default();
    let with_browser = browser(arguments, &mut account)?;
    workspace_tests(with_browser, &mut account)?;
    fuzz_targets(&mut account)?;
    account.print();
    Ok(())
}

/// Whether the browser tests run. In CI they must.
fn browser(arguments: &TestArguments, account: &mut Account) -> Outcome<bool> {
    let missing = if arguments.no_browser {
        "--no-browser was given".to_owned()
    } else {
        match debian::provide(&BROWSER) {
            Ok(()) => return Ok(true),
            Err(stopped) => stopped.to_string(),
        }
    };
    if workspace::is_ci() {
        return Err(Stopped::because(format!(
            "nothing may be skipped in CI, and {missing}"
        )));
    }
    println!("The browser tests are skipped: {missing}.");
    account.skipped.push(format!("browser tests: {missing}"));
    Ok(false)
}

/// Unit, integration and documentation tests of every crate and example. Building them also builds the `pixie` binary.
fn workspace_tests(with_browser: bool, account: &mut Account) -> Outcome {
    let mut command = cargo();
    command.args(["test", "--workspace", "--all-features", "--no-fail-fast"]);
    if !with_browser {
        command.args(["--", "--skip", IN_BROWSER]);
    }
    step(&mut command)?;
    account
        .ran
        .push("unit, integration and documentation tests of the workspace and its examples");
    if with_browser {
        account
            .ran
            .push("browser tests (pictures in target/screenshots/)");
    }
    Ok(())
}

/// The fuzz targets are a workspace of their own: they have to compile on the stable compiler.
fn fuzz_targets(account: &mut Account) -> Outcome {
    if !workspace::root().join("fuzz/Cargo.toml").exists() {
        return Err(Stopped::because(
            "fuzz/Cargo.toml is missing: the fuzz targets belong to every check-out",
        ));
    }
    let target = workspace::target();
    let mut command = cargo();
    command
        .args([
            "check",
            "--manifest-path",
            "fuzz/Cargo.toml",
            "--all-targets",
            "--target-dir",
        ])
        .arg(&target);
    // Checking does not link, so libFuzzer itself (C++) need not be built: a path to it is enough.
    command.env("CUSTOM_LIBFUZZER_PATH", target.join("libfuzzer.a"));
    step(&mut command)?;
    account.ran.push("compilation of the fuzz targets");
    Ok(())
}

/// What ran and what was left out, for the last lines of the output.
#[derive(Default)]
struct Account {
    ran: Vec<&'static str>,
    skipped: Vec<String>,
}

impl Account {
    fn print(&self) {
        println!("\nAll tests passed.");
        for part in &self.ran {
            println!("  ran      {part}");
        }
        for part in &self.skipped {
            println!("  skipped  {part}");
        }
        if self.skipped.is_empty() {
            println!("  skipped  nothing");
        }
    }
}
