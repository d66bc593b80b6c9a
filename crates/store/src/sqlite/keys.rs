//! Signing keys in SQLite.

use async_trait::async_trait;
use pixie_provider::store::{EndKey, Keys, NewEvent, RotateKey, RotateKeyOutcome, SealedKey, StoreError};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::SqliteStore;
use crate::rows;

#[async_trait]
impl Keys for SqliteStore {
    async fn list_keys(&self) -> Result<Vec<SealedKey>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT kid, algorithm, public_jwk, sealed_private, created_at, signs_from, verifies_until
                     FROM signing_keys ORDER BY created_at, kid",
                )?
                .query_map([], |row| rows::signing_key(row))?
                .collect()
        })
    }

    async fn rotate_key(
        &self,
        command: RotateKey,
        event: Option<NewEvent>,
    ) -> Result<RotateKeyOutcome, StoreError> {
        self.write_recorded(
            event,
            |outcome| *outcome == RotateKeyOutcome::Rotated,
            move |connection| rotate(connection, &command),
        )
        .await
    }

    async fn end_key(&self, command: EndKey, event: Option<NewEvent>) -> Result<bool, StoreError> {
        let end = move |connection: &Connection| end(connection, &command);
        self.write_recorded(event, |ended| *ended, end).await
    }
}

fn end(connection: &Connection, command: &EndKey) -> Result<bool> {
    let (kid, at) = (&command.kid, command.at.seconds());
    let ended = connection
        .prepare_cached("UPDATE signing_keys SET verifies_until = ?2 WHERE kid = ?1 AND verifies_until > ?2")?
        .execute(params![kid, at])?;
    if ended == 1 && command.signs {
        connection
            .prepare_cached(
                "UPDATE signing_keys SET signs_from = ?2 WHERE verifies_until IS NULL AND signs_from > ?2
                     AND algorithm = (SELECT algorithm FROM signing_keys WHERE kid = ?1)",
            )?
            .execute(params![kid, at])?;
    }
    Ok(ended == 1)
}

fn rotate(connection: &Connection, command: &RotateKey) -> Result<RotateKeyOutcome> {
    let key = &command.key;
    let newest: Option<String> = connection
        .prepare_cached("SELECT kid FROM signing_keys WHERE algorithm = ?1 AND verifies_until IS NULL")?
        .query_row([&key.algorithm], |row| row.get(0))
        .optional()?;
    if newest != command.expected_newest {
        return Ok(RotateKeyOutcome::NotNewest);
    }
    let taken = connection
        .prepare_cached("SELECT 1 FROM signing_keys WHERE kid = ?1")?
        .exists([&key.kid])?;
    if taken {
        return Ok(RotateKeyOutcome::KidTaken);
    }
    connection
        .prepare_cached(
            "UPDATE signing_keys SET verifies_until = ?2 WHERE algorithm = ?1 AND verifies_until IS NULL",
        )?
        .execute(params![key.algorithm, command.old_until.seconds()])?;
    connection
        .prepare_cached("UPDATE signing_keys SET signs_from = ?2 WHERE algorithm = ?1 AND signs_from > ?2")?
        .execute(params![key.algorithm, key.signs_from.seconds()])?;
    connection
        .prepare_cached(
            "INSERT INTO signing_keys
                 (kid, algorithm, public_jwk, sealed_private, created_at, signs_from, verifies_until)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)",
        )?
        .execute(params![
            key.kid,
            key.algorithm,
            key.public_jwk,
            key.sealed_private,
            key.created_at.seconds(),
            key.signs_from.seconds(),
        ])?;
    Ok(RotateKeyOutcome::Rotated)
}
