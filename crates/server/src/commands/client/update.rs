//! `pixie client update`: changes the metadata of an application (RFC 7592 section 2.2, fields left out stay).

use clap::Args;
use pixie_oauth::ClientId;
use pixie_provider::Actor;

use super::metadata_flags::MetadataFlags;
use super::{named, printed, refused};
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::open::Missing;

/// Change an application
#[derive(Debug, Args)]
#[command(
    long_about = "Change an application, by flags or by a description in JSON with the names of RFC 7591. What is left out \
                  stays as it is; a list takes the place of the whole list. An application that becomes confidential gets a \
                  generated secret, printed once, unless the JSON brings one as client_secret.",
    after_long_help = "Examples:\n  pixie client update my-spa --redirect-uri https://app.example.com/callback\n  \
                       pixie client update my-spa --trusted=false\n  \
                       pixie client update my-spa --from my-spa.json"
)]
pub(in crate::commands) struct Update {
    /// The client id.
    #[arg(value_parser = ClientId::parse)]
    client_id: ClientId,
    #[command(flatten)]
    metadata: MetadataFlags,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Update {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let Self {
            client_id,
            metadata,
            flags,
        } = self;
        let registered = flags.with_provider(Missing::Refuse, async |provider| {
            let before = named(provider, &client_id).await?;
            let metadata = metadata.metadata(Some(before.auth_method))?;
            provider
                .update_client(Actor::Operator, before.key, &metadata, Some(before.revision))
                .await
                .map_err(|refusal| refused(&client_id, refusal))
        })?;
        let (json, text) = printed::registered(&registered)?;
        flags.answer(&json, text)
    }
}
