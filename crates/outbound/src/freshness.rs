//! For how long an answer may be kept (RFC 9111 §4.2).

use http::HeaderMap;
use http::header::{AGE, CACHE_CONTROL};

/// The longest time that anything counts as fresh, in seconds (RFC 9111 §1.2.2).
const MAX_SECONDS: i64 = 1 << 31;

/// The number of seconds for which the response may still be cached: `None` if it has no such header, 0 if it must not be
/// cached or the header cannot be parsed.
pub(crate) fn max_age(headers: &HeaderMap) -> Option<i64> {
    let directives = headers
        .get_all(CACHE_CONTROL)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or("no-store").split(','));
    let stated = directives.filter_map(|directive| {
        let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => Some(0),
            "max-age" => Some(seconds(argument)),
            _ => None,
        }
    });
    let age = headers
        .get(AGE)
        .map_or(0, |age| seconds(age.to_str().unwrap_or_default()));
    stated.min().map(|stated| (stated - age).max(0))
}

fn seconds(text: &str) -> i64 {
    let digits = text.trim().trim_matches('"');
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        0
    } else {
        digits.parse().unwrap_or(MAX_SECONDS).min(MAX_SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cache_control: &[&str], age: Option<&str>) -> Option<i64> {
        let mut headers = HeaderMap::new();
        for value in cache_control {
            headers.append(CACHE_CONTROL, value.parse().unwrap());
        }
        if let Some(age) = age {
            headers.insert(AGE, age.parse().unwrap());
        }
        max_age(&headers)
    }

    #[test]
    fn an_answer_may_be_kept_for_its_max_age_less_its_age() {
        assert_eq!(of(&["max-age=300"], None), Some(300));
        assert_eq!(of(&["public, Max-Age=\"300\""], Some("100")), Some(200));
        assert_eq!(of(&["max-age=300"], Some("400")), Some(0));
        assert_eq!(of(&["s-maxage=300"], None), None);
        assert_eq!(of(&[], Some("10")), None);
    }

    #[test]
    fn the_lowest_value_of_several_is_used() {
        assert_eq!(of(&["max-age=300, max-age=10"], None), Some(10));
        assert_eq!(of(&["max-age=300", "max-age=10"], None), Some(10));
        assert_eq!(of(&["max-age=300, no-store"], None), Some(0));
        assert_eq!(of(&["no-cache=\"set-cookie\", max-age=300"], None), Some(0));
    }

    #[test]
    fn what_cannot_be_read_is_not_kept() {
        for value in ["max-age", "max-age=", "max-age=-1", "max-age=1.5", "max-age=soon"] {
            assert_eq!(of(&[value], None), Some(0), "{value}");
        }
        assert_eq!(of(&["max-age=99999999999999999999"], None), Some(1 << 31));
    }
}
