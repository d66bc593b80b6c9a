//! Runs the hot paths in this process, one operation after another, for a tool that counts instructions.
//!
//! `cargo xtask instructions` runs it under callgrind. Time goes on with each request and randomness is counted, so that every
//! run does the same. The log is formatted and thrown away.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line program prints"
)]

use std::process::ExitCode;

// The program writes its log by this file, whose crate is not needed here.
#[path = "../../../crates/server/src/logging/fields.rs"]
mod fields;
mod path;
mod server;

use path::HotPath;
use pixie_testing::Outcome;
use server::Server;
// The file of the program's log needs it.
use tracing as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Operations before the count begins: caches fill and statements are prepared.
const WARM_UP: u32 = 20;
/// Operations that are counted.
const COUNTED: u32 = 100;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("pixie-instructions: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Prints a line for each path, in the order of their counts: its name and how many operations were counted.
async fn run() -> Outcome<()> {
    // The log of a server with the default configuration.
    let filter = Targets::new().with_default(LevelFilter::INFO);
    tracing_subscriber::fmt()
        .with_target(false)
        .with_ansi(false)
        .fmt_fields(fields::PlainFields)
        .with_writer(std::io::sink)
        .finish()
        .with(filter.with_target("pixie::requests", LevelFilter::OFF))
        .init();
    let server = Server::start().await?;
    for path in HotPath::ALL {
        let mut token = server.prepare(path).await?;
        for _ in 0..WARM_UP {
            server.operate(path, &mut token).await?;
        }
        a_count_begins_or_ends();
        for _ in 0..COUNTED {
            server.operate(path, &mut token).await?;
        }
        a_count_begins_or_ends();
        println!("{} {COUNTED}", path.name());
    }
    Ok(())
}

/// The counting tool looks for this function by its name, and writes down what was counted since the last time.
#[inline(never)]
fn a_count_begins_or_ends() {
    std::hint::black_box(());
}
