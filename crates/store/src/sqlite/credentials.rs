//! Credentials of accounts, and the counts of guesses at them, in SQLite.

use async_trait::async_trait;
use pixie_provider::store::{
    AddCredentials, AddedCredentials, CountGuess, Credentials, Guesses, NewEvent, RemoveCredential,
    RemovedCredential, RenewPassword, SpendCredential, SpendProof, StoreError, UseOnceOutcome,
};
use pixie_provider::{AccountId, Credential, CredentialId, CredentialKind, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::{SqliteStore, replays};
use crate::rows::{self, Id};

const COLUMNS: &str = "id, kind, label, lookup, secret, counter, created_at, last_used_at";

const COUNT_GUESS: &str = "INSERT INTO guesses (bucket, count, ends_at) VALUES (?1, 1, ?2 + ?3)
     ON CONFLICT (bucket) DO UPDATE SET
         count = CASE WHEN ends_at <= ?2 THEN 1 ELSE count + 1 END,
         ends_at = CASE WHEN ends_at <= ?2 THEN excluded.ends_at ELSE ends_at END
     RETURNING count, ends_at";

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

    async fn find_credential_by_lookup(
        &self,
        lookup: [u8; 32],
    ) -> Result<Option<(AccountId, Credential)>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS}, user FROM credentials WHERE lookup = ?1"
                ))?
                .query_row([lookup], |row| rows::owned_credential(row))
                .optional()
        })
    }

    async fn newest_passkey(&self) -> Result<Option<Credential>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM credentials WHERE kind = 'passkey' ORDER BY created_at DESC LIMIT 1"
                ))?
                .query_row([], |row| rows::credential(row))
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

    async fn add_credentials(
        &self,
        command: AddCredentials,
        event: Option<NewEvent>,
    ) -> Result<AddedCredentials, StoreError> {
        let added = |outcome: &_| *outcome == AddedCredentials::Added;
        self.write_recorded(event, added, move |connection| add(connection, &command))
            .await
    }

    async fn remove_credential(
        &self,
        command: RemoveCredential,
        event: Option<NewEvent>,
    ) -> Result<RemovedCredential, StoreError> {
        let removed = |outcome: &_| *outcome == RemovedCredential::Removed;
        self.write_recorded(event, removed, move |connection| remove(connection, &command))
            .await
    }

    async fn rename_credential(
        &self,
        account: AccountId,
        credential: CredentialId,
        label: Option<String>,
    ) -> Result<bool, StoreError> {
        self.write(move |connection| {
            let renamed = connection
                .prepare_cached("UPDATE credentials SET label = ?3 WHERE user = ?1 AND id = ?2")?
                .execute(params![account.bytes(), credential.bytes(), label])?;
            Ok(renamed == 1)
        })
        .await
    }

    async fn renew_password(&self, command: RenewPassword) -> Result<bool, StoreError> {
        self.write(move |connection| {
            let renewed = connection
                .prepare_cached(
                    "UPDATE credentials SET secret = ?4 WHERE user = ?1 AND id = ?2 AND secret = ?3",
                )?
                .execute(params![
                    command.account.bytes(),
                    command.credential.bytes(),
                    command.before.as_stored(),
                    command.after.as_stored(),
                ])?;
            Ok(renewed == 1)
        })
        .await
    }

    async fn spend_proof(&self, command: SpendProof) -> Result<bool, StoreError> {
        self.write(move |connection| {
            let spent = spend(connection, &command)?;
            Ok(spent && replays::use_once(connection, &command.value)? == UseOnceOutcome::First)
        })
        .await
    }

    async fn count_guess(&self, command: CountGuess) -> Result<Guesses, StoreError> {
        self.write(move |connection| {
            let values = params![command.bucket, command.now.seconds(), command.window];
            connection
                .prepare_cached(COUNT_GUESS)?
                .query_row(values, |row| rows::guesses(row))
        })
        .await
    }

    async fn forget_guesses(&self, bucket: [u8; 32]) -> Result<(), StoreError> {
        self.write(move |connection| {
            connection
                .prepare_cached("DELETE FROM guesses WHERE bucket = ?1")?
                .execute([bucket])
                .map(drop)
        })
        .await
    }
}

fn add(connection: &Connection, command: &AddCredentials) -> Result<AddedCredentials> {
    let account = command.account.bytes();
    let known = connection
        .prepare_cached("SELECT 1 FROM users WHERE id = ?1")?
        .exists([account])?;
    if !known {
        return Ok(AddedCredentials::AccountGone);
    }
    let mut taken = connection.prepare_cached("SELECT 1 FROM credentials WHERE lookup = ?1")?;
    for credential in &command.credentials {
        if credential.lookup.is_some() && taken.exists([credential.lookup])? {
            return Ok(AddedCredentials::Taken);
        }
    }
    if let Some(kind) = command.replaces {
        connection
            .prepare_cached("DELETE FROM credentials WHERE user = ?1 AND kind = ?2")?
            .execute(params![account, kind.as_str()])?;
    }
    for credential in &command.credentials {
        insert(connection, command.account, credential)?;
    }
    Ok(AddedCredentials::Added)
}

fn remove(connection: &Connection, command: &RemoveCredential) -> Result<RemovedCredential> {
    let credentials: Vec<Credential> = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM credentials WHERE user = ?1"))?
        .query_map([command.account.bytes()], |row| rows::credential(row))?
        .collect::<Result<_>>()?;
    let others_begin = credentials
        .iter()
        .any(|other| other.id != command.credential && other.kind.begins_sign_in());
    match credentials.iter().find(|one| one.id == command.credential) {
        None => Ok(RemovedCredential::Gone),
        Some(one) if one.kind.begins_sign_in() && !others_begin && !command.even_last => {
            Ok(RemovedCredential::Last)
        }
        Some(one) => {
            delete(connection, command.account, one.id)?;
            Ok(RemovedCredential::Removed)
        }
    }
}

fn delete(connection: &Connection, account: AccountId, credential: CredentialId) -> Result<usize> {
    connection
        .prepare_cached("DELETE FROM credentials WHERE user = ?1 AND id = ?2")?
        .execute(params![account.bytes(), credential.bytes()])
}

fn spend(connection: &Connection, command: &SpendProof) -> Result<bool> {
    let (credential, spend) = command.credential;
    let changed = match spend {
        SpendCredential::Advance(counter) => connection
            .prepare_cached(
                "UPDATE credentials SET counter = ?3 WHERE user = ?1 AND id = ?2 AND counter < ?3",
            )?
            .execute(params![command.account.bytes(), credential.bytes(), counter])?,
        SpendCredential::Delete => delete(connection, command.account, credential)?,
        SpendCredential::Keep => connection
            .prepare_cached("SELECT 1 FROM credentials WHERE user = ?1 AND id = ?2")?
            .exists(params![command.account.bytes(), credential.bytes()])?
            .into(),
    };
    Ok(changed == 1)
}

/// Adds a credential. A password takes the place of the one before.
pub(super) fn insert(connection: &Connection, account: AccountId, credential: &Credential) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO credentials (user, id, kind, label, lookup, secret, counter, created_at, last_used_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (user) WHERE kind = 'password' DO UPDATE SET id = excluded.id, label = excluded.label,
                 secret = excluded.secret, created_at = excluded.created_at, last_used_at = excluded.last_used_at",
        )?
        .execute(params![
            account.bytes(),
            credential.id.bytes(),
            credential.kind.as_str(),
            credential.label,
            credential.lookup,
            credential.secret.as_stored(),
            credential.counter,
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
