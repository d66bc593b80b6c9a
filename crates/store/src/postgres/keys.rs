//! Signing keys in Postgres.

use async_trait::async_trait;
use pixie_provider::store::{EndKey, Keys, NewEvent, RotateKey, RotateKeyOutcome, SealedKey, StoreError};

use super::PostgresStore;
use super::columns::{Result, plain};
use super::events::{self, record_if};
use super::statement::statement;
use crate::rows;

const KEYS: &str = "SELECT kid, algorithm, public_jwk, sealed_private, created_at, signs_from, verifies_until
    FROM signing_keys ORDER BY created_at, kid";

/// A rotation of the same key waits here for the other, and the statements after this one see its changes.
const LOCK: &str = "SELECT kid FROM signing_keys
    WHERE algorithm = $1 AND kid = $2 AND verifies_until IS NULL FOR UPDATE";

/// Ends the newest key, if it is the expected one. If there is said to be none, there is none to end.
const END: &str = "UPDATE signing_keys SET verifies_until = $3
    WHERE algorithm = $1 AND kid = $2 AND verifies_until IS NULL
        AND NOT EXISTS (SELECT 1 FROM signing_keys AS taken WHERE taken.kid = $4)";

/// Makes the key the newest. The index of keys without an end refuses it if another is the newest, and the index of ids
/// if its id is taken.
macro_rules! insert {
    ($recorded:expr) => {
        concat!(
            "WITH inserted AS (
        INSERT INTO signing_keys (kid, algorithm, public_jwk, sealed_private, created_at, signs_from, verifies_until)
        SELECT $1, $2, $3, $4, $5, $6, NULL
        WHERE $7 IS NULL OR EXISTS (
            SELECT 1 FROM signing_keys AS ended WHERE ended.kid = $7 AND ended.algorithm = $2 AND ended.verifies_until = $8)
        ON CONFLICT DO NOTHING
        RETURNING algorithm, signs_from
    )",
            $recorded,
            ", waited AS (
        UPDATE signing_keys SET signs_from = inserted.signs_from
        FROM inserted
        WHERE signing_keys.algorithm = inserted.algorithm AND signing_keys.signs_from > inserted.signs_from
    )
    SELECT 1 FROM inserted"
        )
    };
}
const INSERT: &str = insert!("");
const INSERT_RECORDED: &str = insert!(concat!(", recorded AS (", record_if!("inserted", "$9"), ")"));

/// Removes the end again if the id was taken in between, by a key of another algorithm.
const STAY: &str = "UPDATE signing_keys SET verifies_until = NULL
    WHERE algorithm = $1 AND kid = $2 AND verifies_until = $3
        AND NOT EXISTS (SELECT 1 FROM signing_keys AS newest
            WHERE newest.algorithm = $1 AND newest.verifies_until IS NULL)";

macro_rules! end_old {
    ($recorded:expr) => {
        concat!(
            "WITH ended AS (
        UPDATE signing_keys SET verifies_until = $2 WHERE kid = $1 AND verifies_until > $2 RETURNING algorithm
    )",
            $recorded,
            ", succeeded AS (
        UPDATE signing_keys SET signs_from = $2
        FROM ended
        WHERE $3 AND signing_keys.algorithm = ended.algorithm
            AND signing_keys.verifies_until IS NULL AND signing_keys.signs_from > $2
    )
    SELECT 1 FROM ended"
        )
    };
}
const END_OLD: &str = end_old!("");
const END_OLD_RECORDED: &str = end_old!(concat!(", recorded AS (", record_if!("ended", "$4"), ")"));

const NEWEST: &str = "SELECT kid FROM signing_keys WHERE algorithm = $1 AND verifies_until IS NULL";

#[async_trait]
impl Keys for PostgresStore {
    async fn list_keys(&self) -> std::result::Result<Vec<SealedKey>, StoreError> {
        let keys = self.read(statement!(KEYS)).await?;
        Ok(keys.iter().map(rows::signing_key).collect::<Result<_>>()?)
    }

    async fn rotate_key(
        &self,
        command: RotateKey,
        event: Option<NewEvent>,
    ) -> std::result::Result<RotateKeyOutcome, StoreError> {
        let RotateKey {
            key,
            expected_newest: expected,
            old_until,
        } = command;
        let (algorithm, kid) = (key.algorithm.as_str(), key.kid.as_str());
        let expected = expected.as_deref();
        let insert = statement!(
            INSERT,
            kid,
            algorithm,
            key.public_jwk,
            key.sealed_private,
            key.created_at,
            key.signs_from,
            expected,
            old_until,
        );
        let answers = self
            .write_all(vec![
                statement!(LOCK, algorithm, expected),
                statement!(END, algorithm, expected, old_until, kid),
                events::with(insert, INSERT_RECORDED, event.as_ref())?,
                statement!(STAY, algorithm, expected, old_until),
                statement!(NEWEST, algorithm),
            ])
            .await?;
        let [_, _, inserted, _, newest] = &answers[..] else {
            return Ok(RotateKeyOutcome::NotNewest);
        };
        if !inserted.is_empty() {
            return Ok(RotateKeyOutcome::Rotated);
        }
        let newest: Option<&str> = newest.first().map(|row| plain(row, 0)).transpose()?;
        Ok(if newest == expected {
            RotateKeyOutcome::KidTaken
        } else {
            RotateKeyOutcome::NotNewest
        })
    }

    async fn end_key(
        &self,
        command: EndKey,
        event: Option<NewEvent>,
    ) -> std::result::Result<bool, StoreError> {
        let EndKey { kid, at, signs } = command;
        let end = statement!(END_OLD, kid, at, signs);
        let rows = self
            .write(events::with(end, END_OLD_RECORDED, event.as_ref())?)
            .await?;
        Ok(rows.len() == 1)
    }
}
