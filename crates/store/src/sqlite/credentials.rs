//! Credentials of accounts, in SQLite.

use async_trait::async_trait;
use pixie_provider::store::{Credentials, StoreError};
use pixie_provider::{AccountId, Credential, CredentialId, CredentialKind, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::SqliteStore;
use crate::rows::{self, Id, stored_secret};

const COLUMNS: &str = "id, kind, label, secret, created_at, last_used_at";

#[async_trait]
impl Credentials for SqliteStore {
    async fn find_credential(
        &self,
        account: AccountId,
        kind: CredentialKind,
    ) -> Result<Option<Credential>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM credentials WHERE user = ?1 AND kind = ?2"
                ))?
                .query_row(params![account.bytes(), kind.as_str()], |row| {
                    rows::credential(row)
                })
                .optional()
        })
    }

    async fn list_credentials(&self, account: AccountId) -> Result<Vec<Credential>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM credentials WHERE user = ?1 ORDER BY id"
                ))?
                .query_map([account.bytes()], |row| rows::credential(row))?
                .collect()
        })
    }
}

/// Adds a credential. A password takes the place of the one before.
pub(super) fn insert(connection: &Connection, account: AccountId, credential: &Credential) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO credentials (user, id, kind, label, secret, created_at, last_used_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (user) WHERE kind = 'password' DO UPDATE SET id = excluded.id, label = excluded.label,
                 secret = excluded.secret, created_at = excluded.created_at, last_used_at = excluded.last_used_at",
        )?
        .execute(params![
            account.bytes(),
            credential.id.bytes(),
            credential.secret.kind().as_str(),
            credential.label,
            stored_secret(&credential.secret),
            credential.created_at.seconds(),
            credential.last_used_at.map(Timestamp::seconds),
        ])
        .map(drop)
}

/// Notes that somebody signed in with a credential.
pub(super) fn note_use(
    connection: &Connection,
    account: AccountId,
    credential: CredentialId,
    now: Timestamp,
) -> Result<()> {
    connection
        .prepare_cached("UPDATE credentials SET last_used_at = ?3 WHERE user = ?1 AND id = ?2")?
        .execute(params![account.bytes(), credential.bytes(), now.seconds()])
        .map(drop)
}
