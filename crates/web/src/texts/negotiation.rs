//! The language that a browser prefers (RFC 9110 section 12.5.4, RFC 4647 section 3.4).

/// The position of the language that suits `Accept-Language` best; `None` if none does.
pub(super) fn preferred<S: AsRef<str>>(accepted: &str, offered: &[S]) -> Option<usize> {
    let mut ranges: Vec<(f32, &str)> = accepted.split(',').filter_map(range).collect();
    ranges.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    ranges
        .into_iter()
        .filter(|(quality, _)| *quality > 0.0)
        .find_map(|(_, range)| look_up(range, offered))
}

/// A language range and its quality.
fn range(text: &str) -> Option<(f32, &str)> {
    let (range, quality) = match text.split_once(';') {
        Some((range, parameter)) => (range, parameter.trim().strip_prefix("q=")?.parse().ok()?),
        None => (text, 1.0),
    };
    Some((quality, range.trim()))
}

/// The language of a range: the range itself, or what is left of it without its last parts.
fn look_up<S: AsRef<str>>(range: &str, offered: &[S]) -> Option<usize> {
    let mut range = range;
    loop {
        let matches = |tag: &S| tag.as_ref().eq_ignore_ascii_case(range);
        if let Some(found) = offered.iter().position(matches) {
            return Some(found);
        }
        range = range.rsplit_once('-')?.0;
    }
}

#[cfg(test)]
mod tests {
    use super::preferred;

    const OFFERED: [&str; 3] = ["en", "de", "pt-BR"];

    #[test]
    fn the_language_with_the_highest_quality_is_chosen() {
        assert_eq!(preferred("fr;q=0.9, de;q=0.8, en;q=0.1", &OFFERED), Some(1));
        assert_eq!(preferred("en;q=0.5,de", &OFFERED), Some(1));
    }

    #[test]
    fn a_region_falls_back_to_its_language() {
        assert_eq!(preferred("de-AT", &OFFERED), Some(1));
        assert_eq!(preferred("PT-br", &OFFERED), Some(2));
        assert_eq!(preferred("pt-PT", &OFFERED), None);
    }

    #[test]
    fn a_refused_language_and_one_that_cannot_be_read_are_not_chosen() {
        for accepted in ["", "*", "de;q=0", "fr", "de;q=x", ";;,", "de;level=1"] {
            assert_eq!(preferred(accepted, &OFFERED), None, "{accepted}");
        }
    }
}
