//! Credentials of accounts, in PostgreSQL.

use async_trait::async_trait;
use pixie_provider::store::{Credentials, NewAccount, StoreError};
use pixie_provider::{AccountId, Credential, CredentialId, CredentialKind, Timestamp};

use super::PostgresStore;
use super::columns::Result;
use super::statement::{Statement, statement};
use crate::rows::{self, stored_secret};

macro_rules! columns {
    () => {
        "id, kind, label, secret, created_at, last_used_at"
    };
}

const FIND: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM credentials WHERE user_id = $1 AND kind = $2"
);

const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM credentials WHERE user_id = $1 ORDER BY id"
);

/// Nothing is added if the account is not there. A password takes the place of the one before.
const INSERT: &str = "INSERT INTO credentials (user_id, id, kind, label, secret, created_at, last_used_at)
     SELECT $1, $2, $3, $4, $5, $6, $7 FROM users WHERE users.id = $1
     ON CONFLICT (user_id) WHERE kind = 'password' DO UPDATE SET id = excluded.id, label = excluded.label,
         secret = excluded.secret, created_at = excluded.created_at, last_used_at = excluded.last_used_at";

const NOTE_USE: &str = "UPDATE credentials SET last_used_at = $3 WHERE user_id = $1 AND id = $2";

#[async_trait]
impl Credentials for PostgresStore {
    async fn find_credential(
        &self,
        account: AccountId,
        kind: CredentialKind,
    ) -> Result<Option<Credential>, StoreError> {
        let found = self.read(statement!(FIND, account, kind.as_str())).await?;
        Ok(found.first().map(rows::credential).transpose()?)
    }

    async fn list_credentials(&self, account: AccountId) -> Result<Vec<Credential>, StoreError> {
        let found = self.read(statement!(LIST, account)).await?;
        Ok(found.iter().map(rows::credential).collect::<Result<_>>()?)
    }
}

/// Adds the first credentials of an account that the statement before made.
pub(super) fn of_account(new: &NewAccount) -> impl Iterator<Item = Statement> {
    let account = new.account.id;
    new.credentials
        .iter()
        .map(move |credential| insert(account, credential))
}

/// Adds a credential. A password takes the place of the one before.
pub(super) fn insert(account: AccountId, credential: &Credential) -> Statement {
    statement!(
        INSERT,
        account,
        credential.id,
        credential.secret.kind().as_str(),
        credential.label.as_deref(),
        stored_secret(&credential.secret),
        credential.created_at,
        credential.last_used_at,
    )
}

/// Notes that somebody signed in with a credential.
pub(super) fn note_use(account: AccountId, credential: CredentialId, now: Timestamp) -> Statement {
    statement!(NOTE_USE, account, credential, now)
}
