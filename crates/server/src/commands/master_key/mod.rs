//! `pixie master-key`: another master key in the place of the one in use.

mod retire;
mod rotate;

use clap::Subcommand;

use super::answer::Answer;
use super::error::CommandError;

/// Replace the master key, which seals what is stored and read back
#[derive(Debug, Subcommand)]
pub(super) enum MasterKeyCommand {
    Rotate(rotate::Rotate),
    Retire(retire::Retire),
}

impl MasterKeyCommand {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        match self {
            Self::Rotate(command) => command.run(),
            Self::Retire(command) => command.run(),
        }
    }
}
