//! The root key: the secret from which every key of the server is derived.
//!
//! The store keeps it sealed with the master key. So another master key takes the place of one that others may know, and nothing
//! that was sealed or derived before changes: signing keys, secrets of apps, pairwise subjects, recovery codes.

use zeroize::Zeroizing;

use super::error::KeysError;
use super::master_key::MasterKey;
use crate::randomness::{Randomness, bytes};
use crate::seal::{CipherError, SealingKey, derive};
use crate::store::{SealedRootKey, Store};

/// The root key, and which master key has opened it.
pub(crate) struct RootKey {
    secret: Zeroizing<[u8; 32]>,
    pub(crate) master_key_id: String,
}

impl RootKey {
    /// Opens the root key of a store. `None` if the store is new.
    ///
    /// # Errors
    /// Another master key opens it.
    pub(crate) async fn find(store: &dyn Store, master: &MasterKey) -> Result<Option<Self>, KeysError> {
        let id = master.id()?;
        let keys = store.list_root_keys().await?;
        match keys.iter().find(|key| key.master_key_id == id) {
            Some(key) => Self::unseal(key, master).map(Some),
            None if keys.is_empty() => Ok(None),
            None => Err(KeysError::WrongMasterKey),
        }
    }

    /// As [`find`](Self::find), and makes the root key of a new store. Of several processes that do this at once, the key of one counts.
    pub(crate) async fn find_or_make(
        store: &dyn Store,
        master: &MasterKey,
        randomness: &dyn Randomness,
    ) -> Result<Self, KeysError> {
        if let Some(found) = Self::find(store, master).await? {
            return Ok(found);
        }
        let made = Self {
            secret: Zeroizing::new(bytes(randomness)?),
            master_key_id: master.id()?,
        };
        let sealed = made.sealed_with(master, randomness)?;
        if store.insert_first_root_key(sealed).await? {
            return Ok(made);
        }
        Self::find(store, master).await?.ok_or(KeysError::WrongMasterKey)
    }

    /// The root key as a master key seals it.
    pub(crate) fn sealed_with(
        &self,
        master: &MasterKey,
        randomness: &dyn Randomness,
    ) -> Result<SealedRootKey, KeysError> {
        let master_key_id = master.id()?;
        let sealed = master
            .sealing_key()?
            .seal(&*self.secret, master_key_id.as_bytes(), randomness)?;
        Ok(SealedRootKey {
            master_key_id,
            sealed,
        })
    }

    fn unseal(key: &SealedRootKey, master: &MasterKey) -> Result<Self, KeysError> {
        let plain = master
            .sealing_key()?
            .open(&key.sealed, key.master_key_id.as_bytes());
        let secret = plain.and_then(|plain| <[u8; 32]>::try_from(plain.as_slice()).ok());
        Ok(Self {
            secret: Zeroizing::new(secret.ok_or(KeysError::WrongMasterKey)?),
            master_key_id: key.master_key_id.clone(),
        })
    }

    /// 32 bytes for one purpose, such as signing form tokens. Different purposes give unrelated keys.
    pub(super) fn derive(&self, purpose: &str) -> Result<Zeroizing<[u8; 32]>, CipherError> {
        derive(&*self.secret, purpose)
    }

    /// The key that seals signing keys.
    pub(super) fn sealing_key(&self) -> Result<SealingKey, CipherError> {
        SealingKey::derive(&*self.secret, "signing keys")
    }

    /// A root key for tests of what is derived from it.
    #[cfg(test)]
    pub(crate) fn of_bytes(secret: [u8; 32]) -> Self {
        Self {
            secret: Zeroizing::new(secret),
            master_key_id: String::new(),
        }
    }
}
