//! Links to make an account or to choose another password, in Postgres.
//!
//! A command that uses a link locks its row first, in a statement of its own: the next statement sees what others have used.

use async_trait::async_trait;
use pixie_oauth::{TokenHash, kinds};
use pixie_provider::store::{
    AcceptInvitation, AcceptedInvitation, AccountLinks, NewAccountLink, NewEvent, ResetPassword, StoreError,
};
use pixie_provider::{AccountId, AccountLink, LinkPurpose, Username};

use super::accounts::{self, insert_account_from};
use super::columns::json;
use super::events::{self, record_if, recorded};
use super::statement::{Statement, statement};
use super::{PostgresStore, credentials, mails, revoke, sessions};
use crate::rows::{self, count};

const FIND: &str =
    "SELECT kind, user_id, removes_factors, username, member_of, uses_left, made_by, made_at, ends_at
     FROM account_links WHERE hash = $1";

const FORGET: &str = "DELETE FROM account_links WHERE user_id = $1";

/// Not for an account that is gone.
macro_rules! insert {
    () => {
        "INSERT INTO account_links
         (hash, kind, user_id, removes_factors, username, member_of, uses_left, made_by, made_at, ends_at)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
     WHERE $3 IS NULL OR EXISTS (SELECT 1 FROM users WHERE id = $3) RETURNING 1"
    };
}
const INSERT: &str = insert!();
const INSERT_RECORDED: &str = recorded!(insert!(), "$11");

const LOCK: &str = "SELECT 1 FROM account_links WHERE hash = $1 FOR UPDATE";

/// The link loses a use only if somebody was made.
macro_rules! accept {
    ($recorded:expr) => {
        concat!(
            "WITH link AS (
        SELECT 1 FROM account_links
        WHERE hash = $15 AND kind = 'invitation' AND uses_left > 0 AND (ends_at > $16) IS TRUE
    ), made AS (",
            insert_account_from!("link"),
            "
    ), used AS (
        UPDATE account_links SET uses_left = uses_left - 1 WHERE hash = $15 AND EXISTS (SELECT 1 FROM made)
    )",
            $recorded,
            " SELECT (SELECT count(*) FROM link), (SELECT count(*) FROM made)"
        )
    };
}
const ACCEPT: &str = accept!("");
const ACCEPT_RECORDED: &str = accept!(concat!(", recorded AS (", record_if!("made", "$17"), ")"));

/// The statements that follow act only if the account has the password that this one gave it.
macro_rules! reset {
    ($recorded:expr) => {
        concat!(
            "WITH link AS (
        UPDATE account_links SET uses_left = 0
        WHERE hash = $10 AND kind = 'reset' AND user_id = $1 AND uses_left > 0 AND (ends_at > $11) IS TRUE
            AND EXISTS (SELECT 1 FROM users WHERE id = $1 AND disabled_at IS NULL)
        RETURNING removes_factors
    ), removed AS (
        DELETE FROM credentials
        WHERE user_id = $1 AND kind <> 'password' AND EXISTS (SELECT 1 FROM link WHERE removes_factors)
    ), changed AS (
        UPDATE users SET updated_at = $11 WHERE id = $1 AND EXISTS (SELECT 1 FROM link)
    ), set AS (
        INSERT INTO credentials (user_id, id, kind, label, lookup, secret, counter, created_at, last_used_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM link
        ON CONFLICT (user_id) WHERE kind = 'password' DO UPDATE SET id = excluded.id, label = excluded.label,
            secret = excluded.secret, created_at = excluded.created_at, last_used_at = excluded.last_used_at
        RETURNING 1
    )",
            $recorded,
            " SELECT count(*) FROM set"
        )
    };
}
const RESET: &str = reset!("");
const RESET_RECORDED: &str = reset!(concat!(", recorded AS (", record_if!("set", "$12"), ")"));

/// Two links of one account are used one after the other.
const LOCK_OF_ACCOUNT: &str = "SELECT 1 FROM account_links WHERE user_id = $1 ORDER BY hash FOR UPDATE";

/// The other links, if the statement before gave the account this credential.
const USE_UP_IF: &str = "UPDATE account_links SET uses_left = 0 WHERE user_id = $1 AND uses_left > 0
    AND EXISTS (SELECT 1 FROM credentials WHERE credentials.user_id = $1 AND id = $2)";

const USE_UP: &str = "UPDATE account_links SET uses_left = 0 WHERE user_id = $1 AND uses_left > 0";

#[async_trait]
impl AccountLinks for PostgresStore {
    async fn insert_account_link(
        &self,
        link: NewAccountLink,
        event: Option<NewEvent>,
    ) -> Result<bool, StoreError> {
        let NewAccountLink {
            hash,
            link,
            replaces,
            mail,
        } = link;
        let (account, removes_factors, username, groups) = match &link.purpose {
            LinkPurpose::Invitation { username, groups } => (None, false, username.as_ref(), &groups[..]),
            LinkPurpose::Reset {
                account,
                removes_factors,
            } => (Some(*account), *removes_factors, None, &[][..]),
        };
        let groups = (!groups.is_empty()).then(|| json(&groups)).transpose()?;
        let insert = statement!(
            INSERT,
            hash,
            link.purpose.kind().as_str(),
            account,
            removes_factors,
            username.map(Username::as_str),
            groups,
            link.uses_left,
            link.made_by,
            link.made_at,
            link.ends_at,
        );
        let replaced = account.filter(|_| replaces);
        let forget = replaced.map(|account| statement!(FORGET, account));
        let mut statements: Vec<_> = forget.into_iter().collect();
        let position = statements.len();
        statements.push(events::with(insert, INSERT_RECORDED, event.as_ref())?);
        statements.extend(mail.as_ref().map(mails::queue));
        let answers = self.write_all(statements).await?;
        let inserted = answers.get(position).is_some_and(|rows| !rows.is_empty());
        if let (true, Some(mail), Some(queued)) = (inserted, &mail, answers.last()) {
            mails::note_dropped(mail, queued);
        }
        Ok(inserted)
    }

    async fn find_account_link(
        &self,
        hash: TokenHash<kinds::Link>,
    ) -> Result<Option<AccountLink>, StoreError> {
        let found = self.read(statement!(FIND, hash)).await?;
        Ok(found.first().map(rows::account_link).transpose()?)
    }

    async fn accept_invitation(
        &self,
        command: AcceptInvitation,
        event: Option<NewEvent>,
    ) -> Result<AcceptedInvitation, StoreError> {
        let mut accept = accounts::insert(ACCEPT, &command.account.account)?;
        accept.values.push(command.link.into());
        accept.values.push(command.now.into());
        let accept = events::with(accept, ACCEPT_RECORDED, event.as_ref())?;
        let mut statements = vec![statement!(LOCK, command.link), accept];
        statements.extend(credentials::of_account(&command.account));
        let answers = self.write_all(statements).await?;
        let row = answers.get(1).and_then(|rows| rows.first());
        let made: (u64, u64) = match row {
            Some(row) => (count(row, 0)?, count(row, 1)?),
            None => (0, 0),
        };
        Ok(match made {
            (0, _) => AcceptedInvitation::LinkGone,
            (_, 0) => AcceptedInvitation::UsernameTaken,
            _ => AcceptedInvitation::Accepted,
        })
    }

    async fn reset_password(
        &self,
        command: ResetPassword,
        event: Option<NewEvent>,
    ) -> Result<bool, StoreError> {
        let password = &command.password;
        let (account, credential) = (password.account, password.credential.id);
        let mut reset = credentials::with_credential(RESET, account, &password.credential);
        reset.values.push(command.link.into());
        reset.values.push(password.now.into());
        let reset = events::with(reset, RESET_RECORDED, event.as_ref())?;
        let mut statements = vec![
            statement!(LOCK_OF_ACCOUNT, account),
            reset,
            statement!(USE_UP_IF, account, credential),
        ];
        if password.ends_everything {
            statements.extend(sessions::close_all_if(account, credential, password.now));
            statements.extend(revoke::of_person_if(account, credential, password.now));
        }
        statements.extend(
            password
                .mail
                .as_ref()
                .map(|mail| mails::queue_if(mail, credential)),
        );
        let answers = self.write_all(statements).await?;
        let row = answers.get(1).and_then(|rows| rows.first());
        let set: u64 = row.map_or(Ok(0), |row| count(row, 0))?;
        if let (1, Some(mail), Some(queued)) = (set, &password.mail, answers.last()) {
            mails::note_dropped(mail, queued);
        }
        Ok(set == 1)
    }
}

/// The links by which an account could get another password have no use left.
pub(super) fn use_up(account: AccountId) -> Statement {
    statement!(USE_UP, account)
}
