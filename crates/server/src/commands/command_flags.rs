//! The flags that every command takes, and what they lead to: configuration, log, provider.

use std::future::Future;

use clap::Args;
use pixie_provider::Provider;
use serde_json::Value;

use super::answer::Answer;
use super::error::CommandError;
use crate::config::{Config, Flags, Logging};
use crate::logging;
use crate::open::{Missing, Opened, open};

/// The flags of every command but `serve`.
#[derive(Debug, Clone, Args)]
pub(super) struct CommandFlags {
    /// Print one JSON document instead of text for people.
    #[arg(long)]
    json: bool,
    #[command(flatten, next_help_heading = "Configuration")]
    flags: Flags,
}

impl CommandFlags {
    /// Reads the configuration and starts the log, which for commands holds warnings only unless `--log-level` asks for more.
    pub(super) fn config(&self) -> Result<Config, CommandError> {
        let config = Config::load_for_command(&self.flags)?;
        let level = self.flags.log_level().unwrap_or("warn").to_owned();
        logging::start(&Logging {
            level,
            requests: false,
            ..config.logging.clone()
        })?;
        Ok(config)
    }

    /// Works with the provider of the configured data folder.
    pub(super) fn with_provider<T>(
        &self,
        missing: Missing,
        work: impl AsyncFnOnce(&Provider) -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        with_provider(&self.config()?, missing, work)
    }

    /// The answer as the flags ask for it.
    pub(super) fn answer(&self, json: &Value, text: impl Into<String>) -> Result<Answer, CommandError> {
        if self.json {
            Ok(Answer::text(format!("{}\n", serde_json::to_string_pretty(json)?)))
        } else {
            Ok(Answer::text(text))
        }
    }
}

/// Works with the provider of a configuration, and closes its database before the answer is given.
pub(super) fn with_provider<T>(
    config: &Config,
    missing: Missing,
    work: impl AsyncFnOnce(&Provider) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    on_this_thread(async {
        let Opened { provider, database } = Box::pin(open(config, missing)).await?;
        let done = Box::pin(work(&provider)).await;
        database.close().await;
        done
    })
}

/// Runs what is asynchronous to its end.
pub(super) fn on_this_thread<T>(
    work: impl Future<Output = Result<T, CommandError>>,
) -> Result<T, CommandError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
