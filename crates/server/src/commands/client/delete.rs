//! `pixie client delete`: an application and everything that it was given.

use clap::Args;
use pixie_oauth::ClientId;
use pixie_provider::Actor;
use serde_json::json;

use super::{named, refused};
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::open::Missing;

/// Delete an application with its tokens and consents
#[derive(Debug, Args)]
#[command(
    long_about = "Delete an application. Its codes and tokens are worth nothing from now on, and what people allowed it is \
                  forgotten. It cannot be undone.",
    after_long_help = "Example:\n  pixie client delete my-spa"
)]
pub(in crate::commands) struct Delete {
    /// The client id.
    #[arg(value_parser = ClientId::parse)]
    client_id: ClientId,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Delete {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let id = &self.client_id;
        self.flags.with_provider(Missing::Refuse, async |provider| {
            let client = named(provider, id).await?;
            provider
                .delete_client(Actor::Operator, client.key)
                .await
                .map_err(|refusal| refused(id, refusal))
        })?;
        self.flags.answer(
            &json!({ "client_id": id, "deleted": true }),
            format!("Deleted the application {id}.\n"),
        )
    }
}
