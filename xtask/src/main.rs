//! The project's own commands: `cargo xtask <command>`, one file each under `commands/`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line program prints"
)]

use clap::{Parser, Subcommand};
use std::process::ExitCode;

mod architecture;
mod cargo;
mod commands;
mod debian;
mod fuzz;
mod libraries;
mod outcome;
mod stages;
mod tidy;
mod workspace;

use outcome::Outcome;

/// The commands of the Pixie project.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run every test, installing what they need where it can.
    Test(commands::test::TestArguments),
    /// Check format, lints, plain words, dependencies and documentation.
    Lint,
    /// Check that names, comments and docs are in plain words.
    Tidy,
    /// Run all that `lint` and `test` run, the quick stages first: it has to pass before a change lands.
    Ci,
    /// Write the import pictures into docs/ARCHITECTURE.md.
    Architecture,
    /// Measure the release binary under load.
    Bench(commands::bench::BenchArguments),
    /// Count the instructions of the hot paths and compare them with the record.
    Instructions(commands::instructions::InstructionsArguments),
    /// Break the release binary in every way that machines break, and check that it loses nothing that it confirmed.
    Torture(commands::torture::TortureArguments),
    /// Write a picture of every page to target/screenshots/.
    Screenshots,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stopped) => {
            eprintln!("xtask: {stopped}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Outcome {
    match command {
        Command::Test(arguments) => commands::test::run(&arguments),
        Command::Lint => commands::lint::run(),
        Command::Tidy => commands::tidy::run(),
        Command::Ci => commands::ci::run(),
        Command::Architecture => commands::architecture::run(),
        Command::Bench(arguments) => commands::bench::run(&arguments),
        Command::Instructions(arguments) => commands::instructions::run(&arguments),
        Command::Torture(arguments) => commands::torture::run(&arguments),
        Command::Screenshots => commands::screenshots::run(),
    }
}
