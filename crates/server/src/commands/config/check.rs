//! `pixie config check`: what would run.

use clap::Args;

use super::as_json;
use crate::commands::answer::Answer;
use crate::commands::apply::declared;
use crate::commands::error::CommandError;
use crate::config::{Config, Flags, ServeFlags};
use crate::open::settings;

/// Print what would run, or say what is wrong
#[derive(Debug, Args)]
#[command(
    long_about = "Print the configuration that `pixie serve` would run with the same flags, environment and file, with every \
                  secret hidden and the source of every value that is not a default; or say what is wrong and where.",
    after_long_help = "Example:\n  pixie config check --config /etc/pixie.toml"
)]
pub(in crate::commands) struct Check {
    /// Print one JSON document instead of TOML.
    #[arg(long)]
    json: bool,
    #[command(flatten, next_help_heading = "Configuration")]
    flags: ServeFlags,
}

impl Check {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let config = Config::load(&Flags::from(self.flags))?;
        settings(&config)?;
        declared(&config)?;
        let toml = config.to_toml_hidden();
        if self.json {
            return Ok(Answer::text(format!(
                "{}\n",
                serde_json::to_string_pretty(&as_json(&toml)?)?
            )));
        }
        Ok(Answer::text(toml))
    }
}
