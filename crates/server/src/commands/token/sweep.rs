//! `pixie token sweep`: what has expired is removed now.

use clap::Args;
use serde_json::to_value;

use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::failure::Failure;
use crate::commands::text::count;
use crate::open::Missing;

/// Remove what has expired
#[derive(Debug, Args)]
#[command(
    long_about = "Remove what has expired: tokens, codes, sessions, links. `pixie serve` does that every minute by itself; this \
                  command is for a database that is not served.",
    after_long_help = "Example:\n  pixie token sweep"
)]
pub(in crate::commands) struct Sweep {
    #[command(flatten)]
    flags: CommandFlags,
}

impl Sweep {
    pub(super) fn run(self) -> Result<Answer, Failure> {
        let swept = self
            .flags
            .with_provider(Missing::Refuse, async |provider| Ok(provider.sweep().await?))?;
        let text = format!("Removed {}.\n", count(swept.total(), "row", "rows"));
        self.flags.answer(&to_value(swept)?, text)
    }
}
