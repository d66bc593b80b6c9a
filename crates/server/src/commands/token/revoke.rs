//! `pixie token revoke`: a token, or all of a person or an application, are dead from now on.

use clap::Args;
use pixie_oauth::ClientId;
use pixie_provider::{Actor, Provider};
use serde_json::json;

use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::commands::text::count;
use crate::commands::{client, input, user};
use crate::open::Missing;

/// End a token, or all tokens of a person or an application
#[derive(Debug, Args)]
#[command(
    long_about = "End a token that is read from standard input (its first line), never from the command line, which every \
                  process can read. A refresh token takes its whole family with it. With --user or --client, or both, it ends \
                  all tokens of that person, of that application, or of that person with that application instead.",
    after_long_help = "Examples:\n  pixie token revoke < leaked-token\n  pixie token revoke --user alice\n  \
                       pixie token revoke --user alice --client my-spa"
)]
pub(in crate::commands) struct Revoke {
    /// All tokens of this person.
    #[arg(long, value_name = "USERNAME")]
    user: Option<String>,
    /// All tokens of this application.
    #[arg(long, value_name = "ID", value_parser = ClientId::parse)]
    client: Option<ClientId>,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Revoke {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let revoked = if self.user.is_none() && self.client.is_none() {
            self.one()?
        } else {
            self.flags
                .with_provider(Missing::Refuse, async |provider| self.all(provider).await)?
        };
        let text = format!(
            "Ended {}.\n",
            count(
                revoked,
                "token or family of tokens",
                "tokens and families of tokens"
            )
        );
        self.flags.answer(&json!({ "revoked": revoked }), text)
    }

    fn one(&self) -> Result<u64, CommandError> {
        let token = if input::is_asked_by_a_person() {
            input::ask("Token: ")?
        } else {
            input::first_line("token")?
        };
        self.flags.with_provider(Missing::Refuse, async |provider| {
            if provider.revoke_any_token(Actor::Operator, token.trim()).await? {
                Ok(1)
            } else {
                Err(CommandError::because(
                    "this is no token that is alive here: it was ended before, has expired, or is from another server",
                ))
            }
        })
    }

    async fn all(&self, provider: &Provider) -> Result<u64, CommandError> {
        let user = match &self.user {
            Some(username) => Some(user::named(provider, username).await?.id),
            None => None,
        };
        let client = match &self.client {
            Some(id) => Some(client::named(provider, id).await?.key),
            None => None,
        };
        Ok(provider.revoke_tokens_of(Actor::Operator, user, client).await?)
    }
}
