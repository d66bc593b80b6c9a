//! The root key in Postgres.

use async_trait::async_trait;
use pixie_provider::store::{NewEvent, RootKeys, SealedRootKey, StoreError};

use super::PostgresStore;
use super::events::{self, recorded};
use super::statement::statement;
use crate::rows;

const LIST: &str = "SELECT master_key_id, sealed FROM root_keys ORDER BY number";

/// Of two first keys, the number lets in one.
const INSERT_FIRST: &str = "INSERT INTO root_keys (number, master_key_id, sealed)
    SELECT 1, $1, $2 WHERE NOT EXISTS (SELECT 1 FROM root_keys)
    ON CONFLICT DO NOTHING
    RETURNING 1";

/// A change of the rows waits here for others, and the statement after this one sees their changes.
const LOCK: &str = "SELECT number FROM root_keys ORDER BY number FOR UPDATE";

macro_rules! add {
    () => {
        "INSERT INTO root_keys (number, master_key_id, sealed)
    SELECT (SELECT max(number) + 1 FROM root_keys), $2, $3
    WHERE EXISTS (SELECT 1 FROM root_keys WHERE master_key_id = $1)
    ON CONFLICT DO NOTHING
    RETURNING 1"
    };
}
const ADD: &str = add!();
const ADD_RECORDED: &str = recorded!(add!(), "$4");

macro_rules! retire {
    () => {
        "DELETE FROM root_keys WHERE master_key_id <> $1
        AND EXISTS (SELECT 1 FROM root_keys AS kept WHERE kept.master_key_id = $1)
    RETURNING 1"
    };
}
const RETIRE: &str = retire!();
const RETIRE_RECORDED: &str = recorded!(retire!(), "$2");

#[async_trait]
impl RootKeys for PostgresStore {
    async fn list_root_keys(&self) -> Result<Vec<SealedRootKey>, StoreError> {
        let keys = self.read(statement!(LIST)).await?;
        Ok(keys.iter().map(rows::root_key).collect::<Result<_, _>>()?)
    }

    async fn insert_first_root_key(&self, key: SealedRootKey) -> Result<bool, StoreError> {
        let insert = statement!(INSERT_FIRST, key.master_key_id, key.sealed);
        Ok(!self.write(insert).await?.is_empty())
    }

    async fn add_root_key(
        &self,
        known_master_key_id: String,
        key: SealedRootKey,
        event: Option<NewEvent>,
    ) -> Result<bool, StoreError> {
        let add = statement!(ADD, known_master_key_id, key.master_key_id, key.sealed);
        let add = events::with(add, ADD_RECORDED, event.as_ref())?;
        let answers = self.write_all(vec![statement!(LOCK), add]).await?;
        Ok(answers.last().is_some_and(|added| !added.is_empty()))
    }

    async fn retire_root_keys(
        &self,
        master_key_id: String,
        event: Option<NewEvent>,
    ) -> Result<u64, StoreError> {
        let retire = events::with(statement!(RETIRE, master_key_id), RETIRE_RECORDED, event.as_ref())?;
        let answers = self.write_all(vec![statement!(LOCK), retire]).await?;
        Ok(answers.last().map_or(0, |retired| retired.len() as u64))
    }
}
