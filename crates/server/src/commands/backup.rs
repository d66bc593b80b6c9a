//! `pixie backup`: a copy of the database, while it is in use.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::command_flags::CommandFlags;
use super::error::CommandError;
use crate::open::{Missing, master_key_place, open_sqlite};

/// Copy the database to a new file, also while it is served
#[derive(Debug, Args)]
#[command(
    long_about = "Copy the database as it is now to a new file, also while it is served. The copy holds all that was \
                  acknowledged before. It does not hold the master key, without which it cannot be served: keep a copy of \
                  that in another place.",
    after_long_help = "Example:\n  pixie backup /var/backups/pixie-$(date +%F).sqlite3"
)]
pub(super) struct Backup {
    /// The file to make; it must not be there yet.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Backup {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let config = self.flags.config()?;
        if let Some(url) = &config.database.url {
            return Err(CommandError::about(
                url,
                format!(
                    "`pixie backup` copies a SQLite file; copy a PostgreSQL database with its own tool, such as \
                     `pg_dump --format=custom --file='{}' '{url}'`",
                    self.file.display()
                ),
            ));
        }
        let store = open_sqlite(&config, Missing::Refuse)?;
        store.backup(&self.file)?;
        let bytes = std::fs::metadata(&self.file)?.len();
        let key_file = config
            .secrets
            .master_key
            .is_none()
            .then(|| config.master_key_path());
        let place = master_key_place(&config);
        let text = format!(
            "{} is a copy of {}, {bytes} bytes.\nThe master key is not in it: keep a copy of {place} in another place.\n",
            self.file.display(),
            config.database_path().display(),
        );
        let json = json!({
            "backup": self.file, "bytes": bytes, "database": config.database_path(), "master_key_file": key_file,
        });
        self.flags.answer(&json, text)
    }
}
