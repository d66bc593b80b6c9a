//! A person's account.

use std::fmt;

use pixie_oauth::UserClaims;
use thiserror::Error;

use crate::clock::Timestamp;
use crate::ids::UserId;

const LONGEST: usize = 150;

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
            && text.chars().count() <= LONGEST
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

    /// What makes it unique: the name in lower case.
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

/// A person's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its row, and the person's subject.
    pub id: UserId,
    /// What they sign in with.
    pub username: Username,
    /// Their name as people read it.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// What else is known of them: standard claims and others, without name and e-mail address.
    pub claims: UserClaims,
    /// The groups they are in, each once.
    pub groups: Vec<String>,
    /// Whether they may manage everybody's applications.
    pub administrator: bool,
    /// Since when they may not sign in.
    pub disabled_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When it was last changed.
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
    fn empty_padded_long_and_invisible_usernames_are_refused() {
        for text in ["", " alice", "alice ", "a\nb", &"a".repeat(151)] {
            assert!(Username::parse(text).is_err(), "{text:?}");
        }
    }
}
