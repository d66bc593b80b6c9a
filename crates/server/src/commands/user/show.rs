//! `pixie user show`: one account.

use clap::Args;

use super::printed::Shown;
use super::{named, printed};
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::open::Missing;

/// Show an account
#[derive(Debug, Args)]
#[command(
    long_about = "Show an account. The subject is the name of the person in tokens (sub); it never changes.",
    after_long_help = "Example:\n  pixie user show alice --json"
)]
pub(in crate::commands) struct Show {
    /// The username.
    username: String,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Show {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let user = self.flags.with_provider(Missing::Refuse, async |provider| {
            Ok(Shown::read(provider, named(provider, &self.username).await?).await?)
        })?;
        self.flags.answer(&printed::json(&user), printed::text(&user))
    }
}
