//! The log: lines for people or JSON objects for programs, on standard error.

mod folding;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

use crate::config::{LogFormat, Logging};
use folding::{Folding, Repeated};

/// The target of the log lines of requests.
const REQUESTS: &str = "pixie::requests";

/// Starts the log of this process.
///
/// # Errors
/// When the process already has a log.
pub fn start(logging: &Logging) -> Result<(), TryInitError> {
    let is_json = logging.format == LogFormat::Json;
    let repeated = Repeated::new(is_json);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter(logging)))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
    match logging.format {
        LogFormat::Human => builder
            .with_target(false)
            .map_event_format(|form| Folding::new(form, repeated.clone()))
            .finish()
            .try_init(),
        LogFormat::Json => builder
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .map_event_format(|form| Folding::new(form, repeated.clone()))
            .finish()
            .try_init(),
    }?;
    repeated.report();
    Ok(())
}

/// The filter: the level as given. The lines of requests follow their own switch, at every level.
fn filter(logging: &Logging) -> String {
    let requests = if logging.requests { "info" } else { "off" };
    format!("{},{REQUESTS}={requests}", logging.level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_requests_are_wanted_or_not_whatever_the_level() {
        let given = |level: &str, requests| {
            filter(&Logging {
                level: level.to_owned(),
                requests,
                ..Logging::default()
            })
        };
        insta::assert_snapshot!(given("debug", false), @"debug,pixie::requests=off");
        insta::assert_snapshot!(given("error", true), @"error,pixie::requests=info");
    }
}
