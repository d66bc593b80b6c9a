//! `pixie client show`: one application with everything that is known of it, except its secret.

use clap::Args;
use pixie_oauth::ClientId;

use super::{named, printed};
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::open::Missing;

/// Show an application
#[derive(Debug, Args)]
#[command(
    long_about = "Show an application. Its secret cannot be shown: only a hash of it is kept. With --json it is a description \
                  that `pixie client add` and `pixie client update` can read.",
    after_long_help = "Example:\n  pixie client show my-spa --json > my-spa.json"
)]
pub(in crate::commands) struct Show {
    /// The client id.
    #[arg(value_parser = ClientId::parse)]
    client_id: ClientId,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Show {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let client = self.flags.with_provider(Missing::Refuse, async |provider| {
            named(provider, &self.client_id).await
        })?;
        self.flags
            .answer(&printed::json(&client, None)?, printed::text(&client))
    }
}
