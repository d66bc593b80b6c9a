//! Why keys cannot be used, and why nothing was signed.

use pixie_oauth::jose::{SigningAlgorithm, SigningKeyError};
use thiserror::Error;

use crate::bounded_threads::ThreadsError;
use crate::randomness::RandomnessError;
use crate::seal::{CipherError, SealError};
use crate::store::StoreError;

/// Why the keys cannot be used.
#[derive(Debug, Error)]
pub enum KeysError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No random bytes.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// A key cannot be derived from the master key, or a signing key cannot be sealed.
    #[error(transparent)]
    Cipher(#[from] CipherError),
    /// The master key is not the one the signing keys were sealed with.
    #[error(
        "the master key does not open the signing keys of this database: put back the master key that was made with \
         it (it is not in the database's backups), or start with a fresh data folder"
    )]
    WrongMasterKey,
    /// The plaintext that the master key opened is not a key.
    #[error("the signing key {0} in the database cannot be read: restore a backup of the database")]
    Unreadable(String),
    /// No key could be made.
    #[error(transparent)]
    Signing(#[from] SignError),
}

impl From<SealError> for KeysError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Randomness(error) => Self::Randomness(error),
            SealError::Cipher(error) => Self::Cipher(error),
        }
    }
}

/// Why nothing was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SignError {
    /// There is no key of this algorithm.
    #[error("there is no signing key of the algorithm {0}: add it to the algorithms that are offered")]
    NoKey(SigningAlgorithm),
    /// Too many signatures are waited for; try again.
    #[error("too many tokens are being signed at once")]
    Overloaded,
    /// The signing threads are gone; the process is ending.
    #[error("nothing is signed any more: the server is stopping")]
    Stopped,
    /// The cryptographic library did not do it.
    #[error(transparent)]
    Key(#[from] SigningKeyError),
}

impl From<ThreadsError> for SignError {
    fn from(not_done: ThreadsError) -> Self {
        match not_done {
            ThreadsError::Full => Self::Overloaded,
            ThreadsError::Stopped => Self::Stopped,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cipher_failure_is_not_reported_as_missing_random_bytes() {
        assert!(matches!(
            KeysError::from(SealError::from(CipherError)),
            KeysError::Cipher(CipherError)
        ));
        assert!(matches!(
            KeysError::from(SealError::from(RandomnessError)),
            KeysError::Randomness(RandomnessError)
        ));
    }
}
