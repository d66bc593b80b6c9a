//! Secrets in short, so that what is printed can be shown to anybody.

/// Characters of a token that are shown: its kind, and enough to tell it from another.
const SHOWN: usize = 14;

/// How tokens begin: Pixie's own, and signed ones, whose header is JSON in base64url.
const BEGINNINGS: [&str; 2] = ["pixie_", "eyJ"];

/// The text with every token cut short.
pub(super) fn tokens(text: &str) -> String {
    let mut shortened = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = BEGINNINGS.iter().filter_map(|one| rest.find(one)).min() {
        let (before, from) = rest.split_at(at);
        let end = from
            .find(|character: char| !character.is_ascii_alphanumeric() && !"_-.".contains(character))
            .unwrap_or(from.len());
        let (token, after) = from.split_at(end);
        shortened.push_str(before);
        match token.get(..SHOWN) {
            Some(head) if token.len() > 2 * SHOWN => {
                shortened.push_str(head);
                shortened.push('…');
            }
            _ => shortened.push_str(token),
        }
        rest = after;
    }
    shortened.push_str(rest);
    shortened
}

/// The text on one line, cut if it is long.
pub(super) fn line(text: &str, max_length: usize) -> String {
    let text = tokens(text).split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(max_length) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_cut_short_wherever_it_stands() {
        let token = format!("pixie_at_{}", "a".repeat(49));
        assert_eq!(
            tokens(&format!(r#"{{"access_token":"{token}","x":"{token}"}}"#)),
            r#"{"access_token":"pixie_at_aaaaa…","x":"pixie_at_aaaaa…"}"#
        );
        assert_eq!(tokens("pixie_session"), "pixie_session");
        let signed = format!("hint=eyJ{0}.{0}.-{0}&state=x", "a".repeat(20));
        assert_eq!(tokens(&signed), "hint=eyJaaaaaaaaaaa…&state=x");
    }
}
