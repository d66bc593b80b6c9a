//! `[logging]`: the log, which goes to standard error.

use toml::Value;
use tracing_subscriber::filter::Targets;

use super::key::section;
use super::setting::{Setting, must_be};

section! {
    /// The log, which goes to standard error.
    Logging = "logging" {
        /// How a line looks: `human` for people, `json` for programs.
        format: LogFormat = LogFormat::Human;
        /// How much is logged: `error`, `warn`, `info`, `debug` or `trace`, also per part, such as `info,hyper=debug`.
        level: String = "info".to_owned(), if is_filter;
        /// Writes a line for each request when it is answered: endpoint, outcome, status and time.
        requests: bool = false;
    }
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

impl Setting for LogFormat {
    fn form() -> String {
        "\"human\" or \"json\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        match value.as_str() {
            Some("human") => Ok(Self::Human),
            Some("json") => Ok(Self::Json),
            _ => Err(must_be::<Self>()),
        }
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(
            if *self == Self::Json { "json" } else { "human" }.to_owned(),
        ))
    }
}

#[expect(clippy::ptr_arg, reason = "a rule receives the value as its setting has it")]
fn is_filter(level: &String) -> Result<(), String> {
    let words = ["off", "error", "warn", "info", "debug", "trace"];
    let plain = |part: &str| {
        part.rsplit_once('=')
            .is_none_or(|(_, level)| words.contains(&level))
    };
    let known = |part: &str| part.contains(['=', ':']) || words.contains(&part);
    let parsed = level.parse::<Targets>().is_ok();
    if parsed
        && level
            .split(',')
            .map(str::trim)
            .all(|part| plain(part) && known(part))
    {
        Ok(())
    } else {
        Err("must be error, warn, info, debug or trace, or a list such as \"info,hyper=debug\"".to_owned())
    }
}
