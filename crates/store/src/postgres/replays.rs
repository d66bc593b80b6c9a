//! Values that may be used once, in Postgres (RFC 7523 section 3).

use async_trait::async_trait;
use pixie_provider::store::{Replays, StoreError, UseOnce};

use super::PostgresStore;
use super::statement::statement;

/// Inserts a value, or takes over the row of one that has expired and was not swept yet. A second command waits for the
/// first, and then reads the row that it wrote.
const USE_ONCE: &str = "INSERT INTO used_values (hash, expires_at) VALUES ($1, $2)
    ON CONFLICT (hash) DO UPDATE SET expires_at = excluded.expires_at WHERE used_values.expires_at <= $3
    RETURNING 1";

#[async_trait]
impl Replays for PostgresStore {
    async fn use_once(&self, command: UseOnce) -> Result<bool, StoreError> {
        let used = statement!(USE_ONCE, command.hash, command.expires_at, command.now);
        Ok(self.write(used).await?.len() == 1)
    }
}
