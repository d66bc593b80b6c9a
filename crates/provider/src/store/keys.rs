//! Signing keys, sealed. Of each algorithm one key is the newest: the one that has no end yet.

use async_trait::async_trait;

use super::StoreError;
use super::events::NewEvent;
use crate::clock::Timestamp;

/// A key pair whose private half only the holder of the master key can read.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedKey {
    /// Key id: the RFC 7638 thumbprint.
    pub kid: String,
    /// JWA name, such as `ES256`.
    pub algorithm: String,
    /// The public key as a JWK (RFC 7517), JSON.
    pub public_jwk: String,
    /// The private key, PKCS #8, sealed.
    pub sealed_private: Vec<u8>,
    /// The time at which it was made or imported.
    pub created_at: Timestamp,
    /// From when on it signs: published before it is used.
    pub signs_from: Timestamp,
    /// Until when what it signed is verified; `None` while it is the newest of its algorithm.
    pub verifies_until: Option<Timestamp>,
}

impl std::fmt::Debug for SealedKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SealedKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// Makes a key the newest of its algorithm.
#[derive(Clone, Debug)]
pub struct RotateKey {
    /// The key; it has no end.
    pub key: SealedKey,
    /// The newest key of the algorithm, as far as is known; `None` if there is said to be none.
    pub expected_newest: Option<String>,
    /// Until when the key that was the newest is needed. Older ones keep the end that they were given.
    pub old_until: Timestamp,
}

/// Ends a key that was replaced by another.
#[derive(Clone, Debug)]
pub struct EndKey {
    /// The key id.
    pub kid: String,
    /// The time of its end.
    pub at: Timestamp,
    /// `true` if it is the key that signs. Then the newest key of its algorithm signs from its end on, if it did not do so before.
    pub signs: bool,
}

/// The outcome of a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotateKeyOutcome {
    /// The key is the newest. One that was published and did not sign yet by then never comes first again.
    Rotated,
    /// Another key is the newest: somebody else was faster. Nothing was changed.
    NotNewest,
    /// There is a key with this id. Nothing was changed.
    KidTaken,
}

/// Keys in the store.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Every key, the oldest first.
    async fn list_keys(&self) -> Result<Vec<SealedKey>, StoreError>;

    /// Stores a key as the newest of its algorithm and gives the one before it its end, in one commit, with the event if
    /// the outcome is [`RotateKeyOutcome::Rotated`].
    async fn rotate_key(
        &self,
        command: RotateKey,
        event: Option<NewEvent>,
    ) -> Result<RotateKeyOutcome, StoreError>;

    /// See [`EndKey`]; in one commit with the event. `false` if there is no such key, if it is the newest of its algorithm or if it
    /// has ended by then: nothing was changed.
    async fn end_key(&self, command: EndKey, event: Option<NewEvent>) -> Result<bool, StoreError>;
}
