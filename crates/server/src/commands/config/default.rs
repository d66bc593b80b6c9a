//! `pixie config default`: a file to begin with.

use clap::Args;

use super::as_json;
use crate::commands::answer::Answer;
use crate::commands::error::CommandError;
use crate::config::{Config, default_file};

/// Print a configuration file with every key, its meaning and its default
#[derive(Debug, Args)]
#[command(
    long_about = "Print a configuration file to begin with: every key with its meaning and its default, each default behind a #.",
    after_long_help = "Example:\n  pixie config default > pixie.toml"
)]
pub(in crate::commands) struct Default {
    /// Print the defaults as one JSON document instead.
    #[arg(long)]
    json: bool,
}

impl Default {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        if self.json {
            let defaults = as_json(&Config::default().to_toml_hidden())?;
            return Ok(Answer::text(format!(
                "{}\n",
                serde_json::to_string_pretty(&defaults)?
            )));
        }
        Ok(Answer::text(default_file()))
    }
}
