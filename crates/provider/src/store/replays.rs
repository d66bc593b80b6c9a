//! Values that may be used once: the `jti` of assertions (RFC 7523 section 3), and consent forms.

use async_trait::async_trait;

use super::StoreError;
use crate::clock::Timestamp;

/// Uses a value up.
#[derive(Clone, Copy, Debug)]
pub struct UseOnce {
    /// SHA-256 of what it is, whose it is, and its value.
    pub hash: [u8; 32],
    /// `true` if the value is a consent form with which the user denied the request. The first use of a value keeps it.
    pub denied: bool,
    /// The time of the command.
    pub now: Timestamp,
    /// From when on it would be refused anyway, so that it need not be remembered.
    pub expires_at: Timestamp,
}

/// The outcome of using a value up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseOnceOutcome {
    /// The value was not used before, or that has expired.
    First,
    /// The value was used before. Nothing was changed.
    UsedBefore {
        /// [`UseOnce::denied`] of the first use.
        denied: bool,
    },
}

/// Used values in the store.
#[async_trait]
pub trait Replays: Send + Sync {
    /// See [`UseOnce`]. One of many at once is the first.
    async fn use_once(&self, command: UseOnce) -> Result<UseOnceOutcome, StoreError>;
}
