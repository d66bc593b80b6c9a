//! Signed-in browsers in SQLite.

use async_trait::async_trait;
use pixie_oauth::{TokenHash, kinds};
use pixie_provider::store::{OpenSession, SessionRecord, Sessions, StoreError};
use pixie_provider::{Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::SqliteStore;
use super::accounts::{USER, user};
use super::columns::{Id, id, time};

#[async_trait]
impl Sessions for SqliteStore {
    async fn open_session(&self, command: OpenSession) -> Result<(), StoreError> {
        self.write(move |connection| open(connection, &command)).await
    }

    async fn find_session(
        &self,
        hash: TokenHash<kinds::Session>,
    ) -> Result<Option<SessionRecord>, StoreError> {
        self.read(|connection| find(connection, &hash))
    }

    async fn touch_session(&self, hash: TokenHash<kinds::Session>, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |connection| {
            connection
                .prepare_cached(
                    "UPDATE sessions SET last_seen_at = ?2 WHERE hash = ?1 AND last_seen_at < ?2",
                )?
                .execute(params![hash.as_bytes(), now.seconds()])
                .map(drop)
        })
        .await
    }

    async fn close_session(&self, hash: TokenHash<kinds::Session>) -> Result<(), StoreError> {
        self.write(move |connection| close(connection, &hash)).await
    }
}

fn open(connection: &Connection, command: &OpenSession) -> Result<()> {
    if let Some(replaced) = &command.replaces {
        close(connection, replaced)?;
    }
    connection
        .prepare_cached(
            "INSERT INTO sessions (hash, id, user, authenticated_at, last_seen_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
        )?
        .execute(params![
            command.hash.as_bytes(),
            command.id.bytes(),
            command.user.bytes(),
            command.now.seconds(),
            command.expires_at.seconds(),
        ])
        .map(drop)
}

fn close(connection: &Connection, hash: &TokenHash<kinds::Session>) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM sessions WHERE hash = ?1")?
        .execute([hash.as_bytes()])
        .map(drop)
}

/// Ends every session of a person.
pub(super) fn close_all(connection: &Connection, user: UserId) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM sessions WHERE user = ?1")?
        .execute([user.bytes()])
        .map(drop)
}

fn find(connection: &Connection, hash: &TokenHash<kinds::Session>) -> Result<Option<SessionRecord>> {
    connection
        .prepare_cached(&format!(
            "SELECT {USER}, sessions.id, authenticated_at, last_seen_at, expires_at
             FROM sessions JOIN users ON users.id = sessions.user WHERE hash = ?1"
        ))?
        .query_row([hash.as_bytes()], |row| {
            Ok(SessionRecord {
                user: user(row)?,
                id: id(row, 9)?,
                authenticated_at: time(row, 10)?,
                last_seen_at: time(row, 11)?,
                expires_at: time(row, 12)?,
            })
        })
        .optional()
}
