//! Warnings and errors of operation that repeat: the first is written at once, the others once a minute with their count. Lines
//! about refused requests are never folded: programs that ban addresses count them.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::hash::{Hash as _, Hasher as _};
use std::io::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// The time for which repetitions of a line are counted.
const WINDOW: Duration = Duration::from_secs(60);

/// How often lines whose time is over are looked for.
const CHECK_INTERVAL: Duration = Duration::from_secs(5);

/// Lines that are counted at once; beyond them a line is written as it comes.
const MAX_LINES: usize = 256;

/// The targets of lines about requests.
const OF_REQUESTS: [&str; 3] = ["pixie_web", "pixie_resource", "pixie::requests"];

/// The form of a line, with repetitions folded.
pub(super) struct Folding<F> {
    form: F,
    repeated: Arc<Repeated>,
}

/// The lines that were written less than a minute ago.
pub(super) struct Repeated {
    is_json: bool,
    lines: Mutex<HashMap<u64, Line>>,
}

struct Line {
    written_at: Instant,
    count: u64,
    last: String,
}

impl<F> Folding<F> {
    pub(super) fn new(form: F, repeated: Arc<Repeated>) -> Self {
        Self { form, repeated }
    }
}

impl<S, N, F> FormatEvent<S, N> for Folding<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        if !is_folded(event.metadata()) {
            return self.form.format_event(context, writer, event);
        }
        let mut line = String::new();
        self.form.format_event(context, Writer::new(&mut line), event)?;
        if self.repeated.is_first(key(event, &line), &line, Instant::now()) {
            writer.write_str(&line)?;
        }
        Ok(())
    }
}

fn is_folded(metadata: &Metadata<'_>) -> bool {
    let of_request = OF_REQUESTS
        .iter()
        .any(|target| metadata.target().starts_with(target));
    *metadata.level() <= Level::WARN && !of_request
}

/// The place in the source and the line without its digits: times and numbers differ from one repetition to the next.
fn key(event: &Event<'_>, line: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    event.metadata().callsite().hash(&mut hasher);
    for text in line.split(|character: char| character.is_ascii_digit()) {
        hasher.write(text.as_bytes());
    }
    hasher.finish()
}

impl Repeated {
    pub(super) fn new(is_json: bool) -> Arc<Self> {
        Arc::new(Self {
            is_json,
            lines: Mutex::default(),
        })
    }

    /// Writes the counted lines to standard error as their time is over, on a thread of its own.
    pub(super) fn report(self: &Arc<Self>) {
        let repeated = Arc::downgrade(self);
        let report = move || {
            while let Some(repeated) = repeated.upgrade() {
                let lines = repeated.due(Instant::now());
                // A closed standard error is ignored, as everywhere in the log.
                let _ = std::io::stderr().write_all(lines.concat().as_bytes());
                drop(repeated);
                std::thread::sleep(CHECK_INTERVAL);
            }
        };
        // Without the thread the first line of each kind is written, and no count.
        let _ = std::thread::Builder::new().name("log".to_owned()).spawn(report);
    }

    /// Returns true if a line is to be written; otherwise it is counted.
    fn is_first(&self, key: u64, line: &str, now: Instant) -> bool {
        let mut lines = self.lines();
        if let Some(known) = lines.get_mut(&key) {
            known.count += 1;
            line.clone_into(&mut known.last);
            return false;
        }
        if lines.len() < MAX_LINES {
            let line = Line {
                written_at: now,
                count: 0,
                last: String::new(),
            };
            lines.insert(key, line);
        }
        true
    }

    /// The lines that were repeated and whose time is over, each with its count. What was not repeated is forgotten.
    fn due(&self, now: Instant) -> Vec<String> {
        let mut due = Vec::new();
        self.lines().retain(|_, line| {
            if now.duration_since(line.written_at) < WINDOW {
                return true;
            }
            let count = std::mem::take(&mut line.count);
            if count > 0 {
                due.push(with_count(&line.last, count, self.is_json));
                line.written_at = now;
            }
            count > 0
        });
        due
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<u64, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A line with the number of its repetitions as one more field.
fn with_count(line: &str, count: u64, is_json: bool) -> String {
    let line = line.trim_end();
    match line.strip_suffix('}').filter(|_| is_json) {
        Some(members) => format!("{members},\"repeated\":{count}}}\n"),
        None => format!("{line} repeated={count}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_written_and_the_others_once_a_minute_with_their_count() {
        let (repeated, begin) = (Repeated::new(false), Instant::now());
        assert!(repeated.is_first(1, "down 1\n", begin));
        assert!(repeated.is_first(2, "other\n", begin));
        for number in 2..=100 {
            assert!(!repeated.is_first(1, &format!("down {number}\n"), begin));
        }
        assert_eq!(repeated.due(begin + WINDOW / 2), [""; 0]);
        assert_eq!(repeated.due(begin + WINDOW), ["down 100 repeated=99\n"]);
        assert!(
            !repeated.is_first(1, "down 101\n", begin + WINDOW),
            "the next minute"
        );
        assert!(
            repeated.is_first(2, "other\n", begin + WINDOW),
            "it was not repeated"
        );
        assert_eq!(repeated.due(begin + WINDOW * 2), ["down 101 repeated=1\n"]);
        assert_eq!(repeated.due(begin + WINDOW * 3), [""; 0]);
        assert!(repeated.is_first(1, "down\n", begin + WINDOW * 3), "it is over");
    }

    #[test]
    fn what_is_counted_is_bounded() {
        let (repeated, now) = (Repeated::new(false), Instant::now());
        for key in 0..10_000 {
            assert!(repeated.is_first(key, "line\n", now));
        }
        assert_eq!(repeated.lines().len(), MAX_LINES);
    }

    #[test]
    fn a_count_is_a_member_of_json() {
        let line = with_count("{\"level\":\"WARN\",\"message\":\"down\"}\n", 3, true);
        assert_eq!(line, "{\"level\":\"WARN\",\"message\":\"down\",\"repeated\":3}\n");
    }

    /// Counts lines as a subscriber writes them.
    #[test]
    fn refusals_of_requests_are_never_folded() {
        #[derive(Clone, Default)]
        struct Lines(Arc<Mutex<Vec<u8>>>);
        impl std::io::Write for Lines {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.lock().unwrap().extend_from_slice(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .map_event_format(|form| Folding::new(form, Repeated::new(false)))
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            for number in 0..3 {
                tracing::warn!(target: "pixie_web::respond", reason = "wrong password", "refused");
                tracing::warn!(target: "pixie_store::lanes", error = "gone", number, "a commit failed");
                tracing::info!(target: "pixie_provider::jobs", "swept");
            }
            tracing::warn!(target: "pixie_store::lanes", error = "another", "a commit failed");
        });
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let count = |words: &str| text.matches(words).count();
        assert_eq!(count("refused"), 3, "{text}");
        assert_eq!(count("swept"), 3, "{text}");
        assert_eq!(count("error=\"gone\""), 1, "{text}");
        assert_eq!(count("error=\"another\""), 1, "{text}");
    }
}
