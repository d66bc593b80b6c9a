//! `pixie user`: the accounts of people.

mod add;
mod credentials;
mod delete;
mod disable;
mod invite;
mod link_text;
mod list;
mod passwd;
mod password_flags;
mod person_flags;
mod printed;
mod reset_link;
mod sessions;
mod show;
mod update;

use clap::Subcommand;
use pixie_provider::{Account, AccountRefusal, Provider};

use super::answer::Answer;
use super::error::CommandError;

/// Make, show and change accounts
#[derive(Debug, Subcommand)]
pub(super) enum User {
    Add(add::Add),
    List(list::List),
    Show(show::Show),
    Update(update::Update),
    Passwd(passwd::Passwd),
    Credentials(credentials::Credentials),
    Sessions(sessions::Sessions),
    Disable(disable::Disable),
    Delete(delete::Delete),
    Invite(invite::Invite),
    ResetLink(reset_link::ResetLink),
}

impl User {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        match self {
            Self::Add(command) => command.run(),
            Self::List(command) => command.run(),
            Self::Show(command) => command.run(),
            Self::Update(command) => command.run(),
            Self::Passwd(command) => command.run(),
            Self::Credentials(command) => command.run(),
            Self::Sessions(command) => command.run(),
            Self::Disable(command) => command.run(),
            Self::Delete(command) => command.run(),
            Self::Invite(command) => command.run(),
            Self::ResetLink(command) => command.run(),
        }
    }
}

/// The account that a command names.
pub(super) async fn named(provider: &Provider, username: &str) -> Result<Account, CommandError> {
    provider
        .find_account(username)
        .await
        .map_err(|refusal| match refusal {
            AccountRefusal::Unknown => CommandError::because(format!(
                "there is no account {username:?}; `pixie user list` shows those that there are"
            )),
            other => other.into(),
        })
}
