//! `pixie token`: ending tokens and sweeping away what has expired.

mod revoke;
mod sweep;

use clap::Subcommand;

use super::answer::Answer;
use super::error::CommandError;

/// End tokens and sweep away what has expired
#[derive(Debug, Subcommand)]
pub(super) enum Token {
    Revoke(revoke::Revoke),
    Sweep(sweep::Sweep),
}

impl Token {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        match self {
            Self::Revoke(command) => command.run(),
            Self::Sweep(command) => command.run(),
        }
    }
}
