//! The long forms of the scenarios, with a table at the end; `cargo xtask torture` builds and runs it.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line program prints"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use pixie_testing::{Failure, Outcome};
use torture::scenarios::{Ended, Length, Scenario, Seen, Trial};

/// Breaks a running Pixie and holds it to its word.
#[derive(Parser)]
struct Arguments {
    /// The program `pixie`.
    #[arg(long)]
    pixie: PathBuf,
    /// Minutes for all scenarios together; without it, the short form of each.
    #[arg(long)]
    minutes: Option<u32>,
    /// `true` if a scenario that this machine does not allow is a failure.
    #[arg(long)]
    all: bool,
    /// The folder on whose disk the data folders lie.
    #[arg(long, default_value = "target")]
    disk: PathBuf,
    /// The scenarios, by name; all of them if none is named.
    scenarios: Vec<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("torture: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Outcome {
    let scenarios = match arguments.scenarios.as_slice() {
        [] => Scenario::ALL.to_vec(),
        names => names
            .iter()
            .map(|name| Scenario::named(name))
            .collect::<Outcome<_>>()?,
    };
    let each = u32::try_from(scenarios.len()).unwrap_or(1);
    let length = arguments.minutes.map_or(Length::Short, |minutes| {
        Length::Long(Duration::from_secs(60) * minutes / each)
    });
    println!(
        "{:<16} {:>7} {:>9} {:>8} {:>7} {:>7} {:>9} {:>9} {:>9}",
        "scenario", "rounds", "promises", "reads", "503", "lost", "verified", "replayed", "slowest"
    );
    let mut failed = Vec::new();
    for scenario in scenarios {
        match one(scenario, &arguments.pixie, &arguments.disk, length).await {
            Ok(Ended::Passed(seen)) => print(scenario, &seen),
            Ok(Ended::NotRun(why)) => {
                println!("{:<16} not run: {why}", scenario.name());
                if arguments.all {
                    failed.push(scenario.name());
                }
            }
            Err(failure) => {
                println!("{:<16} FAILED: {failure}", scenario.name());
                failed.push(scenario.name());
            }
        }
    }
    Failure::unless(failed.is_empty(), || format!("not kept: {}", failed.join(", ")))
}

async fn one(scenario: Scenario, binary: &Path, disk: &Path, length: Length) -> Outcome<Ended> {
    let folder = tempfile::tempdir_in(disk)?;
    let trial = Trial {
        binary,
        folder: folder.path(),
        length,
    };
    scenario.run(trial).await
}

fn print(scenario: Scenario, seen: &Seen) {
    let tally = seen.tally;
    let slowest = tally.slowest_micros / 1000;
    println!(
        "{:<16} {:>7} {:>9} {:>8} {:>7} {:>7} {:>9} {:>9} {slowest:>6} ms",
        scenario.name(),
        seen.rounds,
        tally.acknowledged,
        tally.reads,
        tally.unavailable,
        tally.lost,
        seen.verified,
        seen.replayed,
    );
    if !seen.note.is_empty() {
        println!("{:<16} {}", "", seen.note);
    }
}
