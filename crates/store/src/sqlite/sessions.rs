//! Signed-in browsers in SQLite, and the clients they have signed in to (OpenID Connect Back-Channel Logout section 2.1).

use async_trait::async_trait;
use pixie_oauth::{TokenHash, kinds};
use pixie_provider::store::{
    CloseSession, ClosedSession, EndSessions, ListedSession, NewEvent, OpenSession, SessionRecord, Sessions,
    StoreError, WhichSessions,
};
use pixie_provider::{AccountId, ClientKey, SessionId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::accounts::USER;
use super::{SqliteStore, credentials};
use crate::rows::{self, Id, id};

/// The session is looked up first, so that nothing is written if the client is noted already.
pub(super) const SIGNED_IN: &str = "INSERT INTO session_clients (session, client)
     SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM sessions WHERE id = ?1)
         AND NOT EXISTS (SELECT 1 FROM session_clients WHERE session = ?1 AND client = ?2)";

pub(super) const CLIENTS: &str = "SELECT client FROM session_clients JOIN clients ON clients.key = client
     WHERE session = ?1 ORDER BY client";

pub(super) const TELL: &str =
    "INSERT INTO logout_deliveries (session, client, user, ended_at, due_at, attempts, subject)
     SELECT session, client, ?2, ?3, ?3, 0, (SELECT subject FROM users WHERE id = ?2) FROM session_clients JOIN clients ON clients.key = client
     WHERE session = ?1
     ON CONFLICT DO NOTHING";

pub(super) const END: &str = "DELETE FROM sessions WHERE id = ?1";

const LIST: &str = "SELECT id, methods, acr, authenticated_at, last_seen_at, expires_at FROM sessions
     WHERE user = ?1 ORDER BY id";

pub(super) const OF_A_PERSON: &str = "SELECT DISTINCT id FROM sessions WHERE user = ?1";

pub(super) const END_GRANTS: &str = "UPDATE grants SET revoked_at = ?2
     WHERE session = ?1 AND revoked_at IS NULL AND ends_at > ?2";

#[async_trait]
impl Sessions for SqliteStore {
    async fn open_session(&self, command: OpenSession, event: Option<NewEvent>) -> Result<(), StoreError> {
        self.write_recorded(event, |()| true, move |connection| open(connection, &command))
            .await
    }

    async fn find_session(
        &self,
        hash: TokenHash<kinds::Session>,
    ) -> Result<Option<SessionRecord>, StoreError> {
        self.read(|connection| find(connection, &hash))
    }

    async fn touch_session(&self, hash: TokenHash<kinds::Session>, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |connection| {
            connection
                .prepare_cached(
                    "UPDATE sessions SET last_seen_at = ?2 WHERE hash = ?1 AND last_seen_at < ?2",
                )?
                .execute(params![hash.as_bytes(), now.seconds()])
                .map(drop)
        })
        .await
    }

    async fn close_session(
        &self,
        command: CloseSession,
        event: Option<NewEvent>,
    ) -> Result<ClosedSession, StoreError> {
        let closed = self.write_recorded(event, Option::is_some, move |connection| {
            close(connection, &command)
        });
        Ok(closed.await?.unwrap_or_default())
    }

    async fn list_sessions(&self, account: AccountId) -> Result<Vec<ListedSession>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(LIST)?
                .query_map([account.bytes()], |row| rows::listed_session(row))?
                .collect()
        })
    }

    async fn end_sessions(&self, command: EndSessions, event: Option<NewEvent>) -> Result<u64, StoreError> {
        self.write_recorded(
            event,
            |ended| *ended > 0,
            move |connection| end_all(connection, &command),
        )
        .await
    }

    async fn list_session_clients(&self, session: SessionId) -> Result<Vec<ClientKey>, StoreError> {
        self.read(|connection| clients(connection, session))
    }
}

fn open(connection: &Connection, command: &OpenSession) -> Result<()> {
    if let Some(hash) = command.replaces {
        let goes_on = connection
            .prepare_cached("DELETE FROM sessions WHERE hash = ?1 AND id = ?2")?
            .execute(params![hash.as_bytes(), command.id.bytes()])?;
        if goes_on == 0 {
            let now = command.now;
            close(connection, &CloseSession { hash, now })?;
        }
    }
    connection
        .prepare_cached(
            "INSERT INTO sessions (hash, id, user, methods, acr, authenticated_at, last_seen_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            command.hash.as_bytes(),
            command.id.bytes(),
            command.account.bytes(),
            command.methods.to_string(),
            command.acr.as_str(),
            command.authenticated_at.seconds(),
            command.now.seconds(),
            command.expires_at.seconds(),
        ])?;
    match command.credential {
        Some(credential) => credentials::note_use(connection, command.account, credential, command.now),
        None => Ok(()),
    }
}

/// Ends a session; none if it is gone.
fn close(connection: &Connection, command: &CloseSession) -> Result<Option<ClosedSession>> {
    let found: Option<(SessionId, AccountId)> = connection
        .prepare_cached("SELECT id, user FROM sessions WHERE hash = ?1")?
        .query_row([command.hash.as_bytes()], |row| Ok((id(row, 0)?, id(row, 1)?)))
        .optional()?;
    found
        .map(|(session, account)| end(connection, session, account, command.now))
        .transpose()
}

/// Ends a session under all of its cookies: two requests at once may have given it one each.
fn end(
    connection: &Connection,
    session: SessionId,
    account: AccountId,
    now: Timestamp,
) -> Result<ClosedSession> {
    let clients = clients(connection, session)?;
    let key = session.bytes();
    connection
        .prepare_cached(TELL)?
        .execute(params![key, account.bytes(), now.seconds()])?;
    connection
        .prepare_cached("DELETE FROM session_clients WHERE session = ?1")?
        .execute([key])?;
    connection.prepare_cached(END)?.execute([key])?;
    let grants = connection
        .prepare_cached(END_GRANTS)?
        .execute(params![key, now.seconds()])?;
    Ok(ClosedSession {
        clients,
        grants: grants as u64,
    })
}

/// Ends the sessions of a person, and says how many.
pub(super) fn end_all(connection: &Connection, command: &EndSessions) -> Result<u64> {
    let mut sessions: Vec<SessionId> = connection
        .prepare_cached(OF_A_PERSON)?
        .query_map([command.account.bytes()], |row| id(row, 0))?
        .collect::<Result<_>>()?;
    sessions.retain(|session| match command.which {
        WhichSessions::All => true,
        WhichSessions::AllExcept(one) => *session != one,
        WhichSessions::Only(one) => *session == one,
    });
    for session in &sessions {
        end(connection, *session, command.account, command.now)?;
    }
    Ok(sessions.len() as u64)
}

/// Notes that a session has signed in to a client; one that has ended meanwhile has not.
pub(super) fn note_client(connection: &Connection, session: SessionId, client: ClientKey) -> Result<()> {
    connection
        .prepare_cached(SIGNED_IN)?
        .execute(params![session.bytes(), client.bytes()])
        .map(drop)
}

fn clients(connection: &Connection, session: SessionId) -> Result<Vec<ClientKey>> {
    connection
        .prepare_cached(CLIENTS)?
        .query_map([session.bytes()], |row| id(row, 0))?
        .collect()
}

fn find(connection: &Connection, hash: &TokenHash<kinds::Session>) -> Result<Option<SessionRecord>> {
    connection
        .prepare_cached(&format!(
            "SELECT {USER}, sessions.id, methods, acr, authenticated_at, last_seen_at, expires_at
             FROM sessions JOIN users ON users.id = sessions.user WHERE hash = ?1"
        ))?
        .query_row([hash.as_bytes()], |row| rows::session(row))
        .optional()
}
