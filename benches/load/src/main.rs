//! Drives complete OAuth flows against a `pixie serve` that it starts itself, and prints what they cost.
//!
//! `cargo xtask bench` builds and runs it. Only answers that the protocol promises are counted: the first
//! answer of any other kind ends the run with a failure.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line program prints"
)]

use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

mod disk;
mod failure;
mod form;
mod load;
mod measure;
mod process;
mod report;
mod seed;
mod server;
mod sign_in;
mod stopwatch;
mod wire;

use failure::Outcome;
use load::{Load, Target};
use measure::{Pace, Run};
use report::Report;
use server::Server;

/// Measures a Pixie binary.
#[derive(Parser)]
struct Arguments {
    /// The `pixie` binary to measure.
    #[arg(long)]
    pixie: PathBuf,
    /// Connections that send requests side by side.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    connections: u16,
    /// Seconds to measure each load.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Measure only these loads.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Load>,
    /// Write the figures to this file as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("pixie-load: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let first_start = Server::start(&arguments.pixie, folder.path())
        .await?
        .stop()
        .await?;
    let seeded = seed::seed(&arguments.pixie, folder.path())?;
    let server = Server::start(&arguments.pixie, folder.path()).await?;
    let mut report = Report::begin(&arguments.pixie, first_start.start_up, &server)?;

    let target = Arc::new(Target::sign_in(server.address(), seeded).await?);
    let run = Run {
        server: server.process_id(),
        target,
        connections: arguments.connections,
        seconds: arguments.seconds,
    };
    report.flush = disk::flushes(folder.path())?;
    let wanted = |load: &Load| arguments.only.is_empty() || arguments.only.contains(load);
    for load in Load::ALL.into_iter().filter(wanted) {
        report.add(run.measure(load, Pace::AsFastAsPossible).await?);
    }
    if let Some(full) = report.operations_per_second(Load::Code) {
        report.add(run.measure(Load::Code, Pace::PerSecond(full / 2.0)).await?);
    }
    report.finish(&server)?;
    server.stop().await?;

    println!("{report}");
    if let Some(file) = arguments.json {
        std::fs::write(&file, report.as_json()?)?;
    }
    Ok(())
}
