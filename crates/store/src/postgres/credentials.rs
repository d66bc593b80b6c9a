//! Credentials of accounts, and the counts of guesses at them, in PostgreSQL.

use async_trait::async_trait;
use pixie_provider::store::{
    AddCredentials, AddedCredentials, CountGuess, Credentials, Guesses, NewAccount, NewEvent,
    RemoveCredential, RemovedCredential, RenewPassword, SpendCredential, SpendProof, StoreError,
};
use pixie_provider::{AccountId, Credential, CredentialId, CredentialKind, Timestamp};

use super::PostgresStore;
use super::columns::Result;
use super::events::{self, record_if};
use super::statement::{Sql, Statement, statement};
use crate::rows::{self, count};

macro_rules! columns {
    () => {
        "id, kind, label, lookup, secret, counter, created_at, last_used_at"
    };
}

const FIND: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM credentials WHERE user_id = $1 AND kind = $2"
);

const FIND_BY_LOOKUP: &str = concat!(
    "SELECT ",
    columns!(),
    ", user_id FROM credentials WHERE lookup = $1"
);

const NEWEST_PASSKEY: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM credentials WHERE kind = 'passkey' ORDER BY created_at DESC LIMIT 1"
);

const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM credentials WHERE user_id = $1 ORDER BY id"
);

/// Nothing is added if the account is not there. A password takes the place of the one before.
const INSERT: &str = "INSERT INTO credentials
         (user_id, id, kind, label, lookup, secret, counter, created_at, last_used_at)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM users WHERE users.id = $1
     ON CONFLICT (user_id) WHERE kind = 'password' DO UPDATE SET id = excluded.id, label = excluded.label,
         secret = excluded.secret, created_at = excluded.created_at, last_used_at = excluded.last_used_at";

/// Adds a credential that is no password, unless another one has its `lookup`.
macro_rules! add {
    ($recorded:expr) => {
        concat!(
            "WITH added AS (
         INSERT INTO credentials (user_id, id, kind, label, lookup, secret, counter, created_at, last_used_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM users WHERE users.id = $1
         ON CONFLICT DO NOTHING RETURNING 1)",
            $recorded,
            " SELECT (SELECT count(*) FROM users WHERE id = $1), (SELECT count(*) FROM added)"
        )
    };
}
const ADD: &str = add!("");
const ADD_RECORDED: &str = add!(concat!(", recorded AS (", record_if!("added", "$10"), ")"));

const REMOVE_KIND: &str = "DELETE FROM credentials WHERE user_id = $1 AND kind = $2";

/// Commands that remove credentials of an account run one after the other: two at once do not leave it without any.
const LOCK: &str = "SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE";

/// The kinds with which a sign-in can begin are a list in `$3`, separated by spaces.
macro_rules! remove {
    ($recorded:expr) => {
        concat!(
            "WITH removed AS (
         DELETE FROM credentials WHERE user_id = $1 AND id = $2 AND ($4 OR NOT kind = ANY (string_to_array($3, ' '))
             OR EXISTS (SELECT 1 FROM credentials AS other
                 WHERE other.user_id = $1 AND other.id <> $2 AND other.kind = ANY (string_to_array($3, ' '))))
         RETURNING 1)",
            $recorded,
            " SELECT (SELECT count(*) FROM credentials WHERE user_id = $1 AND id = $2), (SELECT count(*) FROM removed)"
        )
    };
}
const REMOVE: &str = remove!("");
const REMOVE_RECORDED: &str = remove!(concat!(", recorded AS (", record_if!("removed", "$5"), ")"));

const RENEW: &str =
    "UPDATE credentials SET secret = $4 WHERE user_id = $1 AND id = $2 AND secret = $3 RETURNING 1";

const RENAME: &str = "UPDATE credentials SET label = $3 WHERE user_id = $1 AND id = $2 RETURNING 1";

/// The value is used only if the credential allows it, in one statement: of many at once one wins.
macro_rules! spend {
    ($credential:literal) => {
        concat!(
            "WITH spent AS (",
            $credential,
            " RETURNING 1)
         INSERT INTO used_values (hash, denied, expires_at) SELECT $3, false, $4 FROM spent
         ON CONFLICT (hash) DO UPDATE SET denied = false, expires_at = excluded.expires_at WHERE used_values.expires_at <= $5
         RETURNING 1"
        )
    };
}
const ADVANCE: &str =
    spend!("UPDATE credentials SET counter = $6 WHERE user_id = $1 AND id = $2 AND counter < $6");
const KEEP: &str = spend!("UPDATE credentials SET counter = counter WHERE user_id = $1 AND id = $2");
const DELETE: &str = spend!("DELETE FROM credentials WHERE user_id = $1 AND id = $2");

const COUNT_GUESS: &str = "INSERT INTO guesses AS stored (bucket, count, ends_at) VALUES ($1, 1, $2 + $3)
     ON CONFLICT (bucket) DO UPDATE SET
         count = CASE WHEN stored.ends_at <= $2 THEN 1 ELSE stored.count + 1 END,
         ends_at = CASE WHEN stored.ends_at <= $2 THEN excluded.ends_at ELSE stored.ends_at END
     RETURNING count, ends_at";

const FORGET_GUESSES: &str = "DELETE FROM guesses WHERE bucket = $1";

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

    async fn find_credential_by_lookup(
        &self,
        lookup: [u8; 32],
    ) -> Result<Option<(AccountId, Credential)>, StoreError> {
        let found = self.read(statement!(FIND_BY_LOOKUP, lookup)).await?;
        Ok(found.first().map(rows::owned_credential).transpose()?)
    }

    async fn newest_passkey(&self) -> Result<Option<Credential>, StoreError> {
        let found = self.read(statement!(NEWEST_PASSKEY)).await?;
        Ok(found.first().map(rows::credential).transpose()?)
    }

    async fn list_credentials(&self, account: AccountId) -> Result<Vec<Credential>, StoreError> {
        let found = self.read(statement!(LIST, account)).await?;
        Ok(found.iter().map(rows::credential).collect::<Result<_>>()?)
    }

    async fn add_credentials(
        &self,
        command: AddCredentials,
        event: Option<NewEvent>,
    ) -> Result<AddedCredentials, StoreError> {
        let account = command.account;
        let mut statements: Vec<_> = command
            .replaces
            .map(|kind| statement!(REMOVE_KIND, account, kind.as_str()))
            .into_iter()
            .collect();
        let first = statements.len();
        for (position, credential) in command.credentials.iter().enumerate() {
            let add = with_credential(ADD, account, credential);
            let event = event.as_ref().filter(|_| position == 0);
            statements.push(events::with(add, ADD_RECORDED, event)?);
        }
        let answers = self.write_all(statements).await?;
        let mut outcome = AddedCredentials::Added;
        for row in answers.iter().skip(first).filter_map(|rows| rows.first()) {
            let (accounts, added): (u64, u64) = (count(row, 0)?, count(row, 1)?);
            match (accounts, added) {
                (0, _) => return Ok(AddedCredentials::AccountGone),
                (_, 0) => outcome = AddedCredentials::Taken,
                _ => {}
            }
        }
        Ok(outcome)
    }

    async fn remove_credential(
        &self,
        command: RemoveCredential,
        event: Option<NewEvent>,
    ) -> Result<RemovedCredential, StoreError> {
        let RemoveCredential {
            account,
            credential,
            even_last,
        } = command;
        let beginning: Vec<_> = CredentialKind::beginning().map(CredentialKind::as_str).collect();
        let remove = statement!(REMOVE, account, credential, beginning.join(" "), even_last);
        let remove = events::with(remove, REMOVE_RECORDED, event.as_ref())?;
        let answers = self.write_all(vec![statement!(LOCK, account), remove]).await?;
        let Some(row) = answers.last().and_then(|rows| rows.first()) else {
            return Ok(RemovedCredential::Gone);
        };
        let (found, removed): (u64, u64) = (count(row, 0)?, count(row, 1)?);
        Ok(match (found, removed) {
            (0, _) => RemovedCredential::Gone,
            (_, 0) => RemovedCredential::Last,
            _ => RemovedCredential::Removed,
        })
    }

    async fn rename_credential(
        &self,
        account: AccountId,
        credential: CredentialId,
        label: Option<String>,
    ) -> Result<bool, StoreError> {
        let rename = statement!(RENAME, account, credential, label.as_deref());
        Ok(!self.write(rename).await?.is_empty())
    }

    async fn renew_password(&self, command: RenewPassword) -> Result<bool, StoreError> {
        let renew = statement!(
            RENEW,
            command.account,
            command.credential,
            command.before.as_stored().to_vec(),
            command.after.as_stored().to_vec(),
        );
        Ok(!self.write(renew).await?.is_empty())
    }

    async fn spend_proof(&self, command: SpendProof) -> Result<bool, StoreError> {
        let (credential, spend) = command.credential;
        let mut statement = statement!(
            DELETE,
            command.account,
            credential,
            command.value.hash,
            command.value.expires_at,
            command.value.now,
        );
        match spend {
            SpendCredential::Advance(counter) => {
                statement.sql = Sql::One(ADVANCE);
                statement.values.push(counter.into());
            }
            SpendCredential::Keep => statement.sql = Sql::One(KEEP),
            SpendCredential::Delete => {}
        }
        Ok(!self.write(statement).await?.is_empty())
    }

    async fn count_guess(&self, command: CountGuess) -> Result<Guesses, StoreError> {
        let guess = statement!(COUNT_GUESS, command.bucket, command.now, command.window);
        let counted = self.write(guess).await?;
        let guesses = counted.first().map(rows::guesses).transpose()?;
        guesses.ok_or_else(|| StoreError::Internal("a guess was not counted".to_owned()))
    }

    async fn forget_guesses(&self, bucket: [u8; 32]) -> Result<(), StoreError> {
        self.write(statement!(FORGET_GUESSES, bucket)).await.map(drop)
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
    with_credential(INSERT, account, credential)
}

/// A statement that writes a credential with its first nine values.
pub(super) fn with_credential(sql: &'static str, account: AccountId, credential: &Credential) -> Statement {
    statement!(
        sql,
        account,
        credential.id,
        credential.kind.as_str(),
        credential.label.as_deref(),
        credential.lookup,
        credential.secret.as_stored().to_vec(),
        credential.counter,
        credential.created_at,
        credential.last_used_at,
    )
}

/// Notes that somebody signed in with a credential.
pub(super) fn note_use(account: AccountId, credential: CredentialId, now: Timestamp) -> Statement {
    statement!(NOTE_USE, account, credential, now)
}
