//! Accounts and the link that makes the first administrator, in SQLite.

use async_trait::async_trait;
use pixie_oauth::{Subject, TokenHash, kinds};
use pixie_provider::store::{
    AccountRename, Accounts, CreateFirstAdministrator, DeleteAccount, DeletedAccount, EndSessions,
    EnsureAccount, EnsuredAccount, FirstAdministrator, InsertAccount, NewAccount, NewEvent, NewOneTimeLink,
    RenameAccount, RevokeGrants, SetDisabled, SetPassword, StoreError, WhichSessions,
};
use pixie_provider::{Account, AccountId, ExternalId, Timestamp, Username};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::columns::json;
use super::{SqliteStore, account_links, credentials, mails, revoke, sessions};
use crate::accounts::account_of;
use crate::rows::{self, Id};

/// The columns of an account, as they are read from the start of a row.
pub(super) const USER: &str = "users.id, users.username, users.name, users.email, \
     users.administrator, users.disabled_at, users.created_at, users.updated_at, users.claims, users.member_of, \
     users.external_id, users.subject";

const SIGNING_IN: &str = "administrator = 1 AND disabled_at IS NULL";

const IS_LAST_ADMINISTRATOR: &str = "SELECT administrator = 1 AND disabled_at IS NULL AND NOT EXISTS (
         SELECT 1 FROM users WHERE administrator = 1 AND disabled_at IS NULL AND id <> ?1)
     FROM users WHERE id = ?1";

/// The rows that go with an account, and then the account.
const DELETE: [&str; 6] = [
    "DELETE FROM credentials WHERE user = ?1",
    "DELETE FROM consents WHERE user = ?1",
    "DELETE FROM account_links WHERE user = ?1",
    "DELETE FROM mails WHERE user = ?1",
    "UPDATE clients SET owner = NULL, revision = revision + 1 WHERE owner = ?1",
    "DELETE FROM users WHERE id = ?1",
];

#[async_trait]
impl Accounts for SqliteStore {
    async fn find_account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!("SELECT {USER} FROM users WHERE id = ?1"))?
                .query_row([id.bytes()], |row| rows::account(row))
                .optional()
        })
    }

    async fn find_account_by_name(&self, name: &Username) -> Result<Option<Account>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!("SELECT {USER} FROM users WHERE username_key = ?1"))?
                .query_row([name.key()], |row| rows::account(row))
                .optional()
        })
    }

    async fn find_account_by_external_id(&self, id: &ExternalId) -> Result<Option<Account>, StoreError> {
        self.read(|connection| find_by_external_id(connection, id))
    }

    async fn find_accounts_by_email(&self, email: &str, limit: u32) -> Result<Vec<Account>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {USER} FROM users WHERE email = ?1 COLLATE NOCASE ORDER BY id LIMIT ?2"
                ))?
                .query_map(params![email, limit], |row| rows::account(row))?
                .collect()
        })
    }

    async fn list_accounts(&self, after: Option<AccountId>, limit: u32) -> Result<Vec<Account>, StoreError> {
        let after = after.map(Id::bytes);
        // Every identifier is greater than the empty one.
        let after = after.as_ref().map_or(&[][..], |id| id);
        self.read(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {USER} FROM users WHERE id > ?1 ORDER BY id LIMIT ?2"
                ))?
                .query_map(params![after, limit], |row| rows::account(row))?
                .collect()
        })
    }

    async fn insert_account(
        &self,
        account: NewAccount,
        event: Option<NewEvent>,
    ) -> Result<InsertAccount, StoreError> {
        self.write_recorded(
            event,
            |outcome| *outcome == InsertAccount::Inserted,
            move |connection| insert(connection, &account),
        )
        .await
    }

    async fn ensure_account(
        &self,
        command: EnsureAccount,
        event: Option<NewEvent>,
    ) -> Result<EnsuredAccount, StoreError> {
        let id = command.account.id;
        let (ensured, _) = self
            .write_recorded(
                event,
                |(_, made)| *made,
                move |connection| {
                    let ensured = ensure(connection, &command)?;
                    let made = matches!(&ensured, EnsuredAccount::Account(account) if account.id == id);
                    Ok((ensured, made))
                },
            )
            .await?;
        Ok(ensured)
    }

    async fn rename_account(
        &self,
        command: RenameAccount,
        event: Option<NewEvent>,
    ) -> Result<AccountRename, StoreError> {
        self.write_recorded(
            event,
            |outcome| *outcome == AccountRename::Renamed,
            move |connection| rename(connection, &command),
        )
        .await
    }

    async fn update_account(&self, account: Account, event: Option<NewEvent>) -> Result<bool, StoreError> {
        let update = move |connection: &Connection| {
            let updated = connection
                .prepare_cached(
                    "UPDATE users SET name = ?2, email = ?3, administrator = ?4, updated_at = ?5, claims = ?6,
                         member_of = ?7
                     WHERE id = ?1",
                )?
                .execute(params![
                    account.id.bytes(),
                    account.name,
                    account.email,
                    account.administrator,
                    account.updated_at.seconds(),
                    claims(&account)?,
                    groups(&account)?,
                ])?;
            Ok(updated == 1)
        };
        self.write_recorded(event, |updated| *updated, update).await
    }

    async fn set_password(&self, command: SetPassword, event: Option<NewEvent>) -> Result<bool, StoreError> {
        self.write_recorded(
            event,
            |changed| *changed,
            move |connection| set_password(connection, &command),
        )
        .await
    }

    async fn set_disabled(&self, command: SetDisabled, event: Option<NewEvent>) -> Result<bool, StoreError> {
        self.write_recorded(
            event,
            |changed| *changed,
            move |connection| set_disabled(connection, &command),
        )
        .await
    }

    async fn delete_account(
        &self,
        command: DeleteAccount,
        event: Option<NewEvent>,
    ) -> Result<DeletedAccount, StoreError> {
        self.write_recorded(
            event,
            |outcome| *outcome == DeletedAccount::Deleted,
            move |connection| delete(connection, &command),
        )
        .await
    }

    async fn has_administrator(&self) -> Result<bool, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!("SELECT 1 FROM users WHERE {SIGNING_IN}"))?
                .exists([])
        })
    }

    async fn replace_one_time_link(
        &self,
        link: NewOneTimeLink,
        event: Option<NewEvent>,
    ) -> Result<(), StoreError> {
        self.write_recorded(
            event,
            |()| true,
            move |connection| {
                connection
                    .prepare_cached("DELETE FROM one_time_links")?
                    .execute([])?;
                connection
                    .prepare_cached("INSERT INTO one_time_links (hash, expires_at) VALUES (?1, ?2)")?
                    .execute(params![link.hash.as_bytes(), link.expires_at.seconds()])
                    .map(drop)
            },
        )
        .await
    }

    async fn find_one_time_link(
        &self,
        hash: TokenHash<kinds::Link>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT 1 FROM one_time_links WHERE hash = ?1 AND expires_at > ?2")?
                .exists(params![hash.as_bytes(), now.seconds()])
        })
    }

    async fn create_first_administrator(
        &self,
        command: CreateFirstAdministrator,
        event: Option<NewEvent>,
    ) -> Result<FirstAdministrator, StoreError> {
        self.write_recorded(
            event,
            |outcome| *outcome == FirstAdministrator::Created,
            move |connection| create_first_administrator(connection, &command),
        )
        .await
    }
}

pub(super) fn insert(connection: &Connection, new: &NewAccount) -> Result<InsertAccount> {
    let account = &new.account;
    let inserted = connection
        .prepare_cached(
            "INSERT INTO users (id, username, username_key, name, email, administrator, disabled_at,
                 created_at, updated_at, claims, member_of, external_id, subject)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
             WHERE ?13 IS NULL OR (NOT EXISTS (SELECT 1 FROM clients WHERE client_id = ?13)
                 AND NOT EXISTS (SELECT 1 FROM users WHERE id = ?14 AND subject IS NULL))
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            account.id.bytes(),
            account.username.as_str(),
            account.username.key(),
            account.name,
            account.email,
            account.administrator,
            account.disabled_at.map(Timestamp::seconds),
            account.created_at.seconds(),
            account.updated_at.seconds(),
            claims(account)?,
            groups(account)?,
            account.external_id.as_ref().map(ExternalId::as_str),
            account.subject.as_ref().map(Subject::as_str),
            account.subject.as_ref().and_then(account_of).map(Id::bytes),
        ])?;
    if inserted == 0 {
        return taken(connection, account);
    }
    for credential in &new.credentials {
        credentials::insert(connection, account.id, credential)?;
    }
    Ok(InsertAccount::Inserted)
}

/// The reason why an account was not inserted.
fn taken(connection: &Connection, account: &Account) -> Result<InsertAccount> {
    let username = account.subject.is_none()
        || connection
            .prepare_cached("SELECT 1 FROM users WHERE username_key = ?1")?
            .exists([account.username.key()])?;
    Ok(if username {
        InsertAccount::UsernameTaken
    } else {
        InsertAccount::SubjectTaken
    })
}

fn find_by_external_id(connection: &Connection, id: &ExternalId) -> Result<Option<Account>> {
    connection
        .prepare_cached(&format!("SELECT {USER} FROM users WHERE external_id = ?1"))?
        .query_row([id.as_str()], |row| rows::account(row))
        .optional()
}

fn ensure(connection: &Connection, command: &EnsureAccount) -> Result<EnsuredAccount> {
    let EnsureAccount { external_id, account } = command;
    if let Some(found) = find_by_external_id(connection, external_id)? {
        return Ok(EnsuredAccount::Account(Box::new(found)));
    }
    let new = NewAccount {
        account: account.clone(),
        credentials: Vec::new(),
    };
    Ok(match insert(connection, &new)? {
        InsertAccount::Inserted => EnsuredAccount::Account(Box::new(new.account)),
        InsertAccount::UsernameTaken | InsertAccount::SubjectTaken => EnsuredAccount::UsernameTaken,
    })
}

fn rename(connection: &Connection, command: &RenameAccount) -> Result<AccountRename> {
    let (id, username) = (command.account.bytes(), &command.username);
    let renamed = connection
        .prepare_cached(
            "UPDATE OR IGNORE users SET username = ?2, username_key = ?3, updated_at = ?4 WHERE id = ?1",
        )?
        .execute(params![
            id,
            username.as_str(),
            username.key(),
            command.now.seconds()
        ])?;
    if renamed == 1 {
        return Ok(AccountRename::Renamed);
    }
    let found = connection
        .prepare_cached("SELECT 1 FROM users WHERE id = ?1")?
        .exists([id])?;
    Ok(if found {
        AccountRename::UsernameTaken
    } else {
        AccountRename::Gone
    })
}

pub(super) fn set_password(connection: &Connection, command: &SetPassword) -> Result<bool> {
    let changed = connection
        .prepare_cached("UPDATE users SET updated_at = ?2 WHERE id = ?1")?
        .execute(params![command.account.bytes(), command.now.seconds()])?;
    if changed == 1 {
        credentials::insert(connection, command.account, &command.credential)?;
        account_links::use_up(connection, command.account)?;
        if command.ends_everything {
            end_everything(connection, command.account, command.now)?;
        }
        mails::queue_with(connection, command.mail.as_ref())?;
    }
    Ok(changed == 1)
}

fn set_disabled(connection: &Connection, command: &SetDisabled) -> Result<bool> {
    let now = command.now.seconds();
    let changed = connection
        .prepare_cached(
            "UPDATE users SET disabled_at = CASE WHEN ?2 THEN coalesce(disabled_at, ?3) END, updated_at = ?3
             WHERE id = ?1",
        )?
        .execute(params![command.account.bytes(), command.disabled, now])?;
    if changed == 1 && command.disabled {
        end_everything(connection, command.account, command.now)?;
    }
    Ok(changed == 1)
}

fn delete(connection: &Connection, command: &DeleteAccount) -> Result<DeletedAccount> {
    let account = command.account.bytes();
    let needed: Option<bool> = connection
        .prepare_cached(IS_LAST_ADMINISTRATOR)?
        .query_row([account], |row| row.get(0))
        .optional()?;
    match needed {
        None => return Ok(DeletedAccount::Gone),
        Some(true) => return Ok(DeletedAccount::LastAdministrator),
        Some(false) => {}
    }
    end_everything(connection, command.account, command.now)?;
    for statement in DELETE {
        connection.prepare_cached(statement)?.execute([account])?;
    }
    Ok(DeletedAccount::Deleted)
}

fn end_everything(connection: &Connection, account: AccountId, now: Timestamp) -> Result<()> {
    let all = EndSessions {
        account,
        which: WhichSessions::All,
        now,
    };
    sessions::end_all(connection, &all)?;
    let everything = RevokeGrants {
        account: Some(account),
        client: None,
        now,
    };
    revoke::grants(connection, everything).map(drop)
}

fn create_first_administrator(
    connection: &Connection,
    command: &CreateFirstAdministrator,
) -> Result<FirstAdministrator> {
    let claimed: Option<i64> = connection
        .prepare_cached(&format!(
            "DELETE FROM one_time_links
             WHERE hash = ?1 AND expires_at > ?2 AND NOT EXISTS (SELECT 1 FROM users WHERE {SIGNING_IN})
             RETURNING expires_at"
        ))?
        .query_row(params![command.link.as_bytes(), command.now.seconds()], |row| {
            row.get(0)
        })
        .optional()?;
    let Some(expires_at) = claimed else {
        return Ok(FirstAdministrator::LinkGone);
    };
    match insert(connection, &command.account)? {
        InsertAccount::Inserted => Ok(FirstAdministrator::Created),
        InsertAccount::UsernameTaken | InsertAccount::SubjectTaken => {
            // Nobody was made, so the link still works.
            connection
                .prepare_cached("INSERT INTO one_time_links (hash, expires_at) VALUES (?1, ?2)")?
                .execute(params![command.link.as_bytes(), expires_at])?;
            Ok(FirstAdministrator::UsernameTaken)
        }
    }
}

fn claims(account: &Account) -> Result<Option<String>> {
    (!account.claims.is_empty())
        .then(|| json(&account.claims))
        .transpose()
}

fn groups(account: &Account) -> Result<Option<String>> {
    (!account.groups.is_empty())
        .then(|| json(&account.groups))
        .transpose()
}
