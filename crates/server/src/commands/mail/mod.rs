//! `pixie mail`: mail to people.

mod test;

use clap::Subcommand;

use super::answer::Answer;
use super::error::CommandError;

/// Test whether mail can be sent
#[derive(Debug, Subcommand)]
pub(super) enum Mail {
    Test(test::Test),
}

impl Mail {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        match self {
            Self::Test(command) => command.run(),
        }
    }
}
