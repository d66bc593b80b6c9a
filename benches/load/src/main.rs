//! Drives complete OAuth flows against a `pixie serve` that it starts itself, and prints what they cost beside what their
//! parts cost.
//!
//! `cargo xtask bench` builds and runs it. Only answers that the protocol promises are counted: the first
//! answer of any other kind ends the run with a failure.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line program prints"
)]

use clap::Parser;
use pixie_testing::Outcome;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

mod api;
mod backlog;
mod disk;
mod load;
mod makeup;
mod measure;
mod parts;
mod process;
mod report;
mod running;
mod seed;
mod server;
mod stored;
mod sweeping;
mod swept;
mod targets;

use load::Load;
use measure::Pace;
use report::{Report, Stage};
use running::Running;
use seed::Seeded;
use server::{Place, Server};
use stored::Life;

// As in the server, so that the bare request of the protected API is what it is there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures a Pixie binary.
#[derive(Parser)]
struct Arguments {
    /// The `pixie` binary to measure.
    #[arg(long, default_value = "pixie")]
    pixie: PathBuf,
    /// Connections that send requests side by side.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    connections: u16,
    /// Seconds to measure each load.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Measure only these loads, beside a request without work, which is a part of each.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Load>,
    /// How many tokens are stored before the measurement; several numbers, rising, for several measurements.
    #[arg(long, value_delimiter = ',', default_value = "0")]
    stored_tokens: Vec<u64>,
    /// Measure how so many tokens are swept that have ended before the server starts: the loads meanwhile and afterwards, beside
    /// those on an empty database.
    #[arg(long, conflicts_with_all = ["only", "stored_tokens", "database", "postgres"])]
    expired_tokens: Option<u64>,
    /// Measure on this empty PostgreSQL database.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Measure on a PostgreSQL that is started for it and flushes every commit.
    #[arg(long, conflicts_with = "database")]
    postgres: bool,
    /// The folder in which the databases are made: it decides which disk is measured.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Write the figures to this file as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Write the tables into this document, between its marks for this database.
    #[arg(long)]
    document: Option<PathBuf>,
    /// Be the protected API that is measured, for this issuer.
    #[arg(long, hide = true)]
    protect_for: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = match &arguments.protect_for {
        Some(issuer) => api::serve(issuer).await,
        None => Box::pin(run(&arguments)).await,
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("pixie-load: {failure}");
            ExitCode::FAILURE
        }
    }
}

impl Arguments {
    /// Tells if a load is measured. A request without work is a part of every other one.
    fn measures(&self, load: Load) -> bool {
        self.only.is_empty() || self.only.contains(&load) || load == Load::Request
    }
}

async fn run(arguments: &Arguments) -> Outcome<()> {
    let folder = match &arguments.folder {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    if let Some(tokens) = arguments.expired_tokens {
        return sweeping::run(arguments, folder.path(), tokens).await;
    }
    let cluster = arguments.postgres.then(pixie_testing::postgres::Cluster::durable);
    if let Some(cluster) = &cluster {
        cluster.create_database("bench");
    }
    let started = cluster.as_ref().map(|cluster| cluster.url("bench"));
    let place = Place {
        folder: folder.path().to_owned(),
        database: started.or_else(|| arguments.database.clone()),
        postmaster: cluster.as_ref().map(pixie_testing::postgres::Cluster::process_id),
    };
    let mut report = Report::begin(&arguments.pixie, &place)?;
    report.flush = disk::flushes(folder.path())?;
    report.parts = parts::measure(folder.path())?;
    let first_start = Server::start(&arguments.pixie, &place).await?;
    report.first_start_up_ms = first_start.start_up.as_secs_f64() * 1e3;
    first_start.stop()?;
    let seeded = Arc::new(seed::seed(&arguments.pixie, &place)?);
    for tokens in &arguments.stored_tokens {
        fill(&place, *tokens)?;
        let mut stage = stage(arguments, &place, &seeded, *tokens).await?;
        report.add_up(&mut stage);
        println!("{stage}");
        report.stages.push(stage);
    }
    if place.postmaster.is_some() && arguments.measures(Load::Code) {
        report.code_on_sqlite_us = Some(code_on_sqlite(arguments, folder.path()).await?);
    }
    println!("{report}");
    if let Some(document) = &arguments.document {
        let text = std::fs::read_to_string(document)?;
        std::fs::write(document, report.written_into(&text)?)?;
    }
    if let Some(file) = &arguments.json {
        std::fs::write(file, report.as_json()?)?;
    }
    Ok(())
}

fn fill(place: &Place, tokens: u64) -> Outcome<()> {
    if tokens == 0 {
        return Ok(());
    }
    match &place.database {
        Some(url) => stored::fill_postgres(url, tokens),
        None => stored::fill_sqlite(&place.sqlite_file(), tokens, Life::Alive),
    }
}

/// CPU microseconds of a code flow on a SQLite file, for the comparison with PostgreSQL in the same run.
async fn code_on_sqlite(arguments: &Arguments, folder: &Path) -> Outcome<f64> {
    let place = Place {
        folder: folder.join("sqlite"),
        database: None,
        postmaster: None,
    };
    std::fs::create_dir(&place.folder)?;
    Server::start(&arguments.pixie, &place).await?.stop()?;
    let seeded = Arc::new(seed::seed(&arguments.pixie, &place)?);
    let running = Running::start(arguments, &place, seeded).await?;
    let measured = running.run.measure(Load::Code, Pace::AsFastAsPossible).await?;
    running.stop().await?;
    Ok(measured.cpu_us())
}

/// Starts the server on what is stored and measures the loads: all of them if nothing is stored.
async fn stage(arguments: &Arguments, place: &Place, seeded: &Arc<Seeded>, tokens: u64) -> Outcome<Stage> {
    let running = Running::start(arguments, place, Arc::clone(seeded)).await?;
    let (server, run) = (&running.server, &running.run);
    let mut stage = Stage::begin(server, place, tokens);
    let loads: &[Load] = if tokens == 0 { &Load::ALL } else { &Load::ON_STORED };
    for load in loads.iter().filter(|load| arguments.measures(**load)) {
        // Hashing has buffers of its own, which are not what a token costs.
        if *load == Load::Login {
            stage.note_memory(server)?;
        }
        let measured = run.measure(*load, Pace::AsFastAsPossible).await?;
        let half = measured.per_second / 2.0;
        stage.loads.push(measured);
        if *load == Load::Code {
            stage.loads.push(run.measure(*load, Pace::PerSecond(half)).await?);
        }
    }
    stage.note_memory(server)?;
    running.stop().await?;
    stage.note_size(place);
    Ok(stage)
}

/// The size of a file in bytes; nothing if it cannot be read.
fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |found| found.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_is_measured_alone_and_on_sqlite() {
        let parsed = |more: &[&str]| {
            let arguments = ["pixie-load", "--expired-tokens", "5"];
            Arguments::try_parse_from(arguments.iter().chain(more))
        };
        assert_eq!(parsed(&[]).ok().unwrap().expired_tokens, Some(5));
        for more in [
            ["--postgres"].as_slice(),
            &["--only", "code"],
            &["--stored-tokens", "9"],
        ] {
            assert!(parsed(more).is_err(), "{more:?}");
        }
    }
}
