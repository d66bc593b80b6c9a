//! `pixie user delete`: the end of an account.

use clap::Args;
use pixie_provider::{AccountRefusal, Actor};
use serde_json::json;

use super::named;
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::commands::input;
use crate::open::Missing;

/// Delete an account
#[derive(Debug, Args)]
#[command(
    long_about = "Delete an account with its sign-in methods, sessions, tokens and consents. It cannot be undone. Applications that the person \
                  registered go on working and belong to nobody: administrators look after them. Stored events stay, with the id of the \
                  account. The last administrator who may sign in cannot be deleted. If the person may come back, disable the account \
                  instead.",
    after_long_help = "Examples:\n  pixie user delete bob\n  pixie user delete bob --yes"
)]
pub(in crate::commands) struct Delete {
    /// The username.
    username: String,
    /// Do not ask for the username once more.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Delete {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let id = self.flags.with_provider(Missing::Refuse, async |provider| {
            let user = named(provider, &self.username).await?;
            if !self.yes {
                confirm(user.username.as_str())?;
            }
            let deleted = provider.delete_account(Actor::Operator, &user).await;
            deleted.map_err(|refusal| match refusal {
                AccountRefusal::LastAdministrator => CommandError::because(format!(
                    "{} is the last administrator who may sign in; make another one first, with `pixie user add NAME --admin` or \
                     `pixie user update NAME --admin true`",
                    user.username
                )),
                other => other.into(),
            })?;
            Ok(user.id)
        })?;
        self.flags.answer(
            &json!({ "id": id, "username": self.username, "deleted": true }),
            format!(
                "Deleted the account {}. Its events stay, under the id {id}.\n",
                self.username
            ),
        )
    }
}

/// Asks for the username, so that nobody deletes an account by a slip.
fn confirm(username: &str) -> Result<(), CommandError> {
    if !input::is_asked_by_a_person() {
        return Err(CommandError::because(
            "deleting an account cannot be undone; add --yes if you mean it",
        ));
    }
    let question = format!("This deletes the account {username} for good. Type the username to go on: ");
    if input::ask_aloud(&question)? == username {
        Ok(())
    } else {
        Err(CommandError::because(
            "that is not the username; nothing was changed",
        ))
    }
}
