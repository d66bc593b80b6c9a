//! Dates and durations as text for pages.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use pixie_provider::Timestamp;

use crate::texts::{Text, text};

/// A day, such as `3 November 2026`.
pub(crate) fn day(moment: Timestamp) -> Text {
    let at = in_utc(moment);
    text!("moment-day", day = at.day(), month = at.month(), year = at.year())
}

/// A time, such as `3 November 2026, 09:30 UTC`.
pub(crate) fn minute(moment: Timestamp) -> Text {
    let at = in_utc(moment);
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    text!(
        "moment-minute",
        day = at.day(),
        month = at.month(),
        year = at.year(),
        time = time
    )
}

/// The time on the calendar. What is outside of the calendar is shown as its beginning.
fn in_utc(moment: Timestamp) -> DateTime {
    let moment = jiff::Timestamp::from_second(moment.seconds()).unwrap_or_default();
    Offset::UTC.to_datetime(moment)
}

/// A duration in the largest unit that divides it, such as `2 hours`.
pub(crate) fn in_words(seconds: i64) -> Text {
    let units = [(86_400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds")];
    let whole = units.into_iter().find(|(length, _)| seconds % length == 0);
    let (length, unit) = whole.unwrap_or((1, "seconds"));
    let number = seconds / length;
    match unit {
        "days" => text!("moment-days", number = number),
        "hours" => text!("moment-hours", number = number),
        "minutes" => text!("moment-minutes", number = number),
        _ => text!("moment-seconds", number = number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::in_english;

    #[test]
    fn a_time_is_said_in_its_largest_whole_unit() {
        for (seconds, words) in [
            (86_400, "1 day"),
            (7200, "2 hours"),
            (5400, "90 minutes"),
            (61, "61 seconds"),
        ] {
            assert_eq!(in_english(&in_words(seconds)), words);
        }
    }

    #[test]
    fn a_day_and_a_time_are_those_of_utc() {
        let moment = Timestamp::from_seconds(1_793_698_260);
        assert_eq!(in_english(&day(moment)), "3 November 2026");
        assert_eq!(in_english(&minute(moment)), "3 November 2026, 09:31 UTC");
    }
}
