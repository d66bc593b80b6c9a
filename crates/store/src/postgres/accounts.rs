//! Accounts and the link that makes the first administrator, in Postgres.

use async_trait::async_trait;
use pixie_oauth::{Subject, TokenHash, kinds};
use pixie_provider::store::{
    AccountRename, Accounts, CreateFirstAdministrator, DeleteAccount, DeletedAccount, EnsureAccount,
    EnsuredAccount, FirstAdministrator, InsertAccount, NewAccount, NewEvent, NewOneTimeLink, RenameAccount,
    RevokeGrants, SetDisabled, SetPassword, StoreError,
};
use pixie_provider::{Account, AccountId, ExternalId, Timestamp, Username};
use uuid::Uuid;

use super::columns::{Result, json};
use super::events::{self, record_if, recorded};
use super::multi_row::MultiRow;
use super::statement::{Statement, statement};
use super::{PostgresStore, account_links, credentials, mails, revoke, sessions};
use crate::accounts::account_of;
use crate::rows::{self, count};

/// The columns of an account, as they are read from the start of a row.
macro_rules! account_columns {
    () => {
        "users.id, users.username, users.name, users.email, users.administrator, users.disabled_at,
         users.created_at, users.updated_at, users.claims, users.member_of, users.external_id,
         users.subject"
    };
}
pub(super) use account_columns;

static FIND: MultiRow = MultiRow::lookup(concat!(
    "SELECT ",
    account_columns!(),
    " FROM users WHERE id = $1"
));

const FIND_BY_NAME: &str = concat!(
    "SELECT ",
    account_columns!(),
    " FROM users WHERE username_key = $1"
);

const FIND_BY_EXTERNAL_ID: &str = concat!(
    "SELECT ",
    account_columns!(),
    " FROM users WHERE external_id = $1"
);

const FIND_BY_EMAIL: &str = concat!(
    "SELECT ",
    account_columns!(),
    " FROM users WHERE lower(email COLLATE \"C\") = lower($1 COLLATE \"C\") AND email IS NOT NULL ORDER BY id LIMIT $2"
);

const LIST: &str = concat!(
    "SELECT ",
    account_columns!(),
    " FROM users WHERE id > $1 ORDER BY id LIMIT $2"
);

/// The insertion of an account from a part of the statement that has a row. A subject is free if no other account and no client
/// has it.
macro_rules! insert_account_from {
    ($part:literal) => {
        concat!(
            "INSERT INTO users (id, username, username_key, name, email, administrator, disabled_at,
        created_at, updated_at, claims, member_of, external_id, subject)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM ",
            $part,
            " WHERE $13 IS NULL OR (NOT EXISTS (SELECT 1 FROM clients WHERE client_id = $13)
        AND NOT EXISTS (SELECT 1 FROM users WHERE id = $14 AND subject IS NULL))
    ON CONFLICT DO NOTHING RETURNING 1"
        )
    };
}
pub(super) use insert_account_from;

macro_rules! insert {
    () => {
        insert_account_from!("(SELECT 1) AS one")
    };
}
const INSERT: &str = insert!();
const INSERT_RECORDED: &str = recorded!(insert!(), "$15");

const HAS_USERNAME: &str = "SELECT 1 FROM users WHERE username_key = $1";

/// The username is taken if another account has it when the statement begins.
macro_rules! rename {
    ($recorded:expr) => {
        concat!(
            "WITH renamed AS (
        UPDATE users SET username = $2, username_key = $3, updated_at = $4
        WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM users AS other WHERE other.username_key = $3 AND other.id <> $1)
        RETURNING 1
    )",
            $recorded,
            " SELECT (SELECT count(*) FROM users WHERE id = $1), (SELECT count(*) FROM renamed)"
        )
    };
}
const RENAME: &str = rename!("");
const RENAME_RECORDED: &str = rename!(concat!(", recorded AS (", record_if!("renamed", "$5"), ")"));

macro_rules! update {
    () => {
        "UPDATE users SET name = $2, email = $3, administrator = $4, updated_at = $5, claims = $6, member_of = $7
    WHERE id = $1 RETURNING 1"
    };
}
const UPDATE: &str = update!();
const UPDATE_RECORDED: &str = recorded!(update!(), "$8");

macro_rules! changed {
    () => {
        "UPDATE users SET updated_at = $2 WHERE id = $1 RETURNING 1"
    };
}
const CHANGED: &str = changed!();
const CHANGED_RECORDED: &str = recorded!(changed!(), "$3");

macro_rules! set_disabled {
    () => {
        "UPDATE users SET disabled_at = CASE WHEN $2 THEN coalesce(disabled_at, $3) END, updated_at = $3
    WHERE id = $1 RETURNING 1"
    };
}
const SET_DISABLED: &str = set_disabled!();
const SET_DISABLED_RECORDED: &str = recorded!(set_disabled!(), "$4");

/// Not the last administrator who may sign in.
macro_rules! delete {
    ($recorded:expr) => {
        concat!(
            "WITH gone AS (
        DELETE FROM users WHERE id = $1 AND (NOT administrator OR disabled_at IS NOT NULL OR EXISTS (
            SELECT 1 FROM users AS other
            WHERE other.administrator AND other.disabled_at IS NULL AND other.id <> $1))
        RETURNING 1
    )",
            $recorded,
            " SELECT (SELECT count(*) FROM users WHERE id = $1), (SELECT count(*) FROM gone)"
        )
    };
}
const DELETE: &str = delete!("");
const DELETE_RECORDED: &str = delete!(concat!(", recorded AS (", record_if!("gone", "$2"), ")"));

/// The rows that go with an account, if the statement before deleted it.
macro_rules! of_gone {
    ($statement:literal) => {
        concat!(
            $statement,
            " AND NOT EXISTS (SELECT 1 FROM users WHERE users.id = $1)"
        )
    };
}
const DELETE_WITH: [&str; 5] = [
    of_gone!("DELETE FROM credentials WHERE user_id = $1"),
    of_gone!("DELETE FROM consents WHERE user_id = $1"),
    of_gone!("DELETE FROM account_links WHERE user_id = $1"),
    of_gone!("DELETE FROM mails WHERE user_id = $1"),
    of_gone!("UPDATE clients SET owner = NULL, revision = revision + 1 WHERE owner = $1"),
];

const HAS_ADMINISTRATOR: &str = "SELECT 1 FROM users WHERE administrator AND disabled_at IS NULL LIMIT 1";

const FIND_LINK: &str = "SELECT 1 FROM one_time_links WHERE hash = $1 AND expires_at > $2";

/// Links, accounts of an application's people, accounts with a subject of their own, and clients that somebody named are written
/// one after the other, on whichever node: of two administrators only one is the first, two people who want one name do not
/// meet, and no client is named as a person.
pub(super) const LOCK: &str = "SELECT 1 FROM readiness FOR UPDATE";

const FORGET_LINKS: &str = "DELETE FROM one_time_links";

const INSERT_LINK: &str = "INSERT INTO one_time_links (hash, expires_at) VALUES ($1, $2)";

/// The link is used up only if somebody was made.
macro_rules! first_administrator {
    ($recorded:expr) => {
        concat!(
            "WITH link AS (
        SELECT 1 FROM one_time_links
        WHERE hash = $15 AND expires_at > $16
            AND NOT EXISTS (SELECT 1 FROM users WHERE administrator AND disabled_at IS NULL)
    ), made AS (",
            insert_account_from!("link"),
            "
    ), used AS (
        DELETE FROM one_time_links WHERE hash = $15 AND EXISTS (SELECT 1 FROM made)
    )",
            $recorded,
            " SELECT (SELECT count(*) FROM link), (SELECT count(*) FROM made)"
        )
    };
}
const FIRST_ADMINISTRATOR: &str = first_administrator!("");
const FIRST_ADMINISTRATOR_RECORDED: &str =
    first_administrator!(concat!(", recorded AS (", record_if!("made", "$17"), ")"));

#[async_trait]
impl Accounts for PostgresStore {
    async fn find_account(&self, id: AccountId) -> std::result::Result<Option<Account>, StoreError> {
        let found = self.find(&FIND, id).await?;
        Ok(found.as_ref().map(rows::account).transpose()?)
    }

    async fn find_account_by_name(
        &self,
        name: &Username,
    ) -> std::result::Result<Option<Account>, StoreError> {
        let found = self.read(statement!(FIND_BY_NAME, name.key())).await?;
        Ok(found.first().map(rows::account).transpose()?)
    }

    async fn find_account_by_external_id(
        &self,
        id: &ExternalId,
    ) -> std::result::Result<Option<Account>, StoreError> {
        let found = self.read(statement!(FIND_BY_EXTERNAL_ID, id.as_str())).await?;
        Ok(found.first().map(rows::account).transpose()?)
    }

    async fn find_accounts_by_email(
        &self,
        email: &str,
        limit: u32,
    ) -> std::result::Result<Vec<Account>, StoreError> {
        let users = self.read(statement!(FIND_BY_EMAIL, email, limit)).await?;
        Ok(users.iter().map(rows::account).collect::<Result<_>>()?)
    }

    async fn list_accounts(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> std::result::Result<Vec<Account>, StoreError> {
        let after = after.unwrap_or(AccountId::from_uuid(Uuid::nil()));
        let users = self.read(statement!(LIST, after, limit)).await?;
        Ok(users.iter().map(rows::account).collect::<Result<_>>()?)
    }

    async fn insert_account(
        &self,
        account: NewAccount,
        event: Option<NewEvent>,
    ) -> std::result::Result<InsertAccount, StoreError> {
        let insert = insert(INSERT, &account.account)?;
        let insert = events::with(insert, INSERT_RECORDED, event.as_ref())?;
        if account.account.subject.is_some() {
            return self.insert_with_subject(&account, insert).await;
        }
        let mut statements = vec![insert];
        statements.extend(credentials::of_account(&account));
        Ok(if self.changed(statements).await? {
            InsertAccount::Inserted
        } else {
            InsertAccount::UsernameTaken
        })
    }

    async fn ensure_account(
        &self,
        command: EnsureAccount,
        event: Option<NewEvent>,
    ) -> std::result::Result<EnsuredAccount, StoreError> {
        let EnsureAccount { external_id, account } = command;
        let insert = insert(INSERT, &account)?;
        let statements = vec![
            statement!(LOCK),
            events::with(insert, INSERT_RECORDED, event.as_ref())?,
            statement!(FIND_BY_EXTERNAL_ID, external_id.as_str()),
        ];
        let answers = self.write_all(statements).await?;
        let found = answers.get(2).and_then(|rows| rows.first());
        let found = found.map(rows::account).transpose()?;
        Ok(found.map_or(EnsuredAccount::UsernameTaken, |found| {
            EnsuredAccount::Account(Box::new(found))
        }))
    }

    async fn rename_account(
        &self,
        command: RenameAccount,
        event: Option<NewEvent>,
    ) -> std::result::Result<AccountRename, StoreError> {
        let RenameAccount {
            account,
            username,
            now,
        } = command;
        let rename = statement!(RENAME, account, username.as_str(), username.key(), now);
        let statements = vec![
            statement!(LOCK),
            events::with(rename, RENAME_RECORDED, event.as_ref())?,
        ];
        let answers = self.write_all(statements).await?;
        let row = answers.get(1).and_then(|rows| rows.first());
        let counted = |column| row.map_or(Ok(0), |row| count(row, column));
        Ok(match (counted(0)?, counted(1)?) {
            (0, _) => AccountRename::Gone,
            (_, 0) => AccountRename::UsernameTaken,
            _ => AccountRename::Renamed,
        })
    }

    async fn update_account(
        &self,
        account: Account,
        event: Option<NewEvent>,
    ) -> std::result::Result<bool, StoreError> {
        let update = statement!(
            UPDATE,
            account.id,
            account.name.as_deref(),
            account.email.as_deref(),
            account.administrator,
            account.updated_at,
            claims(&account)?,
            groups(&account)?,
        );
        let update = events::with(update, UPDATE_RECORDED, event.as_ref())?;
        Ok(!self.write(update).await?.is_empty())
    }

    async fn set_password(
        &self,
        command: SetPassword,
        event: Option<NewEvent>,
    ) -> std::result::Result<bool, StoreError> {
        let changed = statement!(CHANGED, command.account, command.now);
        let mut statements = vec![
            events::with(changed, CHANGED_RECORDED, event.as_ref())?,
            credentials::insert(command.account, &command.credential),
            account_links::use_up(command.account),
        ];
        if command.ends_everything {
            statements.extend(end_everything(command.account, command.now));
        }
        statements.extend(command.mail.as_ref().map(mails::queue));
        let answers = self.write_all(statements).await?;
        let changed = answers.first().is_some_and(|rows| !rows.is_empty());
        if let (true, Some(mail), Some(queued)) = (changed, &command.mail, answers.last()) {
            mails::note_dropped(mail, queued);
        }
        Ok(changed)
    }

    async fn set_disabled(
        &self,
        command: SetDisabled,
        event: Option<NewEvent>,
    ) -> std::result::Result<bool, StoreError> {
        let SetDisabled {
            account,
            disabled,
            now,
        } = command;
        let change = statement!(SET_DISABLED, account, disabled, now);
        let mut statements = vec![events::with(change, SET_DISABLED_RECORDED, event.as_ref())?];
        if disabled {
            statements.extend(end_everything(account, now));
        }
        self.changed(statements).await
    }

    async fn delete_account(
        &self,
        command: DeleteAccount,
        event: Option<NewEvent>,
    ) -> std::result::Result<DeletedAccount, StoreError> {
        let account = command.account;
        let delete = events::with(statement!(DELETE, account), DELETE_RECORDED, event.as_ref())?;
        let mut statements = vec![statement!(LOCK), delete];
        statements.extend(sessions::close_all_of_gone(&command));
        statements.extend(revoke::of_gone_person(account, command.now));
        statements.extend(DELETE_WITH.map(|sql| statement!(sql, account)));
        let answers = self.write_all(statements).await?;
        let row = answers.get(1).and_then(|rows| rows.first());
        let counted = |column| row.map_or(Ok(0), |row| count(row, column));
        Ok(match (counted(0)?, counted(1)?) {
            (0, _) => DeletedAccount::Gone,
            (_, 0) => DeletedAccount::LastAdministrator,
            _ => DeletedAccount::Deleted,
        })
    }

    async fn has_administrator(&self) -> std::result::Result<bool, StoreError> {
        Ok(!self.read(statement!(HAS_ADMINISTRATOR)).await?.is_empty())
    }

    async fn replace_one_time_link(
        &self,
        link: NewOneTimeLink,
        event: Option<NewEvent>,
    ) -> std::result::Result<(), StoreError> {
        let mut statements = vec![
            statement!(LOCK),
            statement!(FORGET_LINKS),
            statement!(INSERT_LINK, link.hash, link.expires_at),
        ];
        statements.extend(events::record(event.as_ref())?);
        self.write_all(statements).await.map(drop)
    }

    async fn find_one_time_link(
        &self,
        hash: TokenHash<kinds::Link>,
        now: Timestamp,
    ) -> std::result::Result<bool, StoreError> {
        Ok(!self.read(statement!(FIND_LINK, hash, now)).await?.is_empty())
    }

    async fn create_first_administrator(
        &self,
        command: CreateFirstAdministrator,
        event: Option<NewEvent>,
    ) -> std::result::Result<FirstAdministrator, StoreError> {
        let mut create = insert(FIRST_ADMINISTRATOR, &command.account.account)?;
        create.values.push(command.link.into());
        create.values.push(command.now.into());
        let create = events::with(create, FIRST_ADMINISTRATOR_RECORDED, event.as_ref())?;
        let mut statements = vec![statement!(LOCK), create];
        statements.extend(credentials::of_account(&command.account));
        let answers = self.write_all(statements).await?;
        let row = answers.get(1).and_then(|rows| rows.first());
        let made: (u64, u64) = match row {
            Some(row) => (count(row, 0)?, count(row, 1)?),
            None => (0, 0),
        };
        Ok(match made {
            (0, _) => FirstAdministrator::LinkGone,
            (_, 0) => FirstAdministrator::UsernameTaken,
            (_, _) => FirstAdministrator::Created,
        })
    }
}

impl PostgresStore {
    async fn insert_with_subject(
        &self,
        account: &NewAccount,
        insert: Statement,
    ) -> std::result::Result<InsertAccount, StoreError> {
        let username = statement!(HAS_USERNAME, account.account.username.key());
        let mut statements = vec![statement!(LOCK), username, insert];
        statements.extend(credentials::of_account(account));
        let answers = self.write_all(statements).await?;
        let has_rows = |statement: usize| answers.get(statement).is_some_and(|rows| !rows.is_empty());
        Ok(match (has_rows(1), has_rows(2)) {
            (_, true) => InsertAccount::Inserted,
            (true, false) => InsertAccount::UsernameTaken,
            (false, false) => InsertAccount::SubjectTaken,
        })
    }

    /// `true` if the first statement of a command changed the account. If the account is gone, the other statements end
    /// nothing.
    async fn changed(&self, statements: Vec<Statement>) -> std::result::Result<bool, StoreError> {
        let answers = self.write_all(statements).await?;
        Ok(answers.first().is_some_and(|rows| !rows.is_empty()))
    }
}

/// A statement that makes an account of its first fourteen values.
pub(super) fn insert(sql: &'static str, account: &Account) -> Result<Statement> {
    Ok(statement!(
        sql,
        account.id,
        account.username.as_str(),
        account.username.key(),
        account.name.as_deref(),
        account.email.as_deref(),
        account.administrator,
        account.disabled_at,
        account.created_at,
        account.updated_at,
        claims(account)?,
        groups(account)?,
        account.external_id.as_ref().map(ExternalId::as_str),
        account.subject.as_ref().map(Subject::as_str),
        account.subject.as_ref().and_then(account_of),
    ))
}

fn end_everything(account: AccountId, now: Timestamp) -> Vec<Statement> {
    let everything = RevokeGrants {
        account: Some(account),
        client: None,
        now,
    };
    let mut statements = sessions::close_all(account, now);
    statements.extend(revoke::grants(everything));
    statements
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
