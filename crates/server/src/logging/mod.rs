//! The log: lines for people or JSON objects for programs, on standard error.

mod fields;
mod folding;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

use crate::config::{LogFormat, Logging};
use fields::PlainFields;
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
        .with_max_level(LevelFilter::TRACE)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
    match logging.format {
        LogFormat::Human => builder
            .with_target(false)
            .fmt_fields(PlainFields)
            .map_event_format(|form| Folding::new(form, repeated.clone()))
            .finish()
            .with(filter(logging))
            .try_init(),
        LogFormat::Json => builder
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .map_event_format(|form| Folding::new(form, repeated.clone()))
            .finish()
            .with(filter(logging))
            .try_init(),
    }?;
    repeated.report();
    Ok(())
}

/// The filter: the level as given, which the configuration has checked. The lines of requests follow their own switch, at every
/// level.
fn filter(logging: &Logging) -> Targets {
    let requests = if logging.requests {
        LevelFilter::INFO
    } else {
        LevelFilter::OFF
    };
    let level = logging.level.parse::<Targets>();
    level
        .unwrap_or_else(|_| Targets::new().with_default(LevelFilter::INFO))
        .with_target(REQUESTS, requests)
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
        let (debug, error) = (given("debug,hyper=warn", false), given("error", true));
        assert!(debug.would_enable("pixie_web::frame", &tracing::Level::DEBUG));
        assert!(!debug.would_enable("hyper::proto", &tracing::Level::INFO));
        assert!(!debug.would_enable(REQUESTS, &tracing::Level::ERROR));
        assert!(!error.would_enable("pixie_web::frame", &tracing::Level::WARN));
        assert!(error.would_enable(REQUESTS, &tracing::Level::INFO));
    }
}
