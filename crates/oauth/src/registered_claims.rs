//! Reading the claims that every token may have: dates and audiences (RFC 7519 sections 2 and 4.1).

use serde_json::{Map, Value};

/// Clocks may differ by this much, in seconds.
pub(crate) const SKEW: i64 = 15;

/// A claim that should be a date and is no number, or one that no clock shows.
pub(crate) struct NotADate;

/// A date in seconds since 1970, without fractions; `None` if the claim is missing.
pub(crate) fn numeric_date(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>, NotADate> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    // Numbers that a double holds exactly; sums with them do not overflow.
    let seconds = value.as_f64().filter(|seconds| seconds.abs() < 9e15);
    seconds
        .map(|seconds| Some(seconds.floor() as i64))
        .ok_or(NotADate)
}

/// Returns `true` if the audience, a string or a list of strings, has a value for which `holds` is true.
pub(crate) fn audience_has(claims: &Map<String, Value>, holds: impl Fn(&str) -> bool) -> bool {
    match claims.get("aud") {
        Some(Value::String(one)) => holds(one),
        Some(Value::Array(several)) => {
            several.iter().all(Value::is_string) && several.iter().filter_map(Value::as_str).any(holds)
        }
        _ => false,
    }
}

/// Returns `true` if the audience is a string or a list of strings, not empty, for all of which `holds` is true.
pub(crate) fn audience_has_only(claims: &Map<String, Value>, holds: impl Fn(&str) -> bool) -> bool {
    match claims.get("aud") {
        Some(Value::String(one)) => holds(one),
        Some(Value::Array(several)) => {
            !several.is_empty() && several.iter().all(|one| one.as_str().is_some_and(&holds))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn date(value: Value) -> Option<Option<i64>> {
        let claims = Map::from_iter([("exp".to_owned(), value)]);
        numeric_date(&claims, "exp").ok()
    }

    #[test]
    fn dates_are_numbers_with_or_without_fractions() {
        assert_eq!(date(json!(1_700_000_000)), Some(Some(1_700_000_000)));
        assert_eq!(date(json!(1_700_000_000.9)), Some(Some(1_700_000_000)));
        assert_eq!(date(json!(-1.5)), Some(Some(-2)));
        for value in [
            json!("1700000000"),
            json!(null),
            json!(1e300),
            json!(u64::MAX),
            json!([1]),
        ] {
            assert_eq!(date(value.clone()), None, "{value}");
        }
        assert!(matches!(numeric_date(&Map::new(), "exp"), Ok(None)));
    }

    #[test]
    fn an_audience_is_a_string_or_a_list_of_strings() {
        let has = |aud: Value| audience_has(&Map::from_iter([("aud".to_owned(), aud)]), |one| one == "me");
        assert!(has(json!("me")) && has(json!(["you", "me"])));
        for aud in [
            json!("you"),
            json!([]),
            json!(["you"]),
            json!(["me", 1]),
            json!({"me": "me"}),
            json!(null),
        ] {
            assert!(!has(aud.clone()), "{aud}");
        }
    }
}
