//! Values that may be used once: the `jti` of assertions (RFC 7523 section 3).

use async_trait::async_trait;

use super::StoreError;
use crate::clock::Timestamp;

/// Uses a value up.
#[derive(Clone, Copy, Debug)]
pub struct UseOnce {
    /// SHA-256 of what it is, whose it is, and its value.
    pub hash: [u8; 32],
    /// The time of the command.
    pub now: Timestamp,
    /// From when on it would be refused anyway, so that it need not be remembered.
    pub expires_at: Timestamp,
}

/// Used values in the store.
#[async_trait]
pub trait Replays: Send + Sync {
    /// See [`UseOnce`]; `false` if it was used before and is not expired. One of many at once wins.
    async fn use_once(&self, command: UseOnce) -> Result<bool, StoreError>;
}
