//! Logos of clients in SQLite. A trigger deletes them with their clients.

use async_trait::async_trait;
use pixie_provider::ClientKey;
use pixie_provider::store::{Logo, LogoOrigin, Logos, StoreError};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::SqliteStore;
use crate::rows::{self, Id};

#[async_trait]
impl Logos for SqliteStore {
    async fn find_logo(&self, client: ClientKey) -> Result<Option<Logo>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT client, uri, media_type, picture, fetched_at FROM logos WHERE client = ?1",
                )?
                .query_row([client.bytes()], |row| rows::logo(row))
                .optional()
        })
    }

    async fn find_logo_origin(&self, client: ClientKey) -> Result<Option<LogoOrigin>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT uri, fetched_at FROM logos WHERE client = ?1")?
                .query_row([client.bytes()], |row| rows::logo_origin(row))
                .optional()
        })
    }

    async fn keep_logo(&self, logo: Logo, max: u32) -> Result<bool, StoreError> {
        self.write(move |connection| keep(connection, &logo, max)).await
    }
}

fn keep(connection: &Connection, logo: &Logo, max: u32) -> Result<bool> {
    let kept = connection
        .prepare_cached(
            "INSERT INTO logos (client, uri, media_type, picture, fetched_at)
             SELECT key, ?2, ?3, ?4, ?5 FROM clients
             WHERE key = ?1 AND (key IN (SELECT client FROM logos) OR (SELECT count(*) FROM logos) < ?6)
             ON CONFLICT (client) DO UPDATE SET uri = excluded.uri, media_type = excluded.media_type,
                 picture = excluded.picture, fetched_at = excluded.fetched_at",
        )?
        .execute(params![
            logo.client.bytes(),
            logo.uri,
            logo.format.media_type(),
            logo.picture,
            logo.fetched_at.seconds(),
            max,
        ])?;
    Ok(kept == 1)
}
