//! `pixie config`: what the configuration is and could be.

mod check;
mod default;

use clap::Subcommand;

use super::answer::Answer;
use super::error::CommandError;

/// Check the configuration, or print one to begin with
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    Check(Box<check::Check>),
    Default(default::Default),
}

impl ConfigCommand {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        match self {
            Self::Check(command) => command.run(),
            Self::Default(command) => command.run(),
        }
    }
}

/// A configuration that is written as TOML, as JSON.
fn as_json(toml: &str) -> Result<serde_json::Value, CommandError> {
    Ok(serde_json::to_value(toml::from_str::<toml::Table>(toml)?)?)
}
