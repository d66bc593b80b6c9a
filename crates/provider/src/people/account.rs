//! A person's account.

use std::fmt;

use pixie_oauth::UserClaims;
use thiserror::Error;

use crate::clock::Timestamp;
use crate::ids::UserId;

const MAX_LENGTH: usize = 150;

/// Bytes of an external identifier at most.
const MAX_EXTERNAL_ID: usize = 255;

/// The name a person signs in with. Kept as written, compared without case.
#[derive(Clone, Debug)]
pub struct Username(String);

/// Why a text is not a username.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a username has 1 to 150 characters, no control characters and no spaces at its ends")]
pub struct UsernameError;

impl Username {
    /// Reads a username.
    ///
    /// # Errors
    /// Empty, longer than 150 characters, control characters, spaces at its ends.
    pub fn parse(text: &str) -> Result<Self, UsernameError> {
        let plain = !text.is_empty()
            && text.trim() == text
            && text.chars().count() <= MAX_LENGTH
            && !text.chars().any(char::is_control);
        if plain {
            Ok(Self(text.to_owned()))
        } else {
            Err(UsernameError)
        }
    }

    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in lower case, by which it is unique.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
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

/// The identifier by which the host application knows a person: 1 to 255 bytes without control characters, compared byte by
/// byte. It is never shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalId(String);

/// Why a text is not an external identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an external identifier has 1 to 255 bytes and no control characters")]
pub struct ExternalIdError;

impl ExternalId {
    /// Reads an external identifier.
    ///
    /// # Errors
    /// Empty, longer than 255 bytes, control characters.
    pub fn parse(text: &str) -> Result<Self, ExternalIdError> {
        let plain = (1..=MAX_EXTERNAL_ID).contains(&text.len()) && !text.chars().any(char::is_control);
        if plain {
            Ok(Self(text.to_owned()))
        } else {
            Err(ExternalIdError)
        }
    }

    /// The identifier as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A person's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The id of the account's row, and the person's subject.
    pub id: UserId,
    /// The name with which the person signs in.
    pub username: Username,
    /// Their name as people read it.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The person's other claims, standard and custom, without name and e-mail address.
    pub claims: UserClaims,
    /// The groups they are in, each once.
    pub groups: Vec<String>,
    /// The identifier of the person in the host application; `None` if the account is this server's own.
    pub external_id: Option<ExternalId>,
    /// `true` if the person may manage everybody's applications.
    pub administrator: bool,
    /// Since when they may not sign in.
    pub disabled_at: Option<Timestamp>,
    /// The time at which the account was made.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_are_compared_without_case() {
        assert_eq!(
            Username::parse("Alice").unwrap(),
            Username::parse("alice").unwrap()
        );
        assert_eq!(Username::parse("Alice").unwrap().as_str(), "Alice");
    }

    #[test]
    fn an_external_identifier_is_compared_byte_by_byte() {
        assert_ne!(ExternalId::parse("aB").unwrap(), ExternalId::parse("ab").unwrap());
        for text in ["", "a\0b", &"a".repeat(256)] {
            assert!(ExternalId::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn empty_padded_long_and_invisible_usernames_are_refused() {
        for text in ["", " alice", "alice ", "a\nb", &"a".repeat(151)] {
            assert!(Username::parse(text).is_err(), "{text:?}");
        }
    }
}
