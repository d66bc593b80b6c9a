//! `pixie client rotate-secret`: another secret for a confidential application.

use clap::Args;
use pixie_oauth::ClientId;
use pixie_provider::Actor;

use super::{named, printed, refused};
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::open::Missing;

/// Give a confidential application another secret
#[derive(Debug, Args)]
#[command(
    long_about = "Give a confidential application another secret, generated and printed once. The one before it is worth \
                  nothing from now on; tokens that the application has stay valid.",
    after_long_help = "Example:\n  pixie client rotate-secret reports --json | jq -r .client_secret"
)]
pub(in crate::commands) struct RotateSecret {
    /// The client id.
    #[arg(value_parser = ClientId::parse)]
    client_id: ClientId,
    #[command(flatten)]
    flags: CommandFlags,
}

impl RotateSecret {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let registered = self.flags.with_provider(Missing::Refuse, async |provider| {
            let client = named(provider, &self.client_id).await?;
            let rotated = provider.rotate_client_secret(Actor::Operator, client.key).await;
            rotated.map_err(|refusal| refused(&client.id, refusal))
        })?;
        let (json, text) = printed::registered(&registered)?;
        self.flags.answer(&json, text)
    }
}
