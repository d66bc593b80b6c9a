//! `cargo xtask test`: the one command that runs every test on a fresh machine.

use super::torture;
use crate::cargo::{cargo, step};
use crate::commands::instructions::{self, InstructionsArguments, VALGRIND};
use crate::debian::{self, BROWSER, POSTGRES};
use crate::libraries;
use crate::outcome::{Outcome, Stopped};
use crate::workspace;
use clap::Args;

/// What to leave out.
#[derive(Args, Default)]
pub(crate) struct TestArguments {
    /// Leave out the tests that drive a browser.
    #[arg(long)]
    no_browser: bool,
    /// Leave out the tests with relying-party libraries from npm and PyPI.
    #[arg(long)]
    no_libraries: bool,
    /// Leave out the tests that run PostgreSQL.
    #[arg(long)]
    no_postgres: bool,
    /// Leave out the tests that mount small disks.
    #[arg(long)]
    no_disks: bool,
    /// Leave out the tests that need strace.
    #[arg(long)]
    no_strace: bool,
    /// Leave out the counts of instructions of the hot paths, which callgrind makes.
    #[arg(long)]
    no_callgrind: bool,
}

/// Tests that need more than Rust and a C compiler.
struct Part {
    /// What they are called.
    tests: &'static str,
    /// What their paths hold, in whichever test target.
    module: &'static str,
    /// The flag that leaves them out.
    flag: &'static str,
    /// Whether that flag was given.
    is_left_out: fn(&TestArguments) -> bool,
    /// Brings in what they need.
    provide: fn() -> Outcome,
}

const PARTS: [Part; 6] = [
    Part {
        tests: "browser tests (pictures in target/screenshots/)",
        module: "in_chromium::",
        flag: "--no-browser",
        is_left_out: |arguments| arguments.no_browser,
        provide: || debian::provide(&BROWSER),
    },
    Part {
        tests: "tests with libraries from npm",
        module: "from_npm::",
        flag: "--no-libraries",
        is_left_out: |arguments| arguments.no_libraries,
        provide: libraries::provide_npm,
    },
    Part {
        tests: "tests with libraries from PyPI",
        module: "from_pypi::",
        flag: "--no-libraries",
        is_left_out: |arguments| arguments.no_libraries,
        provide: libraries::provide_pypi,
    },
    Part {
        tests: "tests with PostgreSQL and PgBouncer",
        module: "on_postgres",
        flag: "--no-postgres",
        is_left_out: |arguments| arguments.no_postgres,
        provide: || debian::provide(&POSTGRES),
    },
    Part {
        tests: "tests on disks of their own, full, read-only and cut off",
        module: "on_a_disk::",
        flag: "--no-disks",
        is_left_out: |arguments| arguments.no_disks,
        provide: torture::provide_disks,
    },
    Part {
        tests: "tests under strace",
        module: "under_strace::",
        flag: "--no-strace",
        is_left_out: |arguments| arguments.no_strace,
        provide: || debian::provide(&torture::STRACE),
    },
];

/// Runs every test and ends with a list of what ran and what did not.
pub(crate) fn run(arguments: &TestArguments) -> Outcome {
    let mut account = Account::default();
    workspace_tests(arguments, &mut account)?;
    fuzz_targets(&mut account)?;
    hot_paths(arguments, &mut account)?;
    account.print();
    Ok(())
}

/// Unit, integration and documentation tests of every crate and example. Building them also builds the `pixie` binary.
fn workspace_tests(arguments: &TestArguments, account: &mut Account) -> Outcome {
    let mut command = cargo();
    command.args(["test", "--workspace", "--all-features", "--no-fail-fast", "--"]);
    account
        .ran
        .push("unit, integration and documentation tests of the workspace and its examples");
    for part in &PARTS {
        if is_ready(part, arguments, account)? {
            account.ran.push(part.tests);
        } else {
            command.args(["--skip", part.module]);
        }
    }
    step(&mut command)
}

/// Whether a part can run. In CI it must.
fn is_ready(part: &Part, arguments: &TestArguments, account: &mut Account) -> Outcome<bool> {
    let missing = if (part.is_left_out)(arguments) {
        format!("{} was given", part.flag)
    } else {
        match (part.provide)() {
            Ok(()) => return Ok(true),
            Err(stopped) => stopped.to_string(),
        }
    };
    if workspace::is_ci() {
        return Err(Stopped::because(format!(
            "nothing may be skipped in CI, and {missing}"
        )));
    }
    println!("Skipped: {}, because {missing}.", part.tests);
    account.skipped.push(format!("{}: {missing}", part.tests));
    Ok(false)
}

/// The hot paths take no more instructions and allocations than recorded.
fn hot_paths(arguments: &TestArguments, account: &mut Account) -> Outcome {
    let counts = Part {
        tests: "counts of instructions of the hot paths",
        module: "",
        flag: "--no-callgrind",
        is_left_out: |arguments| arguments.no_callgrind,
        provide: || debian::provide(&VALGRIND),
    };
    if is_ready(&counts, arguments, account)? {
        instructions::run(&InstructionsArguments::default())?;
        account.ran.push(counts.tests);
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
