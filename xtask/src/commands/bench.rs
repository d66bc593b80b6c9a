//! `cargo xtask bench`: builds the release binary and the load generator, and lets the one measure the other.

use crate::cargo::{cargo, program, step};
use crate::outcome::Outcome;
use crate::workspace;
use clap::Args;
use std::path::{self, PathBuf};

/// How long and how hard to measure.
#[derive(Args)]
pub(crate) struct BenchArguments {
    /// Connections that send requests side by side.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Seconds to measure each load.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Write the figures to this file as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Builds both programs apart, so that the server is built with exactly the features that it ships with.
pub(crate) fn run(arguments: &BenchArguments) -> Outcome {
    step(cargo().args(["build", "--release", "--package", "pixie"]))?;
    step(cargo().args(["build", "--release", "--package", "pixie-load"]))?;
    let release = workspace::target().join("release");
    let mut load = program(&release.join("pixie-load").to_string_lossy());
    load.arg("--pixie").arg(release.join("pixie"));
    load.args(["--connections", &arguments.connections.to_string()]);
    load.args(["--seconds", &arguments.seconds.to_string()]);
    if let Some(file) = &arguments.json {
        load.arg("--json")
            .arg(path::absolute(file).unwrap_or_else(|_| file.clone()));
    }
    step(&mut load)
}
