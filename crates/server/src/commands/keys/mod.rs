//! `pixie keys`: the keys that sign tokens (RFC 7517).

mod import;
mod list;
mod printed;
mod rotate;
mod withdraw;

use clap::Subcommand;

use super::answer::Answer;
use super::error::CommandError;

/// Show, rotate, withdraw and import the keys that sign tokens
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    List(list::List),
    Rotate(rotate::Rotate),
    Withdraw(withdraw::Withdraw),
    Import(import::Import),
}

impl Keys {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        match self {
            Self::List(command) => command.run(),
            Self::Rotate(command) => command.run(),
            Self::Withdraw(command) => command.run(),
            Self::Import(command) => command.run(),
        }
    }
}
