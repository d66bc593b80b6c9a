//! The credentials with which a person signs in: passwords today, a row for each.

use std::fmt;

use crate::clock::Timestamp;
use crate::ids::CredentialId;

/// The Argon2id hash of a password, in PHC format. It does not show in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash in PHC format.
    pub const fn from_phc(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC string, for the store.
    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// The kind of a credential; an account has at most one password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialKind {
    /// A password that the person chose.
    Password,
}

impl CredentialKind {
    /// The word for the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
        }
    }

    /// Reads the word of the store.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Password].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// The part of a credential against which a proof is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialSecret {
    /// The hash of a password.
    Password(PasswordHash),
}

impl CredentialSecret {
    /// The kind of credential that it belongs to.
    pub const fn kind(&self) -> CredentialKind {
        match self {
            Self::Password(_) => CredentialKind::Password,
        }
    }
}

/// A credential of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The id of the credential's row.
    pub id: CredentialId,
    /// The name that the person gave it.
    pub label: Option<String>,
    /// The credential's secret, hashed or sealed.
    pub secret: CredentialSecret,
    /// The time at which it was made.
    pub created_at: Timestamp,
    /// The time of the last sign-in with it.
    pub last_used_at: Option<Timestamp>,
}
