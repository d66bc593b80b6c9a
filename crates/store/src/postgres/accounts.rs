//! Accounts and the link that makes the first administrator, in Postgres.

use async_trait::async_trait;
use pixie_oauth::{TokenHash, kinds};
use pixie_provider::store::{
    Accounts, CreateFirstAdministrator, EnsureAccount, EnsuredAccount, FirstAdministrator, InsertUser,
    NewAccount, NewEvent, NewOneTimeLink, RevokeGrants, SetDisabled, SetPassword, StoreError,
};
use pixie_provider::{ExternalId, Timestamp, User, UserId, Username};
use uuid::Uuid;

use super::columns::{Result, json};
use super::events::{self, record_if, recorded};
use super::statement::{Statement, statement};
use super::{PostgresStore, credentials, revoke, sessions};
use crate::rows::{self, count};

/// The columns of an account, as they are read from the start of a row.
macro_rules! user_columns {
    () => {
        "users.id, users.username, users.name, users.email, users.administrator, users.disabled_at,
         users.created_at, users.updated_at, users.claims, users.member_of, users.external_id"
    };
}
pub(super) use user_columns;

const FIND: &str = concat!("SELECT ", user_columns!(), " FROM users WHERE id = $1");

const FIND_BY_NAME: &str = concat!("SELECT ", user_columns!(), " FROM users WHERE username_key = $1");

const FIND_BY_EXTERNAL_ID: &str = concat!("SELECT ", user_columns!(), " FROM users WHERE external_id = $1");

const LIST: &str = concat!(
    "SELECT ",
    user_columns!(),
    " FROM users WHERE id > $1 ORDER BY id LIMIT $2"
);

macro_rules! insert {
    () => {
        "INSERT INTO users (id, username, username_key, name, email, administrator, disabled_at,
        created_at, updated_at, claims, member_of, external_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT DO NOTHING RETURNING 1"
    };
}
const INSERT: &str = insert!();
const INSERT_RECORDED: &str = recorded!(insert!(), "$13");

/// A person of the application may have another username there now.
const RENAME: &str = "UPDATE users SET username = $2, username_key = $3, updated_at = $4
    WHERE external_id = $1 AND username <> $2
        AND NOT EXISTS (SELECT 1 FROM users AS other WHERE other.username_key = $3 AND other.external_id IS DISTINCT FROM $1)
    RETURNING 1";

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

const HAS_ADMINISTRATOR: &str = "SELECT 1 FROM users WHERE administrator AND disabled_at IS NULL LIMIT 1";

const FIND_LINK: &str = "SELECT 1 FROM one_time_links WHERE hash = $1 AND expires_at > $2";

/// Links, and accounts of an application's people, are written one after the other, on whichever node: of two administrators
/// only one is the first, and two people who want one name do not meet.
const LOCK: &str = "SELECT 1 FROM readiness FOR UPDATE";

const FORGET_LINKS: &str = "DELETE FROM one_time_links";

const INSERT_LINK: &str = "INSERT INTO one_time_links (hash, expires_at) VALUES ($1, $2)";

/// The link is used up only if somebody was made.
macro_rules! first_administrator {
    ($recorded:expr) => {
        concat!(
            "WITH link AS (
        SELECT 1 FROM one_time_links
        WHERE hash = $13 AND expires_at > $14
            AND NOT EXISTS (SELECT 1 FROM users WHERE administrator AND disabled_at IS NULL)
    ), made AS (
        INSERT INTO users (id, username, username_key, name, email, administrator, disabled_at,
            created_at, updated_at, claims, member_of, external_id)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM link
        ON CONFLICT DO NOTHING RETURNING 1
    ), used AS (
        DELETE FROM one_time_links WHERE hash = $13 AND EXISTS (SELECT 1 FROM made)
    )",
            $recorded,
            " SELECT (SELECT count(*) FROM link), (SELECT count(*) FROM made)"
        )
    };
}
const FIRST_ADMINISTRATOR: &str = first_administrator!("");
const FIRST_ADMINISTRATOR_RECORDED: &str =
    first_administrator!(concat!(", recorded AS (", record_if!("made", "$15"), ")"));

#[async_trait]
impl Accounts for PostgresStore {
    async fn find_user(&self, id: UserId) -> std::result::Result<Option<User>, StoreError> {
        let found = self.read(statement!(FIND, id)).await?;
        Ok(found.first().map(rows::user).transpose()?)
    }

    async fn find_user_by_name(&self, name: &Username) -> std::result::Result<Option<User>, StoreError> {
        let found = self.read(statement!(FIND_BY_NAME, name.key())).await?;
        Ok(found.first().map(rows::user).transpose()?)
    }

    async fn find_user_by_external_id(
        &self,
        id: &ExternalId,
    ) -> std::result::Result<Option<User>, StoreError> {
        let found = self.read(statement!(FIND_BY_EXTERNAL_ID, id.as_str())).await?;
        Ok(found.first().map(rows::user).transpose()?)
    }

    async fn list_users(
        &self,
        after: Option<UserId>,
        limit: u32,
    ) -> std::result::Result<Vec<User>, StoreError> {
        let after = after.unwrap_or(UserId::from_uuid(Uuid::nil()));
        let users = self.read(statement!(LIST, after, limit)).await?;
        Ok(users.iter().map(rows::user).collect::<Result<_>>()?)
    }

    async fn insert_user(
        &self,
        account: NewAccount,
        event: Option<NewEvent>,
    ) -> std::result::Result<InsertUser, StoreError> {
        let insert = insert(INSERT, &account.user)?;
        let mut statements = vec![events::with(insert, INSERT_RECORDED, event.as_ref())?];
        statements.extend(credentials::of_account(&account));
        Ok(if self.changed(statements).await? {
            InsertUser::Inserted
        } else {
            InsertUser::UsernameTaken
        })
    }

    async fn ensure_account(
        &self,
        command: EnsureAccount,
    ) -> std::result::Result<EnsuredAccount, StoreError> {
        let EnsureAccount { external_id, account } = command;
        let username = &account.username;
        let rename = statement!(
            RENAME,
            external_id.as_str(),
            username.as_str(),
            username.key(),
            account.updated_at,
        );
        let statements = vec![
            statement!(LOCK),
            insert(INSERT, &account)?,
            rename,
            statement!(FIND_BY_EXTERNAL_ID, external_id.as_str()),
        ];
        let answers = self.write_all(statements).await?;
        let found = answers.get(3).and_then(|rows| rows.first());
        let found = found.map(rows::user).transpose()?;
        let found = found.filter(|found| found.username.as_str() == username.as_str());
        Ok(found.map_or(EnsuredAccount::UsernameTaken, |found| {
            EnsuredAccount::Account(Box::new(found))
        }))
    }

    async fn update_user(
        &self,
        user: User,
        event: Option<NewEvent>,
    ) -> std::result::Result<bool, StoreError> {
        let update = statement!(
            UPDATE,
            user.id,
            user.name.as_deref(),
            user.email.as_deref(),
            user.administrator,
            user.updated_at,
            claims(&user)?,
            groups(&user)?,
        );
        let update = events::with(update, UPDATE_RECORDED, event.as_ref())?;
        Ok(!self.write(update).await?.is_empty())
    }

    async fn set_password(
        &self,
        command: SetPassword,
        event: Option<NewEvent>,
    ) -> std::result::Result<bool, StoreError> {
        let changed = statement!(CHANGED, command.user, command.now);
        let mut statements = vec![
            events::with(changed, CHANGED_RECORDED, event.as_ref())?,
            credentials::insert(command.user, &command.credential),
        ];
        statements.extend(end_everything(command.user, command.now));
        self.changed(statements).await
    }

    async fn set_disabled(
        &self,
        command: SetDisabled,
        event: Option<NewEvent>,
    ) -> std::result::Result<bool, StoreError> {
        let SetDisabled { user, disabled, now } = command;
        let change = statement!(SET_DISABLED, user, disabled, now);
        let mut statements = vec![events::with(change, SET_DISABLED_RECORDED, event.as_ref())?];
        if disabled {
            statements.extend(end_everything(user, now));
        }
        self.changed(statements).await
    }

    async fn has_administrator(&self) -> std::result::Result<bool, StoreError> {
        Ok(!self.read(statement!(HAS_ADMINISTRATOR)).await?.is_empty())
    }

    async fn replace_one_time_link(&self, link: NewOneTimeLink) -> std::result::Result<(), StoreError> {
        let statements = vec![
            statement!(LOCK),
            statement!(FORGET_LINKS),
            statement!(INSERT_LINK, link.hash, link.expires_at),
        ];
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
        let mut create = insert(FIRST_ADMINISTRATOR, &command.account.user)?;
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
    /// `true` if the first statement of a command changed the account. If the account is gone, the other statements end
    /// nothing.
    async fn changed(&self, statements: Vec<Statement>) -> std::result::Result<bool, StoreError> {
        let answers = self.write_all(statements).await?;
        Ok(answers.first().is_some_and(|rows| !rows.is_empty()))
    }
}

/// A statement that makes an account of its first twelve values.
fn insert(sql: &'static str, user: &User) -> Result<Statement> {
    Ok(statement!(
        sql,
        user.id,
        user.username.as_str(),
        user.username.key(),
        user.name.as_deref(),
        user.email.as_deref(),
        user.administrator,
        user.disabled_at,
        user.created_at,
        user.updated_at,
        claims(user)?,
        groups(user)?,
        user.external_id.as_ref().map(ExternalId::as_str),
    ))
}

fn end_everything(user: UserId, now: Timestamp) -> Vec<Statement> {
    let everything = RevokeGrants {
        user: Some(user),
        client: None,
        now,
    };
    let mut statements = sessions::close_all(user, now);
    statements.extend(revoke::grants(everything));
    statements
}

fn claims(user: &User) -> Result<Option<String>> {
    (!user.claims.is_empty()).then(|| json(&user.claims)).transpose()
}

fn groups(user: &User) -> Result<Option<String>> {
    (!user.groups.is_empty()).then(|| json(&user.groups)).transpose()
}
