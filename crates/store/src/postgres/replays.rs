//! Values that may be used once, in Postgres (RFC 7523 section 3).

use async_trait::async_trait;
use pixie_provider::store::{Replays, StoreError, UseOnce, UseOnceOutcome};

use super::PostgresStore;
use super::columns::plain;
use super::statement::statement;

/// Inserts a value, or takes over the row of one that has expired and was not swept yet. A second command waits for the
/// first, and then reads the row that it wrote.
const USE_ONCE: &str = "INSERT INTO used_values (hash, denied, expires_at) VALUES ($1, $2, $3)
    ON CONFLICT (hash) DO UPDATE SET denied = excluded.denied, expires_at = excluded.expires_at
        WHERE used_values.expires_at <= $4
    RETURNING 1";

/// The first use of a value.
const FIRST_USE: &str = "SELECT denied FROM used_values WHERE hash = $1";

#[async_trait]
impl Replays for PostgresStore {
    async fn use_once(&self, command: UseOnce) -> Result<UseOnceOutcome, StoreError> {
        let UseOnce {
            hash,
            denied,
            now,
            expires_at,
        } = command;
        let used = self
            .write(statement!(USE_ONCE, hash, denied, expires_at, now))
            .await?;
        if used.len() == 1 {
            return Ok(UseOnceOutcome::First);
        }
        let first = self.read(statement!(FIRST_USE, hash)).await?;
        // If it was swept in between, the value has expired by now: what it was used for counts for nobody any more.
        let denied = first.first().map(|row| plain(row, 0)).transpose()?;
        Ok(UseOnceOutcome::UsedBefore {
            denied: denied.unwrap_or_default(),
        })
    }
}
