//! Usernames (RFC 8265 section 3): the profile UsernameCasePreserved as they are kept, UsernameCaseMapped and more as they are
//! compared, so that no account looks like another.

use std::fmt;

use precis_profiles::UsernameCasePreserved;
use precis_profiles::precis_core::profile::PrecisFastInvocation;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

const MAX_LENGTH: usize = 150;

/// Characters that join or separate letters without being seen. The profile allows them between some letters.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// Letters with a dot above, Latin and Cyrillic.
const DOTTED: [char; 4] = ['i', 'j', '\u{456}', '\u{458}'];

/// The name a person signs in with. Kept in one form of Unicode with the case as it was written; compared without case.
#[derive(Clone, Debug)]
pub struct Username(String);

/// Why a text is not a username.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "a username has 1 to 150 characters: letters, digits, signs of ASCII and spaces between them, none that control or are invisible, and no other symbols"
)]
pub struct UsernameError;

impl Username {
    /// Reads a username: spaces before and after it are not part of it, several between two words are one, wide and narrow
    /// characters become the usual ones, and the rest is normalized (NFC).
    ///
    /// # Errors
    /// Empty, longer than 150 characters, or characters that the profile does not allow: control and invisible characters,
    /// symbols outside ASCII, ligatures and the like, and right-to-left text that mixes directions (RFC 8264 section 9).
    pub fn parse(text: &str) -> Result<Self, UsernameError> {
        // Composed first: the profile refuses the conjoining letters of Korean, which some keyboards send.
        let text: String = text.trim().nfc().collect();
        if text.chars().any(char::is_control) {
            return Err(UsernameError);
        }
        let mut name = String::new();
        for part in text.split(char::is_whitespace).filter(|part| !part.is_empty()) {
            if !name.is_empty() {
                name.push(' ');
            }
            name.push_str(&UsernameCasePreserved::enforce(part).map_err(|_| UsernameError)?);
        }
        let length = name.chars().count();
        if (1..=MAX_LENGTH).contains(&length) {
            Ok(Self(name))
        } else {
            Err(UsernameError)
        }
    }

    /// A username as the store kept it.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The name as it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form by which it is unique and found: in lower case, folded (`ß` as `ss`, final sigma as any other), without
    /// joiners and second dots (`İ` as `i`), in NFC. Two names that UsernameCaseMapped holds for equal have the same key.
    pub fn key(&self) -> String {
        if self.0.is_ascii() {
            return self.0.to_ascii_lowercase();
        }
        let lower = self.0.chars().flat_map(char::to_lowercase);
        let upper = lower.flat_map(char::to_uppercase);
        let folded = upper.flat_map(char::to_lowercase);
        let seen = folded.filter(|character| !JOINERS.contains(character));
        without_second_dots(seen.nfd()).nfc().collect()
    }
}

/// The text without the dots above letters that have one already: nobody sees them. `İ` in lower case is `i` with such a dot.
fn without_second_dots(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut has_dot = false;
    text.filter(move |character| {
        if *character == '\u{307}' && has_dot {
            return false;
        }
        if !is_combining_mark(*character) {
            has_dot = DOTTED.contains(character);
        }
        true
    })
}

impl PartialEq for Username {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}
impl Eq for Username {}

impl fmt::Display for Username {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> Username {
        Username::parse(text).unwrap_or_else(|_| panic!("{text:?}"))
    }

    #[test]
    fn usernames_are_compared_without_case_and_kept_as_written() {
        for (one, other) in [
            ("Alice", "aLICE"),
            ("Émile", "éMILE"),
            ("Straße", "STRASSE"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("alice@example.com", "Alice@Example.COM"),
        ] {
            assert_eq!(name(one), name(other));
            assert_eq!(name(one).as_str(), one);
        }
        assert_ne!(name("alice"), name("alicé"));
    }

    #[test]
    fn one_name_in_two_forms_of_unicode_is_one_name() {
        let composed = "Jos\u{e9}";
        for other in [
            "Jose\u{301}",
            "JOSE\u{301}",
            "\u{ff2a}os\u{e9}",
            "J\u{ff4f}se\u{301}",
        ] {
            assert_eq!(name(other), name(composed), "{other:?}");
        }
        assert_eq!(name("Jose\u{301}").as_str(), composed);
        assert_eq!(name("\u{212b}ngström"), name("ångström"));
        assert_eq!(name("\u{ff71}").as_str(), "\u{30a2}");
        assert_eq!(name("\u{1112}\u{1161}\u{11ab}").as_str(), "\u{d55c}");
    }

    #[test]
    fn a_dot_above_a_letter_that_has_one_makes_no_other_name() {
        for other in ["AL\u{130}CE", "ali\u{307}ce", "al\u{131}ce", "ALI\u{307}CE"] {
            assert_eq!(name(other), name("alice"), "{other:?}");
        }
        assert_eq!(name("al\u{1ecb}\u{307}ce"), name("al\u{1ecb}ce"));
        assert_ne!(name("\u{17c}aneta"), name("zaneta"));
    }

    #[test]
    fn spaces_around_it_are_not_part_of_it_and_several_within_are_one() {
        for text in [
            " Ada Lovelace",
            "Ada Lovelace ",
            "\tAda Lovelace\n",
            "\u{a0}Ada\u{3000}Lovelace",
            "Ada  Lovelace",
        ] {
            assert_eq!(name(text).as_str(), "Ada Lovelace", "{text:?}");
        }
    }

    #[test]
    fn names_that_look_like_another_by_what_is_not_seen_are_refused_or_the_same() {
        for text in [
            "al\u{200b}ice",
            "alice\u{feff}",
            "\u{2060}alice",
            "al\u{ad}ice",
            "al\u{200d}ice",
            "al\u{200c}ice",
            "\u{202e}alice",
            "alice\u{fe0f}",
            "alice\u{e0061}",
            "a\nb",
            "a\0b",
        ] {
            assert!(Username::parse(text).is_err(), "{text:?}");
        }
        // Persian writes this word with a joiner.
        assert_eq!(
            name("\u{646}\u{627}\u{645}\u{647}\u{200c}\u{627}\u{6cc}"),
            name("\u{646}\u{627}\u{645}\u{647}\u{627}\u{6cc}")
        );
    }

    #[test]
    fn empty_long_and_symbolic_usernames_are_refused() {
        for text in [
            "",
            "  ",
            &"a".repeat(151),
            "\u{1f40e}",
            "\u{fb01}n",
            "\u{2488}",
            "\u{5d0}a",
        ] {
            assert!(Username::parse(text).is_err(), "{text:?}");
        }
        for text in ["a+b_c.d-e", "-\"'<>", "Иван", "李雷", "भारत", "أحمد"] {
            assert_eq!(name(text).as_str(), text);
        }
    }

    proptest! {
        #[test]
        fn a_username_is_read_again_as_itself(text in "\\PC{0,12}") {
            if let Ok(first) = Username::parse(&text) {
                let again = Username::parse(first.as_str()).unwrap();
                prop_assert_eq!(again.as_str(), first.as_str());
                prop_assert_eq!(Username::from_stored(first.key()).key(), first.key());
            }
        }

        #[test]
        fn ascii_is_compared_as_ascii(text in "[!-~]{1,20}") {
            prop_assert_eq!(name(&text).key(), text.to_ascii_lowercase());
        }
    }
}
