//! Dates and durations as text for pages.

use pixie_provider::Timestamp;

/// A day, such as `3 November 2026`.
pub(crate) fn day(moment: Timestamp) -> String {
    jiff::Timestamp::from_second(moment.seconds())
        .map(|moment| moment.strftime("%-d %B %Y").to_string())
        .unwrap_or_default()
}

/// A time, such as `3 November 2026, 09:30 UTC`.
pub(crate) fn minute(moment: Timestamp) -> String {
    jiff::Timestamp::from_second(moment.seconds())
        .map(|moment| moment.strftime("%-d %B %Y, %H:%M UTC").to_string())
        .unwrap_or_default()
}

/// A duration in the largest unit that divides it, such as `2 hours`.
pub(crate) fn in_words(seconds: i64) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
    let whole = units.into_iter().find(|(length, _)| seconds % length == 0);
    let (length, unit) = whole.unwrap_or((1, "second"));
    match seconds / length {
        1 => format!("1 {unit}"),
        number => format!("{number} {unit}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_time_is_said_in_its_largest_whole_unit() {
        for (seconds, words) in [
            (86_400, "1 day"),
            (7200, "2 hours"),
            (5400, "90 minutes"),
            (61, "61 seconds"),
        ] {
            assert_eq!(in_words(seconds), words);
        }
    }
}
