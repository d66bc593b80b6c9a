//! Values that may be used once, in SQLite (RFC 7523 section 3).

use async_trait::async_trait;
use pixie_provider::store::{Replays, StoreError, UseOnce, UseOnceOutcome};
use rusqlite::{Connection, Result, params};

use super::SqliteStore;

/// Inserts a value, or takes over the row of one that has expired and was not swept yet.
const USE_ONCE: &str = "INSERT INTO used_values (hash, denied, expires_at) VALUES (?1, ?2, ?3)
     ON CONFLICT (hash) DO UPDATE SET denied = excluded.denied, expires_at = excluded.expires_at
         WHERE used_values.expires_at <= ?4";

#[async_trait]
impl Replays for SqliteStore {
    async fn use_once(&self, command: UseOnce) -> std::result::Result<UseOnceOutcome, StoreError> {
        self.write(move |connection| use_once(connection, &command)).await
    }
}

/// Uses a value up.
pub(super) fn use_once(connection: &Connection, command: &UseOnce) -> Result<UseOnceOutcome> {
    let used = connection.prepare_cached(USE_ONCE)?.execute(params![
        command.hash,
        command.denied,
        command.expires_at.seconds(),
        command.now.seconds(),
    ])?;
    if used == 1 {
        return Ok(UseOnceOutcome::First);
    }
    let denied = connection
        .prepare_cached("SELECT denied FROM used_values WHERE hash = ?1")?
        .query_row([command.hash], |row| row.get(0))?;
    Ok(UseOnceOutcome::UsedBefore { denied })
}
