//! A password as somebody types it, in the one form that is hashed: the mappings of OpaqueString (RFC 8265 section 4.2).
//!
//! The string class of that profile is not enforced: it has no emoji that are joined or coloured, and every password that
//! somebody can type twice is a good one.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The password with every space of Unicode as the space of ASCII, in NFC: keyboards and systems compose letters in different
/// ways. Nothing is trimmed, and case stays.
pub(crate) fn as_hashed(typed: &str) -> Zeroizing<String> {
    if typed.is_ascii() {
        return Zeroizing::new(typed.to_owned());
    }
    let spaced = typed
        .chars()
        .map(|character| if is_space(character) { ' ' } else { character });
    // Composing never takes more bytes than three times the text: no part of it is left behind by a larger allocation.
    let mut hashed = Zeroizing::new(String::with_capacity(3 * typed.len()));
    hashed.extend(spaced.nfc());
    hashed
}

/// Returns `true` if two typed texts are one password: the same after the mappings with which it is hashed.
pub fn is_same_password(one: &str, other: &str) -> bool {
    as_hashed(one) == as_hashed(other)
}

/// A space separator (general category Zs).
fn is_space(character: char) -> bool {
    matches!(
        character,
        ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_password_in_two_forms_of_unicode_is_one_password() {
        for (typed, hashed) in [
            ("cafe\u{301} noir", "caf\u{e9} noir"),
            ("caf\u{e9}\u{a0}noir", "caf\u{e9} noir"),
            ("\u{212b}ngstr\u{6f}\u{308}m", "\u{c5}ngstr\u{f6}m"),
            ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
        ] {
            assert_eq!(*as_hashed(typed), hashed, "{typed:?}");
            assert!(is_same_password(typed, hashed), "{typed:?}");
        }
        assert!(!is_same_password("caf\u{e9}", "cafe"));
    }

    #[test]
    fn nothing_is_trimmed_folded_or_made_usual() {
        for typed in [
            " Correct Horse ",
            "\u{ff21}\u{fb01}",
            "\u{2764}\u{fe0f}\u{200d}\u{1f525}",
            "ßẞ",
        ] {
            assert_eq!(*as_hashed(typed), typed, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_hashed_is_hashed_again_as_itself(typed: String) {
            let hashed = as_hashed(&typed);
            prop_assert!(hashed.len() <= 3 * typed.len());
            prop_assert_eq!(&as_hashed(&hashed), &hashed);
        }
    }
}
