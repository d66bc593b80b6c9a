//! `pixie migrate`: the tables of an older version become those of this one.

use clap::Args;
use pixie_store::{migrate_postgres, pending_migrations, pending_postgres_migrations};
use serde_json::json;

use super::answer::Answer;
use super::command_flags::{CommandFlags, on_this_thread};
use super::error::CommandError;
use crate::config::{Config, DatabaseUrl};
use crate::open::{Missing, open_postgres, open_sqlite, patiently};

/// Change the tables of an older version to those of this one
#[derive(Debug, Args)]
#[command(
    long_about = "Change the database's tables to those of this version, making the database where there is none. `pixie \
                  serve` does the same at its start; this command is for doing it apart, or for seeing what would be done.",
    after_long_help = "Example:\n  pixie migrate --dry-run"
)]
pub(super) struct Migrate {
    /// Only print what would be done.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Migrate {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let config = self.flags.config()?;
        let database = config.database_name();
        let migrations = match &config.database.url {
            Some(url) => on_this_thread(self.postgres(&config, url))?,
            None => self.sqlite(&config)?,
        };
        let lines: String = migrations.iter().map(|name| format!("  {name}\n")).collect();
        let text = match (migrations.is_empty(), self.dry_run) {
            (true, _) => format!("{database}: nothing to do\n"),
            (false, true) => format!("{database}: would be changed by\n{lines}"),
            (false, false) => format!("{database}: changed by\n{lines}"),
        };
        let json = json!({ "database": database, "dry_run": self.dry_run, "migrations": migrations });
        self.flags.answer(&json, text)
    }

    fn sqlite(&self, config: &Config) -> Result<Vec<String>, CommandError> {
        let migrations = pending_migrations(&config.database_path())?;
        if !self.dry_run {
            open_sqlite(config, Missing::Make)?;
        }
        Ok(migrations)
    }

    async fn postgres(&self, config: &Config, url: &DatabaseUrl) -> Result<Vec<String>, CommandError> {
        let open = open_postgres(config, url, Missing::Make);
        Ok(if self.dry_run {
            pending_postgres_migrations(&open).await?
        } else {
            patiently(config.database.start_timeout, async || {
                migrate_postgres(&open).await
            })
            .await?
        })
    }
}
