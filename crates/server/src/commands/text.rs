//! Text for people: aligned tables and lists of fields.

use std::fmt::Write as _;

use pixie_provider::Timestamp;

/// A table with a line of headings; columns are two spaces apart, the last is as long as it is.
pub(super) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let rows: Vec<[String; N]> = std::iter::once(headings.map(str::to_owned))
        .chain(rows.iter().map(|row| row.each_ref().map(|cell| plain(cell))))
        .collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width = rows.iter().map(|row| length(&row[column])).max().unwrap_or(0);
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width + 2 - length(cell)));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// One field a line, its values below each other.
pub(super) fn fields(fields: &[(&str, Vec<String>)]) -> String {
    let width = fields.iter().map(|(name, _)| length(name)).max().unwrap_or(0);
    let mut text = String::new();
    for (name, values) in fields {
        for (index, value) in values.iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            let gap = width - length(name);
            let _ = writeln!(text, "{name}{}  {}", " ".repeat(gap), plain(value));
        }
    }
    text
}

/// A moment as RFC 3339 writes it, in UTC.
pub(super) fn moment(timestamp: Timestamp) -> String {
    jiff::Timestamp::from_second(timestamp.seconds())
        .map_or_else(|_| timestamp.to_string(), |moment| moment.to_string())
}

/// A number with its noun, singular or plural.
pub(super) fn count(number: u64, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

/// Text without characters that control the terminal.
fn plain(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_control() {
                '\u{fffd}'
            } else {
                character
            }
        })
        .collect()
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_nothing_steers_the_terminal() {
        let rows = [
            ["a\u{1b}[2J".to_owned(), "b".to_owned()],
            ["long name".to_owned(), String::new()],
        ];
        insta::assert_snapshot!(table(["NAME", "X"], &rows), @"
        NAME       X
        a�[2J      b
        long name
        ");
    }

    #[test]
    fn a_moment_is_written_in_utc() {
        assert_eq!(
            moment(Timestamp::from_seconds(1_795_000_000)),
            "2026-11-18T11:06:40Z"
        );
    }
}
