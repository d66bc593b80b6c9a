//! The root key in SQLite.

use async_trait::async_trait;
use pixie_provider::store::{NewEvent, RootKeys, SealedRootKey, StoreError};
use rusqlite::params;

use super::SqliteStore;
use crate::rows;

#[async_trait]
impl RootKeys for SqliteStore {
    async fn list_root_keys(&self) -> Result<Vec<SealedRootKey>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT master_key_id, sealed FROM root_keys ORDER BY number")?
                .query_map([], |row| rows::root_key(row))?
                .collect()
        })
    }

    async fn insert_first_root_key(&self, key: SealedRootKey) -> Result<bool, StoreError> {
        self.write(move |connection| {
            let inserted = connection
                .prepare_cached(
                    "INSERT INTO root_keys (number, master_key_id, sealed)
                     SELECT 1, ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM root_keys)",
                )?
                .execute(params![key.master_key_id, key.sealed])?;
            Ok(inserted == 1)
        })
        .await
    }

    async fn add_root_key(
        &self,
        known_master_key_id: String,
        key: SealedRootKey,
        event: Option<NewEvent>,
    ) -> Result<bool, StoreError> {
        self.write_recorded(
            event,
            |added| *added,
            move |connection| {
                let added = connection
                    .prepare_cached(
                        "INSERT INTO root_keys (number, master_key_id, sealed)
                         SELECT (SELECT max(number) + 1 FROM root_keys), ?2, ?3
                         WHERE EXISTS (SELECT 1 FROM root_keys WHERE master_key_id = ?1)
                         ON CONFLICT DO NOTHING",
                    )?
                    .execute(params![known_master_key_id, key.master_key_id, key.sealed])?;
                Ok(added == 1)
            },
        )
        .await
    }

    async fn retire_root_keys(
        &self,
        master_key_id: String,
        event: Option<NewEvent>,
    ) -> Result<u64, StoreError> {
        self.write_recorded(
            event,
            |retired| *retired > 0,
            move |connection| {
                let retired = connection
                    .prepare_cached(
                        "DELETE FROM root_keys WHERE master_key_id <> ?1
                             AND EXISTS (SELECT 1 FROM root_keys AS kept WHERE kept.master_key_id = ?1)",
                    )?
                    .execute([&master_key_id])?;
                Ok(retired as u64)
            },
        )
        .await
    }
}
