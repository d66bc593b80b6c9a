//! `pixie token sweep`: what has expired is removed now.

use clap::Args;
use pixie_store::compact;
use serde_json::{json, to_value};

use crate::commands::answer::Answer;
use crate::commands::command_flags::{CommandFlags, with_provider};
use crate::commands::error::CommandError;
use crate::commands::text::count;
use crate::config::Config;
use crate::open::{Missing, ServeLock};

/// Remove what has expired
#[derive(Debug, Args)]
#[command(
    long_about = "Remove what has expired: tokens, codes, sessions, links. `pixie serve` does that all the time by itself; this \
                  command is for a database that is not served. It believes the clock as it is.",
    after_long_help = "Examples:\n  pixie token sweep\n  pixie token sweep --compact"
)]
pub(in crate::commands) struct Sweep {
    /// Write the SQLite file anew without gaps afterwards. The server must not be running, and for as long the disk needs
    /// room for the file twice. A file that an older version made gives room back by itself from then on.
    #[arg(long)]
    compact: bool,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Sweep {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let config = self.flags.config()?;
        let _lock = self.compact.then(|| lock(&config)).transpose()?;
        let swept = with_provider(&config, Missing::Refuse, async |provider| {
            Ok(provider.sweep().await?)
        })?;
        let mut text = format!("Removed {}.\n", count(swept.total(), "row", "rows"));
        let mut json = to_value(swept)?;
        if self.compact {
            let (before, after) = compact(&config.database_path())?;
            text.push_str(&format!("The file had {before} bytes and has {after} now.\n"));
            json["bytes_before"] = json!(before);
            json["bytes_after"] = json!(after);
        }
        self.flags.answer(&json, text)
    }
}

/// No server may use the file while it is rewritten.
fn lock(config: &Config) -> Result<ServeLock, CommandError> {
    if let Some(url) = &config.database.url {
        return Err(CommandError::about(
            url,
            "`--compact` is for a SQLite file; PostgreSQL gives room back itself (autovacuum)",
        ));
    }
    Ok(ServeLock::take(config)?)
}
