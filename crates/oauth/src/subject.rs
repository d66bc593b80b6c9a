//! The subject of a person (OpenID Connect Core section 2, `sub`).

use thiserror::Error;

/// Bytes of a subject at most.
const MAX_LENGTH: usize = 255;

/// A subject that an account was given: 1 to 255 printable ASCII characters without spaces at the ends, compared byte by byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject(String);

/// Why a text is not a subject.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{0:?} is not a subject: a subject has 1 to 255 printable ASCII characters, and no spaces at its ends"
)]
pub struct SubjectError(String);

impl Subject {
    /// Reads a subject.
    ///
    /// # Errors
    /// Empty, longer than 255 bytes, other characters, or a space at an end.
    pub fn parse(text: &str) -> Result<Self, SubjectError> {
        let plain = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if plain && (1..=MAX_LENGTH).contains(&text.len()) && text.trim_ascii() == text {
            Ok(Self(text.to_owned()))
        } else {
            Err(SubjectError(text.to_owned()))
        }
    }

    /// The subject as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_has_1_to_255_printable_ascii_characters() {
        for text in [
            "1",
            "auth0|507f1f77bcf86cd799439020",
            "John Smith",
            &"a".repeat(255),
        ] {
            assert_eq!(Subject::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            " a",
            "a ",
            "zoë",
            "a\0b",
            "a\nb",
            "a\tb",
            "\u{7f}",
            &"a".repeat(256),
        ] {
            assert!(Subject::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn subjects_are_compared_byte_by_byte() {
        assert_ne!(Subject::parse("aB").unwrap(), Subject::parse("ab").unwrap());
    }
}
