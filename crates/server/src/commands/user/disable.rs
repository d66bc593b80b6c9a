//! `pixie user disable`: an account that nobody signs in to any more, and the way back.

use clap::Args;
use pixie_provider::Actor;

use super::printed::Shown;
use super::{named, printed};
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::open::Missing;

/// Disable an account, or enable it again
#[derive(Debug, Args)]
#[command(
    long_about = "Disable an account: nobody can sign in to it, and its sessions and tokens end at once. With --undo it can be \
                  signed in to again; what has ended stays ended.",
    after_long_help = "Examples:\n  pixie user disable bob\n  pixie user disable bob --undo"
)]
pub(in crate::commands) struct Disable {
    /// The username.
    username: String,
    /// Enable the account again.
    #[arg(long)]
    undo: bool,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Disable {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let username = &self.username;
        let user = self.flags.with_provider(Missing::Refuse, async |provider| {
            let user = named(provider, username).await?;
            provider
                .set_disabled(Actor::Operator, user.id, !self.undo)
                .await?;
            Ok(Shown::read(provider, named(provider, username).await?).await?)
        })?;
        let text = if self.undo {
            format!("{} can sign in again.\n", user.user.username)
        } else {
            format!(
                "{} is disabled. Their sessions and tokens have ended.\n",
                user.user.username
            )
        };
        self.flags.answer(&printed::json(&user), text)
    }
}
