//! The master key: the one secret that is kept outside the store.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;
use zeroize::Zeroizing;

use super::error::KeysError;
use super::ring::KeyRing;
use super::root_key::RootKey;
use crate::clock::Timestamp;
use crate::randomness::{Randomness, RandomnessError, bytes};
use crate::seal::{CipherError, SealingKey, derive};
use crate::store::Store;

/// The one secret that is kept outside the store: it seals what must not be readable in a copy of the database.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Why a text is not a master key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a master key is 43 characters of base64url, as the server made it")]
pub struct MasterKeyError;

impl MasterKey {
    /// Makes a key.
    ///
    /// # Errors
    /// No random bytes.
    pub fn generate(randomness: &dyn Randomness) -> Result<Self, RandomnessError> {
        Ok(Self(Zeroizing::new(bytes(randomness)?)))
    }

    /// Reads a key from a file's or variable's text.
    ///
    /// # Errors
    /// Not 32 bytes in base64url.
    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        let decoded = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| MasterKeyError)?);
        let key = <[u8; 32]>::try_from(decoded.as_slice()).map_err(|_| MasterKeyError)?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// The text for the file that keeps it.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(*self.0))
    }

    /// A name by which the store knows which master key has sealed something. The key cannot be learnt from it.
    pub(crate) fn id(&self) -> Result<String, CipherError> {
        let id = derive(&*self.0, "master key id")?;
        Ok(URL_SAFE_NO_PAD.encode(&id[..16]))
    }

    /// The key that seals the root key.
    pub(super) fn sealing_key(&self) -> Result<SealingKey, CipherError> {
        SealingKey::derive(&*self.0, "root key")
    }

    /// Checks that this key opens the keys of a store. A store without any is opened by each.
    ///
    /// # Errors
    /// It does not, or the store did not answer.
    pub async fn check(&self, store: &dyn Store, now: Timestamp) -> Result<(), KeysError> {
        match RootKey::find(store, self).await? {
            Some(root) => KeyRing::open(store, &root, now).await.map(drop),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}
