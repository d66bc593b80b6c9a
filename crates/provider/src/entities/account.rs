//! A person's account.

use pixie_oauth::{Subject, UserClaims};
use thiserror::Error;

use super::local_subject::LocalSubject;
use super::username::Username;
use crate::clock::Timestamp;
use crate::ids::AccountId;

/// Bytes of an external identifier at most.
const MAX_EXTERNAL_ID: usize = 255;

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
pub struct Account {
    /// The id of the account's row.
    pub id: AccountId,
    /// The subject that the account was given when it was made; `None` if its id is the subject. It never changes.
    pub subject: Option<Subject>,
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

impl Account {
    /// An account of which nothing is known but its username: no administrator, enabled, this server's own.
    pub fn new(id: AccountId, username: Username, now: Timestamp) -> Self {
        Self {
            id,
            subject: None,
            username,
            name: None,
            email: None,
            claims: UserClaims::default(),
            groups: Vec::new(),
            external_id: None,
            administrator: false,
            disabled_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// The local identifier of the person; as text, their subject for clients with public subjects.
    pub fn local_subject(&self) -> LocalSubject<'_> {
        LocalSubject::new(self.id, self.subject.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_external_identifier_is_compared_byte_by_byte() {
        assert_ne!(ExternalId::parse("aB").unwrap(), ExternalId::parse("ab").unwrap());
        for text in ["", "a\0b", &"a".repeat(256)] {
            assert!(ExternalId::parse(text).is_err(), "{text:?}");
        }
    }
}
