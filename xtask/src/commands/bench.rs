//! `cargo xtask bench`: builds the release binary and the load generator, and lets the one measure the other.

use crate::cargo::{cargo, program, step};
use crate::debian::{self, POSTGRES};
use crate::outcome::Outcome;
use crate::workspace;
use clap::Args;
use std::path::{self, PathBuf};

/// How long, how hard and on what to measure.
#[derive(Args)]
pub(crate) struct BenchArguments {
    /// Connections that send requests side by side.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Seconds to measure each load.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Measure only these loads, such as `code,refresh`, and the parts; without this, all of them.
    #[arg(long, value_name = "LOADS")]
    only: Option<String>,
    /// How many tokens are stored before: rising numbers, such as `0,100000,1000000`, for one measurement each.
    #[arg(long, value_name = "NUMBERS", default_value = "0")]
    stored_tokens: String,
    /// Measure how so many tokens are swept that have ended before the server starts: the loads meanwhile and afterwards, beside
    /// those on an empty database. A million takes some minutes.
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["only", "stored_tokens", "database", "postgres"])]
    expired_tokens: Option<u64>,
    /// Measure on this empty PostgreSQL database.
    #[arg(long, value_name = "URL", conflicts_with = "postgres")]
    database: Option<String>,
    /// Measure on a PostgreSQL that is started for it and flushes every commit.
    #[arg(long)]
    postgres: bool,
    /// The folder in which the databases are made: it decides which disk is measured.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Write the tables into docs/performance.md, and those of `--expired-tokens` into docs/storage.md.
    #[arg(long)]
    document: bool,
    /// Write the figures to this file as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Builds both programs apart, so that the server is built with exactly the features that it ships with.
pub(crate) fn run(arguments: &BenchArguments) -> Outcome {
    if arguments.postgres {
        debian::provide(&POSTGRES)?;
    }
    step(cargo().args(["build", "--release", "--package", "pixie"]))?;
    step(cargo().args(["build", "--release", "--package", "pixie-load"]))?;
    let release = workspace::target().join("release");
    let mut load = program(&release.join("pixie-load").to_string_lossy());
    load.arg("--pixie").arg(release.join("pixie"));
    load.args(["--connections", &arguments.connections.to_string()]);
    load.args(["--seconds", &arguments.seconds.to_string()]);
    match arguments.expired_tokens {
        Some(tokens) => load.args(["--expired-tokens", &tokens.to_string()]),
        None => load.args(["--stored-tokens", &arguments.stored_tokens]),
    };
    if let Some(only) = &arguments.only {
        load.args(["--only", only]);
    }
    if let Some(url) = &arguments.database {
        load.args(["--database", url]);
    }
    if arguments.postgres {
        load.arg("--postgres");
    }
    if arguments.document {
        let swept = arguments.expired_tokens.is_some();
        let name = if swept { "storage" } else { "performance" };
        load.args(["--document", &format!("docs/{name}.md")]);
    }
    for (flag, path) in [("--folder", &arguments.folder), ("--json", &arguments.json)] {
        if let Some(path) = path {
            load.arg(flag)
                .arg(path::absolute(path).unwrap_or_else(|_| path.clone()));
        }
    }
    step(&mut load)
}
