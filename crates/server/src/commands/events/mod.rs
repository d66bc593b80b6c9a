//! `pixie events`: what happened, as it is stored for auditors.

mod count;
mod list;
mod printed;

use clap::Subcommand;

use super::answer::Answer;
use super::error::CommandError;

/// Show what happened: who changed what, and who signed in
#[derive(Debug, Subcommand)]
pub(super) enum Events {
    List(list::List),
    Count(count::Count),
}

impl Events {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        match self {
            Self::List(command) => command.run(),
            Self::Count(command) => command.run(),
        }
    }
}
