//! The forms of claim values (OpenID Connect Core section 5.1): dates, addresses, language tags.

use serde_json::Value;

/// A claim's name and, behind `#`, the language of its value (section 5.2).
pub(super) fn split_language(name: &str) -> (&str, Option<&str>) {
    match name.split_once('#') {
        Some((name, language)) => (name, Some(language)),
        None => (name, None),
    }
}

/// One line of text that is not blank.
pub(super) fn line(value: &Value) -> Option<&str> {
    text(value).filter(|text| !text.chars().any(char::is_control))
}

/// Text that is not empty, not only spaces, and not the word `null`.
pub(super) fn text(value: &Value) -> Option<&str> {
    value
        .as_str()
        .filter(|text| !text.trim().is_empty() && *text != "null")
}

pub(super) fn is_past_or_present(value: &Value) -> bool {
    value
        .as_f64()
        .is_some_and(|seconds| (0.0..9e15).contains(&seconds))
}

/// An address (section 5.1.1): its known members, of which `formatted` and `street_address` may have several lines.
pub(super) fn is_address(value: &Value) -> bool {
    let member = |(name, value): (&String, &Value)| match name.as_str() {
        "formatted" | "street_address" => text(value).is_some(),
        "locality" | "region" | "postal_code" | "country" => line(value).is_some(),
        _ => false,
    };
    value
        .as_object()
        .is_some_and(|members| !members.is_empty() && members.iter().all(member))
}

pub(super) fn is_web_address(text: &str) -> bool {
    let Some(rest) = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
    else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte));
    plain && !host.is_empty() && !host.starts_with(':') && !host.contains('@')
}

pub(super) fn is_email(text: &str) -> bool {
    let blank = text.chars().any(char::is_whitespace);
    text.split_once('@').is_some_and(|(person, host)| {
        !blank && text.len() <= 320 && !person.is_empty() && !host.is_empty() && !host.contains('@')
    })
}

/// Digits, at least three, with what people put between them; an extension as RFC 3966 writes it.
pub(super) fn is_phone_number(text: &str) -> bool {
    let (number, extension) = text.split_once(";ext=").unwrap_or((text, ""));
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let plain = number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.() ".contains(&byte));
    plain && (3..=20).contains(&digits) && extension.bytes().all(|byte| byte.is_ascii_digit())
}

/// `YYYY-MM-DD`, `0000-MM-DD` or `YYYY` (ISO 8601-1).
pub(super) fn is_birthdate(text: &str) -> bool {
    let number = |digits: &str, length: usize| {
        let plain = digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse::<u16>().ok()).flatten()
    };
    let parts: Vec<&str> = text.split('-').collect();
    match parts[..] {
        [year] => number(year, 4).is_some_and(|year| year > 0),
        [year, month, day] => match (number(year, 4), number(month, 2), number(day, 2)) {
            (Some(year), Some(month), Some(day)) => (1..=days_in(year, month)).contains(&day),
            _ => false,
        },
        _ => false,
    }
}

/// The number of days in a month; 0 if there is no such month. The year 0, which means any year, has a 29th of February.
fn days_in(year: u16, month: u16) -> u16 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    }
}

/// Returns `true` if the text has the form of a name in the IANA time zone database: `UTC`, `Europe/Paris`,
/// `America/Argentina/Buenos_Aires`.
pub(super) fn is_time_zone(text: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    text.len() <= 100 && text.split('/').count() <= 3 && text.split('/').all(part)
}

/// Returns `true` if the text has the form of a language tag (RFC 5646 section 2.1): a language of 2 to 8 letters, then
/// subtags.
pub(super) fn is_language_tag(text: &str) -> bool {
    let mut subtags = text.split('-');
    let language = subtags.next().unwrap_or_default();
    let subtag = |subtag: &str| {
        (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    text.len() <= 50
        && (2..=8).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && subtags.all(subtag)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_makes_a_check_panic(text: String) {
            for check in [is_web_address, is_email, is_phone_number, is_birthdate, is_time_zone, is_language_tag] {
                let _ = check(&text);
            }
        }

        #[test]
        fn a_birthdate_is_read_by_its_digits(year in 0..=9999_u16, month in 0..=13_u16, day in 0..=32_u16) {
            let date = format!("{year:04}-{month:02}-{day:02}");
            prop_assert_eq!(is_birthdate(&date), day > 0 && day <= days_in(year, month));
        }

        #[test]
        fn nothing_that_leaves_an_attribute_is_a_web_address(text in "https://[ -~]{1,20}") {
            prop_assert!(!(is_web_address(&text) && text.contains(['"', '<', '>', ' ', '\\'])));
        }
    }
}
