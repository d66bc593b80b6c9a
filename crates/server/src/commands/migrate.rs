//! `pixie migrate`: the tables of an older version become those of this one.

use clap::Args;
use pixie_store::pending_migrations;
use serde_json::json;

use super::answer::Answer;
use super::command_flags::CommandFlags;
use super::failure::Failure;
use crate::open::{Missing, open_store};

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
    pub(super) fn run(self) -> Result<Answer, Failure> {
        let config = self.flags.config()?;
        let path = config.database_path();
        let migrations = pending_migrations(&path)?;
        if !self.dry_run {
            open_store(&config, Missing::Make)?;
        }
        let lines: String = migrations.iter().map(|name| format!("  {name}\n")).collect();
        let text = match (migrations.is_empty(), self.dry_run) {
            (true, _) => format!("{}: nothing to do\n", path.display()),
            (false, true) => format!("{}: would be changed by\n{lines}", path.display()),
            (false, false) => format!("{}: changed by\n{lines}", path.display()),
        };
        let json = json!({ "database": path, "dry_run": self.dry_run, "migrations": migrations });
        self.flags.answer(&json, text)
    }
}
