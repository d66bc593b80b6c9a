//! Right-to-left text inside a sentence (Unicode Standard Annex 9).

use std::borrow::Cow;

const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_DIRECTIONAL_ISOLATE: char = '\u{2069}';

/// An argument as it stands in a sentence. One that may change the direction of its surroundings is isolated, so that a name cannot
/// reorder the words around it; characters that only control direction are left out, because they could end the isolation. All other
/// arguments stay as they are: an address that is copied from a page has no invisible characters.
pub(super) fn isolated(argument: Cow<'_, str>) -> Cow<'_, str> {
    if !argument
        .chars()
        .any(|character| is_control(character) || is_right_to_left(character))
    {
        return argument;
    }
    let mut text = String::with_capacity(argument.len() + 6);
    text.push(FIRST_STRONG_ISOLATE);
    text.extend(argument.chars().filter(|character| !is_control(*character)));
    text.push(POP_DIRECTIONAL_ISOLATE);
    Cow::Owned(text)
}

/// The characters that open or close embeddings, overrides and isolates.
fn is_control(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The blocks of scripts that are written from right to left, and the marks of that direction.
fn is_right_to_left(character: char) -> bool {
    matches!(
        character,
        '\u{590}'..='\u{8ff}'
            | '\u{200f}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_that_may_change_the_direction_is_isolated() {
        for plain in ["", "alice", "Größe – 日本", "https://a.example/?b=c", "8"] {
            assert_eq!(isolated(Cow::Borrowed(plain)), plain);
        }
        assert_eq!(isolated(Cow::Borrowed("שלום")), "\u{2068}שלום\u{2069}");
    }

    #[test]
    fn a_name_cannot_end_its_isolation() {
        assert_eq!(
            isolated(Cow::Borrowed("a\u{2069}\u{202e}b")),
            "\u{2068}ab\u{2069}"
        );
    }
}
