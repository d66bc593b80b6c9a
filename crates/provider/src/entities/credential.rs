//! The credentials with which a person signs in, a row for each.

use std::fmt;

use zeroize::Zeroizing;

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

/// The kind of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialKind {
    /// A password that the person chose; an account has one at most.
    Password,
    /// An app that shows one-time codes (RFC 6238).
    Totp,
    /// A code to get in without the other factors, once.
    RecoveryCode,
    /// A key pair of a device or of a password manager (WebAuthn).
    Passkey,
    /// The identity of the person at an upstream provider.
    Upstream,
}

impl CredentialKind {
    const ALL: [Self; 5] = [
        Self::Password,
        Self::Totp,
        Self::RecoveryCode,
        Self::Passkey,
        Self::Upstream,
    ];

    /// The word for the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
            Self::Passkey => "passkey",
            Self::Upstream => "upstream",
        }
    }

    /// Reads the word of the store.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// `true` if a person can begin a sign-in with it. An account keeps one of these.
    pub const fn begins_sign_in(self) -> bool {
        matches!(self, Self::Password | Self::Passkey | Self::Upstream)
    }

    /// The kinds with which a sign-in can begin.
    pub fn beginning() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| kind.begins_sign_in())
    }
}

/// The part of a credential against which a proof is checked, as it is stored: hashed, sealed, or a public key. Only the
/// method of its kind reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct CredentialSecret(Zeroizing<Vec<u8>>);

impl CredentialSecret {
    /// The bytes of the store.
    pub fn from_stored(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes for the store.
    pub fn as_stored(&self) -> &[u8] {
        &self.0
    }

    /// The secret of a password.
    pub fn password(hash: &PasswordHash) -> Self {
        Self::from_stored(hash.as_phc().as_bytes().to_vec())
    }

    /// The hash of a password; `None` if the bytes are not text.
    pub(crate) fn as_password(&self) -> Option<PasswordHash> {
        let phc = String::from_utf8(self.0.to_vec()).ok()?;
        Some(PasswordHash::from_phc(phc))
    }
}

impl fmt::Debug for CredentialSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// A credential of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The id of the credential's row.
    pub id: CredentialId,
    /// The kind.
    pub kind: CredentialKind,
    /// The name that the person gave it.
    pub label: Option<String>,
    /// The digest by which it is found if the account is not known yet; no two credentials have the same.
    pub lookup: Option<[u8; 32]>,
    /// The credential's secret, hashed or sealed.
    pub secret: CredentialSecret,
    /// A number that only grows: the newest time step of an app that was used, the signature counter of a passkey. 0 at first.
    pub counter: i64,
    /// The time at which it was made.
    pub created_at: Timestamp,
    /// The time of the last sign-in with it.
    pub last_used_at: Option<Timestamp>,
}
