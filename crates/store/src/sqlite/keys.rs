//! Signing keys in SQLite.

use async_trait::async_trait;
use pixie_provider::store::{Keys, SealedKey, StoreError};
use rusqlite::{Connection, Result, Row, params};

use super::SqliteStore;
use super::columns::time;

#[async_trait]
impl Keys for SqliteStore {
    async fn list_keys(&self) -> Result<Vec<SealedKey>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT kid, algorithm, public_jwk, sealed_private, created_at FROM signing_keys
                     ORDER BY created_at, kid",
                )?
                .query_map([], key)?
                .collect()
        })
    }

    async fn insert_first_key(&self, key: SealedKey) -> Result<bool, StoreError> {
        self.write(move |connection| insert_first(connection, &key)).await
    }
}

fn insert_first(connection: &Connection, key: &SealedKey) -> Result<bool> {
    let inserted = connection
        .prepare_cached(
            "INSERT INTO signing_keys (kid, algorithm, public_jwk, sealed_private, created_at)
             SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM signing_keys)",
        )?
        .execute(params![
            key.kid,
            key.algorithm,
            key.public_jwk,
            key.sealed_private,
            key.created_at.seconds(),
        ])?;
    Ok(inserted == 1)
}

fn key(row: &Row<'_>) -> Result<SealedKey> {
    Ok(SealedKey {
        kid: row.get(0)?,
        algorithm: row.get(1)?,
        public_jwk: row.get(2)?,
        sealed_private: row.get(3)?,
        created_at: time(row, 4)?,
    })
}
