//! Links to make an account or to choose another password, in SQLite.

use async_trait::async_trait;
use pixie_oauth::{TokenHash, kinds};
use pixie_provider::store::{
    AcceptInvitation, AcceptedInvitation, AccountLinks, InsertAccount, NewAccountLink, NewEvent,
    ResetPassword, StoreError,
};
use pixie_provider::{AccountId, AccountLink, LinkPurpose};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::columns::json;
use super::{SqliteStore, accounts, mails};
use crate::rows::{self, Id};

const FIND: &str =
    "SELECT kind, user, removes_factors, username, member_of, uses_left, made_by, made_at, ends_at
     FROM account_links WHERE hash = ?1";

const FORGET: &str = "DELETE FROM account_links WHERE user = ?1";

/// Not for an account that is gone.
const INSERT: &str = "INSERT INTO account_links
         (hash, kind, user, removes_factors, username, member_of, uses_left, made_by, made_at, ends_at)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
     WHERE ?3 IS NULL OR EXISTS (SELECT 1 FROM users WHERE id = ?3)";

const USE_INVITATION: &str = "UPDATE account_links SET uses_left = uses_left - 1
     WHERE hash = ?1 AND kind = 'invitation' AND uses_left > 0 AND ends_at > ?2";

const GIVE_BACK: &str = "UPDATE account_links SET uses_left = uses_left + 1 WHERE hash = ?1";

const USE_RESET: &str = "UPDATE account_links SET uses_left = 0
     WHERE hash = ?1 AND kind = 'reset' AND user = ?3 AND uses_left > 0 AND ends_at > ?2
         AND EXISTS (SELECT 1 FROM users WHERE id = ?3 AND disabled_at IS NULL)
     RETURNING removes_factors";

const USE_UP: &str = "UPDATE account_links SET uses_left = 0 WHERE user = ?1 AND uses_left > 0";

const REMOVE_FACTORS: &str = "DELETE FROM credentials WHERE user = ?1 AND kind <> 'password'";

#[async_trait]
impl AccountLinks for SqliteStore {
    async fn insert_account_link(
        &self,
        link: NewAccountLink,
        event: Option<NewEvent>,
    ) -> Result<bool, StoreError> {
        self.write_recorded(
            event,
            |inserted| *inserted,
            move |connection| insert(connection, &link),
        )
        .await
    }

    async fn find_account_link(
        &self,
        hash: TokenHash<kinds::Link>,
    ) -> Result<Option<AccountLink>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(FIND)?
                .query_row([hash.as_bytes()], |row| rows::account_link(row))
                .optional()
        })
    }

    async fn accept_invitation(
        &self,
        command: AcceptInvitation,
        event: Option<NewEvent>,
    ) -> Result<AcceptedInvitation, StoreError> {
        self.write_recorded(
            event,
            |outcome| *outcome == AcceptedInvitation::Accepted,
            move |connection| accept(connection, &command),
        )
        .await
    }

    async fn reset_password(
        &self,
        command: ResetPassword,
        event: Option<NewEvent>,
    ) -> Result<bool, StoreError> {
        self.write_recorded(
            event,
            |changed| *changed,
            move |connection| reset(connection, &command),
        )
        .await
    }
}

fn insert(connection: &Connection, new: &NewAccountLink) -> Result<bool> {
    let link = &new.link;
    let (account, removes_factors, username, groups) = match &link.purpose {
        LinkPurpose::Invitation { username, groups } => (None, false, username.as_ref(), &groups[..]),
        LinkPurpose::Reset {
            account,
            removes_factors,
        } => (Some(account.bytes()), *removes_factors, None, &[][..]),
    };
    let groups = (!groups.is_empty()).then(|| json(&groups)).transpose()?;
    if let (true, Some(account)) = (new.replaces, account) {
        connection.prepare_cached(FORGET)?.execute([account])?;
    }
    let inserted = connection.prepare_cached(INSERT)?.execute(params![
        new.hash.as_bytes(),
        link.purpose.kind().as_str(),
        account,
        removes_factors,
        username.map(pixie_provider::Username::as_str),
        groups,
        link.uses_left,
        link.made_by.map(Id::bytes),
        link.made_at.seconds(),
        link.ends_at.seconds(),
    ])?;
    if inserted == 1 {
        mails::queue_with(connection, new.mail.as_ref())?;
    }
    Ok(inserted == 1)
}

fn accept(connection: &Connection, command: &AcceptInvitation) -> Result<AcceptedInvitation> {
    let hash = command.link.as_bytes();
    let used = connection
        .prepare_cached(USE_INVITATION)?
        .execute(params![hash, command.now.seconds()])?;
    if used == 0 {
        return Ok(AcceptedInvitation::LinkGone);
    }
    match accounts::insert(connection, &command.account)? {
        InsertAccount::Inserted => Ok(AcceptedInvitation::Accepted),
        InsertAccount::UsernameTaken | InsertAccount::SubjectTaken => {
            connection.prepare_cached(GIVE_BACK)?.execute([hash])?;
            Ok(AcceptedInvitation::UsernameTaken)
        }
    }
}

fn reset(connection: &Connection, command: &ResetPassword) -> Result<bool> {
    let password = &command.password;
    let account = password.account.bytes();
    let removes_factors: Option<bool> = connection
        .prepare_cached(USE_RESET)?
        .query_row(
            params![command.link.as_bytes(), password.now.seconds(), account],
            |row| row.get(0),
        )
        .optional()?;
    let Some(removes_factors) = removes_factors else {
        return Ok(false);
    };
    if removes_factors {
        connection.prepare_cached(REMOVE_FACTORS)?.execute([account])?;
    }
    accounts::set_password(connection, password)
}

/// The links by which an account could get another password have no use left.
pub(super) fn use_up(connection: &Connection, account: AccountId) -> Result<()> {
    connection
        .prepare_cached(USE_UP)?
        .execute([account.bytes()])
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::super::tests::plans::assert_searches;
    use super::*;

    #[test]
    fn links_are_found_by_an_index() {
        for sql in [
            FIND,
            FORGET,
            USE_INVITATION,
            GIVE_BACK,
            USE_RESET,
            USE_UP,
            REMOVE_FACTORS,
        ] {
            assert_searches(sql);
        }
    }
}
