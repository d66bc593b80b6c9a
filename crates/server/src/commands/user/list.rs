//! `pixie user list`: the accounts that there are.

use clap::Args;
use pixie_provider::Provider;
use serde_json::Value;

use super::printed::{self, Shown};
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::commands::text::table;
use crate::open::Missing;

/// How many are read at once.
const PAGE: u32 = 500;

/// List the accounts
#[derive(Debug, Args)]
#[command(
    long_about = "List the accounts, the oldest first.",
    after_long_help = "Example:\n  pixie user list"
)]
pub(in crate::commands) struct List {
    #[command(flatten)]
    flags: CommandFlags,
}

impl List {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let users = self
            .flags
            .with_provider(Missing::Refuse, async |provider| all(provider).await)?;
        let json = users.iter().map(printed::json).collect();
        let text = if users.is_empty() {
            "There are no accounts. `pixie user add USERNAME --admin` makes the first.\n".to_owned()
        } else {
            let rows: Vec<_> = users.iter().map(row).collect();
            table(["USERNAME", "NAME", "E-MAIL", "ROLE", "SIGN-IN"], &rows)
        };
        self.flags.answer(&Value::Array(json), text)
    }
}

async fn all(provider: &Provider) -> Result<Vec<Shown>, CommandError> {
    let mut users: Vec<Shown> = Vec::new();
    loop {
        let page = provider
            .list_accounts(users.last().map(|shown| shown.user.id), PAGE)
            .await?;
        if page.is_empty() {
            return Ok(users);
        }
        for user in page {
            users.push(Shown::read(provider, user).await?);
        }
    }
}

fn row(shown: &Shown) -> [String; 5] {
    let user = &shown.user;
    [
        user.username.to_string(),
        user.name.clone().unwrap_or_default(),
        user.email.clone().unwrap_or_default(),
        printed::role(user).to_owned(),
        printed::sign_in(shown),
    ]
}
