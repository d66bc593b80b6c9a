//! Registered clients in Postgres.

use async_trait::async_trait;
use pixie_oauth::ClientId;
use pixie_provider::store::{Clients, InsertClient, ListClients, NewEvent, StoreError, UpdateClient};
use pixie_provider::{Client, ClientKey, Timestamp};
use uuid::Uuid;

use super::PostgresStore;
use super::accounts::LOCK;
use super::columns::{Result, json, plain};
use super::events::{self, record_if, recorded};
use super::statement::{Statement, statement};
use crate::registration::{argon2id, identity, is_pairwise, registration_token, sealed, sha256};
use crate::rows::{self, count};

/// The columns of a client, as they are read.
macro_rules! client_columns {
    () => {
        "key, client_id, owner, registration, secret_sha256, secret_argon2id, revision, created_at, updated_at, dynamic,
         registration_token, identity, secret_sealed"
    };
}

const FIND: &str = concat!("SELECT ", client_columns!(), " FROM clients WHERE client_id = $1");

const FIND_BY_KEY: &str = concat!("SELECT ", client_columns!(), " FROM clients WHERE key = $1");

const FIND_IDENTICAL: &str = concat!("SELECT ", client_columns!(), " FROM clients WHERE identity = $1");

const COUNT_DYNAMIC: &str = "SELECT count(*) FROM clients WHERE dynamic";

const LIST: &str = concat!(
    "SELECT ",
    client_columns!(),
    " FROM clients WHERE key > $1 ORDER BY key LIMIT $2"
);

const LIST_OF_OWNER: &str = concat!(
    "SELECT ",
    client_columns!(),
    " FROM clients WHERE owner = $3 AND key > $1 ORDER BY key LIMIT $2"
);

const LIST_TRUSTED: &str = "SELECT key, registration::jsonb ->> 'client_name' FROM clients
    WHERE (registration::jsonb ->> 'skip_authorization') = 'true'";

const MAX_SIGNED_TOKEN_LIFETIME: &str =
    "SELECT max(signed_token_lifetime) FROM clients WHERE signed_token_lifetime IS NOT NULL";

/// Of several that insert the same at once, each but the first waits for the first and then inserts nothing.
macro_rules! insert {
    () => {
        "INSERT INTO clients (key, client_id, owner, registration, secret_sha256, secret_argon2id, revision,
        created_at, updated_at, dynamic, registration_token, identity, pairwise, secret_sealed,
        signed_token_lifetime)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
    WHERE NOT EXISTS (SELECT 1 FROM users WHERE subject = $2)
    ON CONFLICT DO NOTHING RETURNING 1"
    };
}
const INSERT: &str = insert!();
const INSERT_RECORDED: &str = recorded!(insert!(), "$16");

/// Removes the identical client's registration access token, unless it is the one that was inserted just now. If it had
/// one, an update of the client with it has read an older revision and fails. The time is that of a change, so that the
/// client is not swept as unused.
const SHARE: &str = concat!(
    "UPDATE clients SET registration_token = NULL, updated_at = greatest(updated_at, $2),
        revision = revision + (registration_token IS NOT NULL)::int
    WHERE identity = $1 AND key <> $3 RETURNING ",
    client_columns!()
);

macro_rules! update {
    () => {
        "UPDATE clients SET owner = $3, registration = $4, secret_sha256 = $5, secret_argon2id = $6,
        updated_at = $7, dynamic = $8, registration_token = $9, identity = $10, pairwise = $11, secret_sealed = $12,
        signed_token_lifetime = $13, revision = revision + 1
    WHERE key = $1 AND revision = $2 RETURNING 1"
    };
}
const UPDATE: &str = update!();
const UPDATE_RECORDED: &str = recorded!(update!(), "$14");

const IS_THERE: &str = "SELECT 1 FROM clients WHERE key = $1";

/// The tokens are dead because every look-up of them joins the client; its consents are left to the sweep.
macro_rules! delete {
    ($recorded:expr) => {
        concat!(
            "WITH gone AS (DELETE FROM clients WHERE key = $1 RETURNING key)",
            $recorded,
            " INSERT INTO deleted_clients (key, deleted_at) SELECT key, $2 FROM gone RETURNING 1"
        )
    };
}
const DELETE: &str = delete!("");
const DELETE_RECORDED: &str = delete!(concat!(", recorded AS (", record_if!("gone", "$3"), ")"));

#[async_trait]
impl Clients for PostgresStore {
    async fn find_client(&self, id: &ClientId) -> std::result::Result<Option<Client>, StoreError> {
        self.one_client(statement!(FIND, id.as_str())).await
    }

    async fn find_client_by_key(&self, key: ClientKey) -> std::result::Result<Option<Client>, StoreError> {
        self.one_client(statement!(FIND_BY_KEY, key)).await
    }

    async fn find_identical_client(
        &self,
        identity: &[u8; 32],
    ) -> std::result::Result<Option<Client>, StoreError> {
        self.one_client(statement!(FIND_IDENTICAL, identity)).await
    }

    async fn count_dynamic_clients(&self) -> std::result::Result<u64, StoreError> {
        let counted = self.read(statement!(COUNT_DYNAMIC)).await?;
        Ok(counted.first().map_or(Ok(0), |row| count(row, 0))?)
    }

    async fn list_clients(&self, query: ListClients) -> std::result::Result<Vec<Client>, StoreError> {
        let after = query.after.unwrap_or(ClientKey::from_uuid(Uuid::nil()));
        let list = match query.owner {
            Some(owner) => statement!(LIST_OF_OWNER, after, query.limit, owner),
            None => statement!(LIST, after, query.limit),
        };
        let clients = self.read(list).await?;
        Ok(clients.iter().map(rows::client).collect::<Result<_>>()?)
    }

    async fn list_trusted_names(&self) -> std::result::Result<Vec<(ClientKey, String)>, StoreError> {
        let clients = self.read(statement!(LIST_TRUSTED)).await?;
        Ok(clients.iter().map(rows::named_client).collect::<Result<_>>()?)
    }

    async fn max_signed_token_lifetime(&self) -> std::result::Result<Option<i64>, StoreError> {
        let found = self.read(statement!(MAX_SIGNED_TOKEN_LIFETIME)).await?;
        Ok(found.first().map_or(Ok(None), |row| plain(row, 0))?)
    }

    async fn insert_client(
        &self,
        client: Client,
        event: Option<NewEvent>,
    ) -> std::result::Result<InsertClient, StoreError> {
        let insert = events::with(insert(&client)?, INSERT_RECORDED, event.as_ref())?;
        let mut statements = vec![insert];
        if client.dynamic.is_none() {
            statements.insert(0, statement!(LOCK));
        }
        let inserted = statements.len() - 1;
        statements.extend(
            identity(&client).map(|identity| statement!(SHARE, identity, client.updated_at, client.key)),
        );
        let answers = self.write_all(statements).await?;
        if answers.get(inserted).is_some_and(|inserted| !inserted.is_empty()) {
            return Ok(InsertClient::Inserted);
        }
        Ok(match answers.get(inserted + 1).and_then(|rows| rows.first()) {
            Some(row) => InsertClient::Identical(Box::new(rows::client(row)?)),
            None => InsertClient::IdTaken,
        })
    }

    async fn update_client(
        &self,
        client: Client,
        event: Option<NewEvent>,
    ) -> std::result::Result<UpdateClient, StoreError> {
        let update = events::with(update(&client)?, UPDATE_RECORDED, event.as_ref())?;
        let statements = vec![update, statement!(IS_THERE, client.key)];
        let answers = self.write_all(statements).await?;
        let done: Vec<bool> = answers.iter().map(|rows| !rows.is_empty()).collect();
        Ok(match done[..] {
            [true, ..] => UpdateClient::Updated,
            [false, true] => UpdateClient::Outdated,
            _ => UpdateClient::Gone,
        })
    }

    async fn delete_client(
        &self,
        key: ClientKey,
        now: Timestamp,
        event: Option<NewEvent>,
    ) -> std::result::Result<bool, StoreError> {
        let delete = statement!(DELETE, key, now);
        let delete = events::with(delete, DELETE_RECORDED, event.as_ref())?;
        Ok(!self.write(delete).await?.is_empty())
    }
}

impl PostgresStore {
    async fn one_client(&self, find: Statement) -> std::result::Result<Option<Client>, StoreError> {
        let found = self.read(find).await?;
        Ok(found.first().map(rows::client).transpose()?)
    }
}

fn insert(client: &Client) -> Result<Statement> {
    Ok(statement!(
        INSERT,
        client.key,
        client.id.as_str(),
        client.owner,
        json(&client.to_stored())?,
        sha256(client),
        argon2id(client),
        client.revision,
        client.created_at,
        client.updated_at,
        client.dynamic.is_some(),
        registration_token(client),
        identity(client),
        is_pairwise(client),
        sealed(client),
        client.signed_token_lifetime(),
    ))
}

fn update(client: &Client) -> Result<Statement> {
    Ok(statement!(
        UPDATE,
        client.key,
        client.revision,
        client.owner,
        json(&client.to_stored())?,
        sha256(client),
        argon2id(client),
        client.updated_at,
        client.dynamic.is_some(),
        registration_token(client),
        identity(client),
        is_pairwise(client),
        sealed(client),
        client.signed_token_lifetime(),
    ))
}
