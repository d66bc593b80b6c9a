//! Registered clients in SQLite.

use async_trait::async_trait;
use pixie_oauth::ClientId;
use pixie_provider::store::{Clients, InsertClient, ListClients, NewEvent, StoreError, UpdateClient};
use pixie_provider::{Client, ClientKey, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::SqliteStore;
use super::columns::json;
use crate::registration::{argon2id, identity, is_pairwise, registration_token, sealed, sha256};
use crate::rows::{self, Id};

pub(super) const MAX_SIGNED_TOKEN_LIFETIME: &str =
    "SELECT max(signed_token_lifetime) FROM clients WHERE signed_token_lifetime IS NOT NULL";

pub(super) const SHARE: &str =
    "UPDATE clients SET registration_token = NULL, updated_at = max(updated_at, ?2),
         revision = revision + (registration_token IS NOT NULL)
     WHERE identity = ?1";

#[async_trait]
impl Clients for SqliteStore {
    async fn find_client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&select("WHERE client_id = ?1"))?
                .query_row([id.as_str()], |row| rows::client(row))
                .optional()
        })
    }

    async fn find_client_by_key(&self, key: ClientKey) -> Result<Option<Client>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&select("WHERE key = ?1"))?
                .query_row([key.bytes()], |row| rows::client(row))
                .optional()
        })
    }

    async fn find_identical_client(&self, identity: &[u8; 32]) -> Result<Option<Client>, StoreError> {
        self.read(|connection| identical(connection, identity))
    }

    async fn count_dynamic_clients(&self) -> Result<u64, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT count(*) FROM clients WHERE dynamic = 1")?
                .query_row([], |row| row.get::<_, i64>(0))
                .map(i64::unsigned_abs)
        })
    }

    async fn list_clients(&self, query: ListClients) -> Result<Vec<Client>, StoreError> {
        let (after, limit) = (query.after.map(Id::bytes), query.limit);
        // Every identifier is greater than the empty one.
        let after = after.as_ref().map_or(&[][..], |key| key);
        self.read(|connection| match query.owner {
            Some(owner) => connection
                .prepare_cached(&select("WHERE owner = ?1 AND key > ?2 ORDER BY key LIMIT ?3"))?
                .query_map(params![owner.bytes(), after, limit], |row| rows::client(row))?
                .collect(),
            None => connection
                .prepare_cached(&select("WHERE key > ?1 ORDER BY key LIMIT ?2"))?
                .query_map(params![after, limit], |row| rows::client(row))?
                .collect(),
        })
    }

    async fn list_trusted_names(&self) -> Result<Vec<(ClientKey, String)>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT key, registration ->> 'client_name' FROM clients
                     WHERE registration ->> 'skip_authorization' = 1",
                )?
                .query_map([], |row| rows::named_client(row))?
                .collect()
        })
    }

    async fn max_signed_token_lifetime(&self) -> Result<Option<i64>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(MAX_SIGNED_TOKEN_LIFETIME)?
                .query_row([], |row| row.get(0))
        })
    }

    async fn insert_client(
        &self,
        client: Client,
        event: Option<NewEvent>,
    ) -> Result<InsertClient, StoreError> {
        self.write_recorded(
            event,
            |outcome| *outcome == InsertClient::Inserted,
            move |connection| insert(connection, &client),
        )
        .await
    }

    async fn update_client(
        &self,
        client: Client,
        event: Option<NewEvent>,
    ) -> Result<UpdateClient, StoreError> {
        self.write_recorded(
            event,
            |outcome| *outcome == UpdateClient::Updated,
            move |connection| update(connection, &client),
        )
        .await
    }

    async fn delete_client(
        &self,
        key: ClientKey,
        now: Timestamp,
        event: Option<NewEvent>,
    ) -> Result<bool, StoreError> {
        self.write_recorded(
            event,
            |deleted| *deleted,
            move |connection| delete(connection, key, now),
        )
        .await
    }
}

fn insert(connection: &Connection, client: &Client) -> Result<InsertClient> {
    let inserted = connection
        .prepare_cached(
            "INSERT INTO clients (key, client_id, owner, registration, secret_sha256, secret_argon2id, revision,
                 created_at, updated_at, dynamic, registration_token, identity, pairwise, secret_sealed,
                 signed_token_lifetime)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15
             WHERE NOT EXISTS (SELECT 1 FROM users WHERE subject = ?2)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            client.key.bytes(),
            client.id.as_str(),
            client.owner.map(Id::bytes),
            json(&client.to_stored())?,
            sha256(client),
            argon2id(client),
            client.revision,
            client.created_at.seconds(),
            client.updated_at.seconds(),
            client.dynamic.is_some(),
            registration_token(client),
            identity(client),
            is_pairwise(client),
            sealed(client),
            client.signed_token_lifetime(),
        ])?;
    if inserted == 1 {
        return Ok(InsertClient::Inserted);
    }
    let identical = match identity(client) {
        Some(identity) => share(connection, &identity, client.updated_at)?,
        None => None,
    };
    Ok(identical.map_or(InsertClient::IdTaken, |client| {
        InsertClient::Identical(Box::new(client))
    }))
}

/// Removes the identical client's registration access token. If it had one, an update of the client with it has read an
/// older revision and fails. The time is that of a change, so that the client is not swept as unused.
fn share(connection: &Connection, identity: &[u8; 32], now: Timestamp) -> Result<Option<Client>> {
    connection
        .prepare_cached(SHARE)?
        .execute(params![identity, now.seconds()])?;
    identical(connection, identity)
}

fn identical(connection: &Connection, identity: &[u8; 32]) -> Result<Option<Client>> {
    connection
        .prepare_cached(&select("WHERE identity = ?1"))?
        .query_row([identity], |row| rows::client(row))
        .optional()
}

fn update(connection: &Connection, client: &Client) -> Result<UpdateClient> {
    let updated = connection
        .prepare_cached(
            "UPDATE clients SET owner = ?3, registration = ?4, secret_sha256 = ?5, secret_argon2id = ?6,
                 updated_at = ?7, dynamic = ?8, registration_token = ?9, identity = ?10, pairwise = ?11,
                 secret_sealed = ?12, signed_token_lifetime = ?13, revision = revision + 1
             WHERE key = ?1 AND revision = ?2",
        )?
        .execute(params![
            client.key.bytes(),
            client.revision,
            client.owner.map(Id::bytes),
            json(&client.to_stored())?,
            sha256(client),
            argon2id(client),
            client.updated_at.seconds(),
            client.dynamic.is_some(),
            registration_token(client),
            identity(client),
            is_pairwise(client),
            sealed(client),
            client.signed_token_lifetime(),
        ])?;
    if updated == 1 {
        return Ok(UpdateClient::Updated);
    }
    let there = connection
        .prepare_cached("SELECT 1 FROM clients WHERE key = ?1")?
        .exists([client.key.bytes()])?;
    Ok(if there {
        UpdateClient::Outdated
    } else {
        UpdateClient::Gone
    })
}

/// The tokens are dead because every look-up of them joins the client; its consents are left to the sweep.
pub(super) fn delete(connection: &Connection, key: ClientKey, now: Timestamp) -> Result<bool> {
    let deleted = connection
        .prepare_cached("DELETE FROM clients WHERE key = ?1")?
        .execute([key.bytes()])?;
    if deleted == 1 {
        connection
            .prepare_cached("INSERT INTO deleted_clients (key, deleted_at) VALUES (?1, ?2)")?
            .execute(params![key.bytes(), now.seconds()])?;
    }
    Ok(deleted == 1)
}

fn select(which: &str) -> String {
    format!(
        "SELECT key, client_id, owner, registration, secret_sha256, secret_argon2id, revision, created_at, updated_at,
             dynamic, registration_token, identity, secret_sealed
         FROM clients {which}"
    )
}
