//! `cargo xtask test`: the one command that runs every test on a fresh machine.

use super::torture;
use crate::cargo::{cargo, step};
use crate::commands::instructions::{self, InstructionsArguments, VALGRIND};
use crate::debian::{self, BROWSER, POSTGRES, PROXIES};
use crate::fuzz;
use crate::libraries;
use crate::outcome::{Outcome, Stopped};
use crate::stages::Stages;
use crate::workspace;
use clap::Args;

/// The stages to leave out.
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
    /// Leave out the tests of the guides with nginx, Caddy and fail2ban.
    #[arg(long)]
    no_programs: bool,
    /// Leave out the tests that kill a running server.
    #[arg(long)]
    no_torture: bool,
    /// Leave out the tests that mount small disks.
    #[arg(long)]
    no_disks: bool,
    /// Leave out the tests that need strace.
    #[arg(long)]
    no_strace: bool,
    /// Leave out the counts of instructions of the hot paths, which callgrind makes.
    #[arg(long)]
    no_callgrind: bool,
    /// Leave out the fuzz targets.
    #[arg(long)]
    no_fuzz: bool,
}

/// Tests that need more than Rust and a C compiler, or much time. Each is a stage after the first one.
struct Part {
    /// The name in the list of what ran.
    tests: &'static str,
    /// A part of the paths of the tests, in any test target.
    module: &'static str,
    /// The flag that leaves them out.
    flag: &'static str,
    /// Returns `true` if that flag was given.
    is_left_out: fn(&TestArguments) -> bool,
    /// Installs the programs that the tests need.
    provide: fn() -> Outcome,
}

const PARTS: [Part; 8] = [
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
        tests: "tests of the guides with nginx, Caddy and fail2ban",
        module: "beside_programs::",
        flag: "--no-programs",
        is_left_out: |arguments| arguments.no_programs,
        provide: || debian::provide(&PROXIES),
    },
    Part {
        tests: "torture with signals and damaged files",
        module: "unprivileged::",
        flag: "--no-torture",
        is_left_out: |arguments| arguments.no_torture,
        provide: || Ok(()),
    },
    Part {
        tests: "torture on disks of their own, full, read-only and cut off",
        module: "on_a_disk::",
        flag: "--no-disks",
        is_left_out: |arguments| arguments.no_disks,
        provide: torture::provide_disks,
    },
    Part {
        tests: "torture under strace",
        module: "under_strace::",
        flag: "--no-strace",
        is_left_out: |arguments| arguments.no_strace,
        provide: || debian::provide(&torture::STRACE),
    },
];

/// Runs every test in stages and ends with a list of what ran and what did not.
pub(crate) fn run(arguments: &TestArguments) -> Outcome {
    let mut stages = Stages::default();
    first(&mut stages);
    rest(arguments, &mut stages);
    stages.end()
}

/// The stage that needs only Rust and a C compiler: every test that is in no module of [`PARTS`]. Its build also makes the `pixie`
/// binary.
pub(crate) fn first(stages: &mut Stages) {
    stages.run("unit, HTTP and documentation tests on SQLite", || {
        let mut command = cargo();
        command.args(["test", "--workspace", "--all-features", "--no-fail-fast", "--"]);
        for part in &PARTS {
            command.args(["--skip", part.module]);
        }
        step(&mut command)
    });
}

/// All other stages: each part, the fuzz targets and the hot paths.
pub(crate) fn rest(arguments: &TestArguments, stages: &mut Stages) {
    let mut is_ready = [false; PARTS.len()];
    for (at, part) in PARTS.iter().enumerate() {
        match missing(part.is_left_out, part.flag, part.provide, arguments) {
            None => {
                is_ready[at] = true;
                stages.run(part.tests, || part_tests(at, &is_ready));
            }
            Some(reason) => skip(stages, part.tests, reason),
        }
    }
    let fuzz = |arguments: &TestArguments| arguments.no_fuzz;
    match missing(fuzz, "--no-fuzz", || debian::provide(&fuzz::COMPILER), arguments) {
        None => stages.run("fuzz targets, ten seconds each", fuzz::run),
        Some(reason) => skip(stages, "fuzz targets", reason),
    }
    let counts = |arguments: &TestArguments| arguments.no_callgrind;
    match missing(counts, "--no-callgrind", || debian::provide(&VALGRIND), arguments) {
        None => stages.run("counts of instructions of the hot paths", || {
            instructions::run(&InstructionsArguments::default())
        }),
        Some(reason) => skip(stages, "counts of instructions of the hot paths", reason),
    }
}

/// Runs the tests of one part. A test in modules of two parts runs with the later one, if both can run.
fn part_tests(at: usize, is_ready: &[bool; PARTS.len()]) -> Outcome {
    let mut command = cargo();
    command.args([
        "test",
        "--workspace",
        "--all-features",
        "--no-fail-fast",
        "--tests",
        "--",
    ]);
    for (other, part) in PARTS.iter().enumerate() {
        if other == at {
            command.arg(part.module);
        } else if !is_ready[other] {
            command.args(["--skip", part.module]);
        }
    }
    step(&mut command)
}

/// The reason why a stage cannot run, or `None` if it can. Installs what it needs.
fn missing(
    is_left_out: fn(&TestArguments) -> bool,
    flag: &str,
    provide: fn() -> Outcome,
    arguments: &TestArguments,
) -> Option<String> {
    if is_left_out(arguments) {
        return Some(format!("{flag} was given"));
    }
    provide().err().map(|stopped| stopped.to_string())
}

/// Skips a stage. In CI that is a failure.
fn skip(stages: &mut Stages, name: &str, reason: String) {
    if workspace::is_ci() {
        stages.run(name, || {
            Err(Stopped::because(format!(
                "nothing may be skipped in CI, and {reason}"
            )))
        });
    } else {
        stages.skip(name, reason);
    }
}
