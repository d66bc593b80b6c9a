//! The root key, sealed: one row for each master key that opens it.

use async_trait::async_trait;

use super::StoreError;
use super::events::NewEvent;

/// The root key as a master key seals it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedRootKey {
    /// The name of the master key that opens it. Nothing about the master key can be learnt from it.
    pub master_key_id: String,
    /// The root key, sealed.
    pub sealed: Vec<u8>,
}

impl std::fmt::Debug for SealedRootKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SealedRootKey")
            .field("master_key_id", &self.master_key_id)
            .finish_non_exhaustive()
    }
}

/// The root key in the store.
#[async_trait]
pub trait RootKeys: Send + Sync {
    /// The root key as each of its master keys seals it: nothing before the first start.
    async fn list_root_keys(&self) -> Result<Vec<SealedRootKey>, StoreError>;

    /// Stores the root key of a new database. `false` if it has one: nothing was changed.
    async fn insert_first_root_key(&self, key: SealedRootKey) -> Result<bool, StoreError>;

    /// Lets a second master key open the root key, in one commit with the event. `false` if the one that is known does not open it
    /// any more, or if somebody else adds one at the same moment: nothing was changed.
    async fn add_root_key(
        &self,
        known_master_key_id: String,
        key: SealedRootKey,
        event: Option<NewEvent>,
    ) -> Result<bool, StoreError>;

    /// Lets no other master key than this one open the root key, in one commit with the event: how many others did. If this
    /// one does not open it, none is removed.
    async fn retire_root_keys(
        &self,
        master_key_id: String,
        event: Option<NewEvent>,
    ) -> Result<u64, StoreError>;
}
