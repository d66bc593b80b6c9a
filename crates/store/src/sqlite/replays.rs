//! Values that may be used once, in SQLite (RFC 7523 section 3).

use async_trait::async_trait;
use pixie_provider::store::{Replays, StoreError, UseOnce};
use rusqlite::{Connection, Result, params};

use super::SqliteStore;

/// Inserts a value, or takes over the row of one that has expired and was not swept yet.
const USE_ONCE: &str = "INSERT INTO used_values (hash, expires_at) VALUES (?1, ?2)
     ON CONFLICT (hash) DO UPDATE SET expires_at = excluded.expires_at WHERE used_values.expires_at <= ?3";

#[async_trait]
impl Replays for SqliteStore {
    async fn use_once(&self, command: UseOnce) -> Result<bool, StoreError> {
        self.write(move |connection| use_once(connection, &command)).await
    }
}

/// `false` if the value was used before.
pub(super) fn use_once(connection: &Connection, command: &UseOnce) -> Result<bool> {
    let used = connection.prepare_cached(USE_ONCE)?.execute(params![
        command.hash,
        command.expires_at.seconds(),
        command.now.seconds(),
    ])?;
    Ok(used == 1)
}
