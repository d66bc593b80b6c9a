//! `pixie keys withdraw`: a key that others may know ends at once.

use std::time::Duration;

use clap::Args;
use pixie_provider::Actor;

use super::printed::{READ_AGAIN_WITHIN, state};
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::open::Missing;

/// Withdraw a signing key that others may know
#[derive(Debug, Args)]
#[command(
    long_about = "Withdraw a signing key that others may know. It leaves the published keys at once, and everything that it \
                  signed is refused: access tokens by introspection and userinfo, ID tokens as a hint at a sign-out, both by \
                  everybody who fetches the keys again. If the key signs, a new one signs from now on. People stay signed in, \
                  and refresh tokens go on working. It cannot be undone; to replace a key without that, use `pixie keys rotate`. The command ends when \
                  running servers have this, within two seconds.",
    after_long_help = "Example:\n  pixie keys withdraw NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
)]
pub(in crate::commands) struct Withdraw {
    /// The key id, as `pixie keys list` prints it.
    #[arg(value_name = "KID")]
    kid: String,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Withdraw {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let withdrawn = self.flags.with_provider(Missing::Refuse, async |provider| {
            let withdrawn = provider.withdraw_key(Actor::Operator, &self.kid).await?;
            tokio::time::sleep(Duration::from_secs(READ_AGAIN_WITHIN.into())).await;
            Ok(withdrawn)
        })?;
        let mut text = format!("{} {}: withdrawn\n", withdrawn.algorithm, withdrawn.kid);
        if let Some(key) = &withdrawn.successor {
            text.push_str(&format!("{} {}: {}\n", key.algorithm, key.kid, state(key)));
        }
        text.push_str("Running servers have this.\n");
        self.flags.answer(&serde_json::to_value(&withdrawn)?, text)
    }
}
