//! Chosen secrets that were right a moment ago: a client that asks for many tokens pays for the slow hash once a minute.
//!
//! An entry is an HMAC with a key derived from the master key; nothing of it is stored. Somebody who reads the memory of the process could
//! try guesses against it faster than against the slow hash, but only those of the last minute, and in the same memory as
//! the requests that carry the secrets themselves.

use std::time::Duration;

use aws_lc_rs::hmac;
use moka::sync::Cache;
use zeroize::Zeroizing;

use crate::clock::Timestamp;
use crate::entities::Client;

/// Seconds for which a secret that was right need not be hashed again.
const TTL: i64 = 60;

/// The number of entries that are kept at the most.
const MAX_ENTRIES: u64 = 10_000;

/// The secrets that were right within the last minute.
pub(crate) struct ShownSecrets {
    key: Zeroizing<[u8; 32]>,
    right: Cache<[u8; 32], Timestamp>,
}

impl ShownSecrets {
    pub(crate) fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self {
            key,
            right: Cache::builder()
                .max_capacity(MAX_ENTRIES)
                .time_to_live(Duration::from_secs(TTL.unsigned_abs()))
                .build(),
        }
    }

    /// Returns `true` if this secret of the client was right within the last minute. `hash` is the stored one: another secret is
    /// another entry.
    pub(crate) fn was_right(&self, client: &Client, hash: &str, presented: &str, now: Timestamp) -> bool {
        let at = self.right.get(&self.entry(client, hash, presented));
        at.is_some_and(|at| (at..at.plus(TTL)).contains(&now))
    }

    /// Remembers that it was.
    pub(crate) fn remember(&self, client: &Client, hash: &str, presented: &str, now: Timestamp) {
        self.right.insert(self.entry(client, hash, presented), now);
    }

    fn entry(&self, client: &Client, hash: &str, presented: &str) -> [u8; 32] {
        let key = client.key.as_uuid();
        let text = Zeroizing::new([key.as_bytes(), hash.as_bytes(), b"\0", presented.as_bytes()].concat());
        let mut entry = [0; 32];
        entry.copy_from_slice(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &*self.key), &text).as_ref());
        entry
    }
}
