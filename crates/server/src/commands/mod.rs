//! The commands of the program `pixie`: a file for each, and the one list of them.

mod answer;
mod apply;
mod backup;
mod client;
mod command_flags;
mod completions;
mod config;
mod demo;
mod descriptions;
mod error;
mod events;
mod input;
mod keys;
mod mail;
mod master_key;
mod migrate;
mod reference;
mod restore;
mod serve;
mod terminal_qr;
mod text;
mod token;
mod user;
mod user_claims;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use reference::reference;

use answer::Answer;
use error::CommandError;

/// An OAuth 2.1 authorization server.
#[derive(Debug, Parser)]
#[command(
    name = "pixie",
    version,
    about,
    long_about = "An OAuth 2.1 authorization server.\n\nCommands work beside a running server: what they \
                  revoke or disable is dead at once, and every other change counts within two seconds. They end with 0 when it is done, 1 when it is refused or failed (one sentence on \
                  standard error says why), 2 when they were called wrongly.",
    after_long_help = "Example:\n  pixie serve",
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    #[command(subcommand)]
    Client(client::Client),
    #[command(subcommand)]
    User(user::User),
    #[command(subcommand)]
    Token(token::Token),
    #[command(subcommand)]
    Keys(keys::Keys),
    #[command(subcommand)]
    MasterKey(master_key::MasterKeyCommand),
    #[command(subcommand)]
    Mail(mail::Mail),
    #[command(subcommand)]
    Events(events::Events),
    Apply(apply::Apply),
    Migrate(migrate::Migrate),
    Backup(backup::Backup),
    Restore(restore::Restore),
    #[command(subcommand)]
    Config(config::ConfigCommand),
    Demo(demo::Demo),
    Completions(completions::Completions),
}

impl Command {
    fn run(self) -> Result<Answer, CommandError> {
        match self {
            Self::Serve(command) => command.run(),
            Self::Client(command) => command.run(),
            Self::User(command) => command.run(),
            Self::Token(command) => command.run(),
            Self::Keys(command) => command.run(),
            Self::MasterKey(command) => command.run(),
            Self::Mail(command) => command.run(),
            Self::Events(command) => command.run(),
            Self::Apply(command) => command.run(),
            Self::Migrate(command) => command.run(),
            Self::Backup(command) => command.run(),
            Self::Restore(command) => command.run(),
            Self::Config(command) => command.run(),
            Self::Demo(command) => command.run(),
            Self::Completions(command) => Ok(command.run()),
        }
    }
}

/// Runs the command line of this process: 0 done, 1 refused or failed with a sentence on standard error, 2 called
/// wrongly.
#[must_use]
pub fn run() -> ExitCode {
    let printed = Cli::parse().command.run().and_then(|answer| answer.print());
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::FAILURE
        }
    }
}
