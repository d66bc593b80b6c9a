//! Clients that were read a moment ago, so that not every request reads and parses its client again.
//!
//! A client counts as known within the second in which it was read and the next one: a change by another process or node,
//! such as a new secret, takes effect here within two seconds. A change by this provider removes the entry at once.
//! Tokens of a client that is gone are dead at once all the same: the store looks at the client as it is.

use std::hash::Hash;
use std::sync::Arc;

use moka::sync::Cache;
use pixie_oauth::ClientId;

use crate::base::Base;
use crate::clock::Timestamp;
use crate::entities::Client;
use crate::events::provider_metrics::ClientLookup;
use crate::ids::ClientKey;
use crate::store::StoreError;

/// Bytes of all of them together, about.
const MAX_BYTES: u64 = 16 << 20;

/// An estimate of the memory of a client without its metadata.
const BYTES_EACH: usize = 1024;

/// Seconds after the one in which it was read.
const KNOWN_TTL: i64 = 1;

/// The clients read last.
pub(crate) struct KnownClients {
    base: Arc<Base>,
    by_id: Cache<ClientId, Read>,
    by_key: Cache<ClientKey, Read>,
}

#[derive(Clone)]
struct Read {
    client: Arc<Client>,
    at: Timestamp,
    bytes: u32,
}

impl Read {
    fn new(client: Client, at: Timestamp) -> Self {
        let metadata = serde_json::to_string(&client.to_stored()).map_or(0, |json| json.len());
        Self {
            bytes: u32::try_from(BYTES_EACH + metadata).unwrap_or(u32::MAX),
            client: Arc::new(client),
            at,
        }
    }

    /// A clock that was set back makes it unknown.
    fn is_known(&self, now: Timestamp) -> bool {
        (self.at..=self.at.plus(KNOWN_TTL)).contains(&now)
    }
}

/// Half of the room is for each way to look.
fn bounded<K: Hash + Eq + Send + Sync + 'static>() -> Cache<K, Read> {
    Cache::builder()
        .max_capacity(MAX_BYTES / 2)
        .weigher(|_, read: &Read| read.bytes)
        .build()
}

impl KnownClients {
    pub(crate) fn new(base: Arc<Base>) -> Self {
        Self {
            base,
            by_id: bounded(),
            by_key: bounded(),
        }
    }

    /// A client by its identifier, as it was at most two seconds ago.
    pub(crate) async fn find(&self, id: &ClientId) -> Result<Option<Arc<Client>>, StoreError> {
        let now = self.base.now();
        if let Some(client) = self.still_known(self.by_id.get(id), now) {
            return Ok(Some(client));
        }
        let found = self.base.store.find_client(id).await?;
        Ok(found.map(|client| self.remember(client, now)))
    }

    /// A client by its row, as it was at most two seconds ago.
    pub(crate) async fn find_by_key(&self, key: ClientKey) -> Result<Option<Arc<Client>>, StoreError> {
        let now = self.base.now();
        if let Some(client) = self.still_known(self.by_key.get(&key), now) {
            return Ok(Some(client));
        }
        let found = self.base.store.find_client_by_key(key).await?;
        Ok(found.map(|client| self.remember(client, now)))
    }

    /// Forgets a client that this provider has changed or deleted.
    pub(crate) fn forget(&self, client: &Client) {
        self.by_id.invalidate(&client.id);
        self.by_key.invalidate(&client.key);
    }

    fn remember(&self, client: Client, at: Timestamp) -> Arc<Client> {
        let read = Read::new(client, at);
        self.by_id.insert(read.client.id.clone(), read.clone());
        self.by_key.insert(read.client.key, read.clone());
        read.client
    }

    fn still_known(&self, read: Option<Read>, now: Timestamp) -> Option<Arc<Client>> {
        let known = read.filter(|read| read.is_known(now));
        self.base.metrics.client(if known.is_some() {
            ClientLookup::Hit
        } else {
            ClientLookup::Miss
        });
        known.map(|read| read.client)
    }
}
