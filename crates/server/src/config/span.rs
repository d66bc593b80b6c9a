//! Durations as people write them: `60` and `"60"` (seconds), `"60s"`, `"500ms"`, `"10m"`, `"1h"`, `"30d"`, `"2w"`.

use std::time::Duration;

use toml::Value;

use super::setting::{Setting, must_be};

const UNITS: [(&str, u64); 6] = [
    ("w", 604_800_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// A hundred years: longer is a slip of the finger, and would overflow a clock somewhere.
const MAX_SPAN: Duration = Duration::from_secs(100 * 365 * 86_400);

impl Setting for Duration {
    fn form() -> String {
        "a duration: seconds, or text such as \"500ms\", \"60s\", \"10m\", \"12h\", \"30d\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        let duration = match value {
            Value::Integer(seconds) => u64::try_from(*seconds).ok().map(Self::from_secs),
            Value::String(text) => parse(text),
            _ => None,
        };
        let duration = duration.ok_or_else(must_be::<Self>)?;
        if duration > MAX_SPAN {
            Err("must not be longer than a hundred years".to_owned())
        } else {
            Ok(duration)
        }
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(written(*self)))
    }
}

fn parse(text: &str) -> Option<Duration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = if unit.is_empty() { "s" } else { unit };
    let (_, milliseconds) = UNITS.iter().find(|(name, _)| *name == unit.trim())?;
    Some(Duration::from_millis(
        number.parse::<u64>().ok()?.checked_mul(*milliseconds)?,
    ))
}

/// The duration in the largest unit that divides it, weeks left out because `30d` reads better than `4w`.
fn written(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    let divides = |unit: &&(&str, u64)| milliseconds.is_multiple_of(u128::from(unit.1));
    match UNITS.iter().skip(1).find(divides) {
        Some((unit, length)) if milliseconds > 0 => format!("{}{unit}", milliseconds / u128::from(*length)),
        _ => "0s".to_owned(),
    }
}

/// Whole seconds, rounded up: a lifetime never becomes zero.
pub(crate) fn whole_seconds(duration: Duration) -> i64 {
    let whole = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    i64::try_from(whole).unwrap_or(i64::MAX)
}

/// Reads the duration of a flag.
pub(crate) fn read_duration(text: &str) -> Result<Duration, String> {
    Duration::read_text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_means_seconds_and_text_has_a_unit() {
        let read = |text: &str| Duration::read_text(text).map(|duration| duration.as_millis());
        assert_eq!(read("60"), Ok(60_000));
        for text in ["0", "\"0\"", "\"0s\"", "0ms"] {
            assert_eq!(read(text), Ok(0), "{text}");
        }
        assert_eq!(read("\"60\""), Ok(60_000));
        assert_eq!(read("500ms"), Ok(500));
        assert_eq!(read("\"10m\""), Ok(600_000));
        assert_eq!(read("1 h"), Ok(3_600_000));
        assert_eq!(read("2w"), Ok(1_209_600_000));
        for wrong in [
            "",
            "m",
            "1.5h",
            "-1",
            "10 minutes",
            "99999999999999999999d",
            "99999999999999w",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        insta::assert_snapshot!(read("200000d").unwrap_err(), @"must not be longer than a hundred years");
    }

    #[test]
    fn what_is_written_reads_back() {
        for text in ["0s", "250ms", "90s", "1m", "36h", "7d", "90d"] {
            assert_eq!(written(Duration::read_text(text).unwrap()), text);
        }
    }
}
