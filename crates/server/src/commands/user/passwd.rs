//! `pixie user passwd`: another password for an account.

use clap::Args;
use pixie_provider::{Actor, SystemRandomness};
use serde_json::json;

use super::password_flags::PasswordFlags;
use super::printed::Shown;
use super::{named, printed};
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::open::Missing;

/// Give an account another password
#[derive(Debug, Args)]
#[command(
    long_about = "Give an account another password, asked for on the terminal, twice and without showing it, unless a flag \
                  says otherwise. Whoever is signed in to the account is signed out, and its refresh tokens end.",
    after_long_help = "Examples:\n  pixie user passwd alice\n  pixie user passwd bob --generate-password"
)]
pub(in crate::commands) struct Passwd {
    /// The username.
    username: String,
    #[command(flatten)]
    password: PasswordFlags,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Passwd {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let username = &self.username;
        let (shown_account, password) = self.flags.with_provider(Missing::Refuse, async |provider| {
            named(provider, username).await?;
            let password = self.password.obtain(&SystemRandomness)?;
            let user = named(provider, username).await?;
            provider
                .set_password(Actor::Operator, &user, &password.text)
                .await?;
            let changed = named(provider, username).await?;
            Ok((Shown::read(provider, changed).await?, password))
        })?;
        let mut shown = printed::json(&shown_account);
        if password.generated {
            shown["password"] = json!(password.text.as_str());
        }
        let text = format!(
            "The password of {} is changed. Their sessions and refresh tokens have ended.\n{}",
            shown_account.user.username,
            password.shown_once()
        );
        self.flags.answer(&shown, text)
    }
}
