//! Signing keys, sealed.

use async_trait::async_trait;

use super::StoreError;
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
    /// When it was made.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for SealedKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SealedKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// Keys in the store.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Every key, the oldest first.
    async fn list_keys(&self) -> Result<Vec<SealedKey>, StoreError>;

    /// Stores a key where there is none yet; `false` if another node was first.
    async fn insert_first_key(&self, key: SealedKey) -> Result<bool, StoreError>;
}
