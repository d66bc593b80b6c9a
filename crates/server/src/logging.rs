//! The log: lines for people or JSON objects for programs, on standard error.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

use crate::config::{LogFormat, Logging};

/// What says more than anybody wants to know at every start, unless the level asks for it by name.
const QUIET: &str = "refinery_core=warn";

/// Starts the log of this process.
///
/// # Errors
/// When the process already has a log.
pub fn start(logging: &Logging) -> Result<(), TryInitError> {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(format!("{QUIET},{}", logging.level)))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
    match logging.format {
        LogFormat::Human => builder.with_target(false).finish().try_init(),
        LogFormat::Json => builder.json().flatten_event(true).finish().try_init(),
    }
}
