//! The project's own commands: `cargo xtask <command>`, one file each under `commands/`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line program prints"
)]

use clap::{Parser, Subcommand};
use std::process::ExitCode;

mod cargo;
mod commands;
mod debian;
mod libraries;
mod outcome;
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
    /// Run `lint`, then `test`: what has to pass before a change lands.
    Ci,
    /// Measure the release binary under load.
    Bench(commands::bench::BenchArguments),
    /// Count the instructions of the hot paths and compare them with the record.
    Instructions(commands::instructions::InstructionsArguments),
    /// Break the release binary in every way that machines break, and look whether it keeps its word.
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
        Command::Ci => {
            commands::lint::run()?;
            commands::test::run(&commands::test::TestArguments::default())
        }
        Command::Bench(arguments) => commands::bench::run(&arguments),
        Command::Instructions(arguments) => commands::instructions::run(&arguments),
        Command::Torture(arguments) => commands::torture::run(&arguments),
        Command::Screenshots => commands::screenshots::run(),
    }
}
