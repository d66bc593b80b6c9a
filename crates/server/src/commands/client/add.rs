//! `pixie client add`: registers an application (RFC 7591 section 2).

use clap::Args;
use pixie_oauth::{ClientId, ClientMetadata};
use pixie_provider::Actor;

use super::metadata_flags::MetadataFlags;
use super::{printed, wrong};
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::open::Missing;

/// Register an application
#[derive(Debug, Args)]
#[command(
    long_about = "Register an application, by flags or by a description in JSON with the names of RFC 7591. What is left out \
                  gets a default: a generated client id, the grants authorization_code and refresh_token, no secret, every \
                  scope of the server. The secret of a confidential application is generated and printed once; one that you \
                  choose goes into the JSON as client_secret.",
    after_long_help = "Examples:\n  pixie client add --name \"My SPA\" --redirect-uri https://app.example.com/callback\n  \
                       pixie client add --client-id reports --confidential --grant client-credentials --scope read\n  \
                       pixie client add --from my-spa.json --json"
)]
pub(in crate::commands) struct Add {
    /// The identifier; generated when left out [JSON: client_id].
    #[arg(long, value_name = "ID", value_parser = ClientId::parse)]
    client_id: Option<ClientId>,
    #[command(flatten)]
    metadata: MetadataFlags,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Add {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let metadata = self.metadata.metadata(None)?;
        let metadata = ClientMetadata {
            client_id: self.client_id.or(metadata.client_id),
            ..metadata
        };
        let registered = self.flags.with_provider(Missing::Make, async |provider| {
            provider
                .register_client(Actor::Operator, &metadata)
                .await
                .map_err(wrong)
        })?;
        let (json, text) = printed::registered(&registered)?;
        self.flags.answer(&json, text)
    }
}
