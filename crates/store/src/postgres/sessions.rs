//! Signed-in browsers in Postgres, and the clients they have signed in to (OpenID Connect Back-Channel Logout section 2.1).
//!
//! A command that makes a row that ends with a session locks the session's row meanwhile (`FOR KEY SHARE`). A command
//! that ends a session locks it first, in a statement of its own: the next statement sees all that was made.

use async_trait::async_trait;
use pixie_oauth::{Subject, TokenHash, kinds};
use pixie_provider::store::{
    CloseSession, ClosedSession, DeleteAccount, EndSessions, ListedSession, NewEvent, OpenSession,
    SessionRecord, Sessions, StoreError, WhichSessions,
};
use pixie_provider::{AccountId, ClientKey, CredentialId, SessionId, Timestamp};
use uuid::Uuid;

use super::accounts::account_columns;
use super::columns::{Result, plain};
use super::events::{self, record_if};
use super::lanes::Answers;
use super::multi_row::MultiRow;
use super::statement::{Statement, statement};
use super::{PostgresStore, credentials};
use crate::rows::{self, Id, count, id};

static FIND: MultiRow = MultiRow::lookup(concat!(
    "SELECT ",
    account_columns!(),
    ", sessions.id, methods, acr, authenticated_at, last_seen_at, expires_at
     FROM sessions JOIN users ON users.id = sessions.user_id WHERE hash = $1"
));

const INSERT: &str =
    "INSERT INTO sessions (hash, id, user_id, methods, acr, authenticated_at, last_seen_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// The same session under another cookie: its row changes and is never gone, so that a command that waits for it finds
/// it.
const GO_ON: &str =
    "UPDATE sessions SET hash = $1, user_id = $3, methods = $4, acr = $5, authenticated_at = $6, last_seen_at = $7,
         expires_at = $8
     WHERE hash = $9 AND id = $2";

/// Unless it goes on, by the statement before.
const INSERT_INSTEAD: &str =
    "INSERT INTO sessions (hash, id, user_id, methods, acr, authenticated_at, last_seen_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (hash) DO NOTHING";

const TOUCH: &str = "UPDATE sessions SET last_seen_at = $2 WHERE hash = $1 AND (last_seen_at < $2) IS TRUE";

/// The session is locked only if there is something to note.
const SIGNED_IN: &str = "WITH alive AS MATERIALIZED (
         SELECT 1 FROM sessions WHERE id = $1
             AND NOT EXISTS (SELECT 1 FROM session_clients WHERE session = $1 AND client = $2)
         FOR KEY SHARE)
     INSERT INTO session_clients (session, client) SELECT $1, $2 WHERE EXISTS (SELECT 1 FROM alive)
     ON CONFLICT DO NOTHING";

const CLIENTS: &str = "SELECT client FROM session_clients JOIN clients ON clients.key = client
     WHERE session = $1";

/// Finds the session under all of its cookies: two requests at once may have given it one each.
const LOCK: &str = "SELECT 1 FROM sessions WHERE id = (SELECT id FROM sessions WHERE hash = $1) FOR UPDATE";

const LIST: &str = "SELECT id, methods, acr, authenticated_at, last_seen_at, expires_at FROM sessions
     WHERE user_id = $1 ORDER BY id";

const LOCK_ALL: &str = "SELECT 1 FROM sessions WHERE user_id = $1 FOR UPDATE";

/// Ends sessions that are locked: their rows, the clients that they had signed in to, which are notified, and the
/// grants that end with them.
macro_rules! end {
    ($which:literal) => {
        end!($which, "")
    };
    ($which:literal, $recorded:expr) => {
        end!($which, $recorded, "(SELECT subject FROM users WHERE users.id = told.user_id)")
    };
    ($which:literal, $recorded:expr, $subject:literal) => {
        concat!(
            "WITH ended AS (DELETE FROM sessions WHERE id IN (",
            $which,
            ") RETURNING id, user_id),
                 closed AS (SELECT DISTINCT id, user_id FROM ended),
                 noted AS (DELETE FROM session_clients USING closed WHERE session_clients.session = closed.id
                     RETURNING closed.id AS session, session_clients.client, closed.user_id),
                 told AS (SELECT session, client, user_id FROM noted JOIN clients ON clients.key = noted.client),
                 deliveries AS (
                     INSERT INTO logout_deliveries (session, client, user_id, ended_at, due_at, attempts, subject)
                     SELECT session, client, user_id, $2, $2, 0, ",
            $subject,
            " FROM told ON CONFLICT DO NOTHING),
                 dead AS (UPDATE grants SET revoked_at = $2 FROM closed
                     WHERE grants.session = closed.id AND grants.revoked_at IS NULL AND (grants.ends_at > $2) IS TRUE
                     RETURNING 1)",
            $recorded,
            " SELECT ARRAY(SELECT client FROM told ORDER BY client), (SELECT count(*) FROM dead),
                 (SELECT count(*) FROM closed)"
        )
    };
}
const END: &str = end!("SELECT id FROM sessions WHERE hash = $1");
const END_RECORDED: &str = end!(
    "SELECT id FROM sessions WHERE hash = $1",
    concat!(", recorded AS (", record_if!("ended", "$3"), ")")
);
const END_ANOTHER: &str = end!("SELECT id FROM sessions WHERE hash = $1 AND id <> $3");
const END_ALL: &str = end!("SELECT id FROM sessions WHERE user_id = $1");
/// Only if the account has a password, which a statement before gave it.
const END_ALL_IF: &str = end!(
    "SELECT id FROM sessions WHERE user_id = $1
         AND EXISTS (SELECT 1 FROM credentials WHERE credentials.user_id = $1 AND credentials.id = $3)"
);
/// If the account is gone; its subject is `$3`.
const END_ALL_OF_GONE: &str = end!(
    "SELECT id FROM sessions WHERE user_id = $1 AND NOT EXISTS (SELECT 1 FROM users WHERE users.id = $1)",
    "",
    "$3"
);
const END_ONE: &str = end!("SELECT id FROM sessions WHERE user_id = $1 AND id = $3");
const END_ONE_RECORDED: &str = end!(
    "SELECT id FROM sessions WHERE user_id = $1 AND id = $3",
    concat!(", recorded AS (", record_if!("ended", "$4"), ")")
);
const END_OTHERS: &str = end!("SELECT id FROM sessions WHERE user_id = $1 AND ($3 IS NULL OR id <> $3)");
const END_OTHERS_RECORDED: &str = end!(
    "SELECT id FROM sessions WHERE user_id = $1 AND ($3 IS NULL OR id <> $3)",
    concat!(", recorded AS (", record_if!("ended", "$4"), ")")
);

#[async_trait]
impl Sessions for PostgresStore {
    async fn open_session(&self, command: OpenSession, event: Option<NewEvent>) -> Result<(), StoreError> {
        let mut statements = open(&command);
        statements.extend(events::record(event.as_ref())?);
        self.write_all(statements).await.map(drop)
    }

    async fn find_session(
        &self,
        hash: TokenHash<kinds::Session>,
    ) -> Result<Option<SessionRecord>, StoreError> {
        let found = self.find(&FIND, hash).await?;
        Ok(found.as_ref().map(rows::session).transpose()?)
    }

    async fn touch_session(&self, hash: TokenHash<kinds::Session>, now: Timestamp) -> Result<(), StoreError> {
        self.write(statement!(TOUCH, hash, now)).await.map(drop)
    }

    async fn close_session(
        &self,
        command: CloseSession,
        event: Option<NewEvent>,
    ) -> Result<ClosedSession, StoreError> {
        let (hash, now) = (command.hash, command.now);
        let end = events::with(statement!(END, hash, now), END_RECORDED, event.as_ref())?;
        let close = vec![statement!(LOCK, hash), end];
        let answers = self.write_all(close).await?;
        Ok(closed(&answers)?)
    }

    async fn list_sessions(&self, account: AccountId) -> Result<Vec<ListedSession>, StoreError> {
        let sessions = self.read(statement!(LIST, account)).await?;
        Ok(sessions.iter().map(rows::listed_session).collect::<Result<_>>()?)
    }

    async fn end_sessions(&self, command: EndSessions, event: Option<NewEvent>) -> Result<u64, StoreError> {
        let EndSessions { account, which, now } = command;
        let (sql, recorded, session) = match which {
            WhichSessions::All => (END_OTHERS, END_OTHERS_RECORDED, None),
            WhichSessions::AllExcept(session) => (END_OTHERS, END_OTHERS_RECORDED, Some(session)),
            WhichSessions::Only(session) => (END_ONE, END_ONE_RECORDED, Some(session)),
        };
        let end = events::with(statement!(sql, account, now, session), recorded, event.as_ref())?;
        let answers = self.write_all(vec![statement!(LOCK_ALL, account), end]).await?;
        let row = answers.last().and_then(|rows| rows.first());
        Ok(row.map(|row| count(row, 2)).transpose()?.unwrap_or_default())
    }

    async fn list_session_clients(&self, session: SessionId) -> Result<Vec<ClientKey>, StoreError> {
        let rows = self.read(statement!(CLIENTS, session)).await?;
        let mut clients = rows.iter().map(|row| id(row, 0)).collect::<Result<Vec<_>>>()?;
        clients.sort();
        Ok(clients)
    }
}

fn open(command: &OpenSession) -> Vec<Statement> {
    let (id, now) = (command.id, command.now);
    let mut statements = match command.replaces {
        None => vec![with_session(INSERT, command)],
        Some(old) => {
            let mut go_on = with_session(GO_ON, command);
            go_on.values.push(old.into());
            vec![
                statement!(LOCK, old),
                go_on,
                statement!(END_ANOTHER, old, now, id),
                with_session(INSERT_INSTEAD, command),
            ]
        }
    };
    let used = command.credential;
    statements.extend(used.map(|credential| credentials::note_use(command.account, credential, now)));
    statements
}

/// A statement that writes a session with its first eight values.
fn with_session(sql: &'static str, command: &OpenSession) -> Statement {
    statement!(
        sql,
        command.hash,
        command.id,
        command.account,
        command.methods.to_string(),
        command.acr.as_str(),
        command.authenticated_at,
        command.now,
        command.expires_at,
    )
}

/// Ends every session of a person. A sign-in at this moment comes after.
pub(super) fn close_all(account: AccountId, now: Timestamp) -> Vec<Statement> {
    vec![statement!(LOCK_ALL, account), statement!(END_ALL, account, now)]
}

/// Ends every session of an account that the statement before deleted.
pub(super) fn close_all_of_gone(command: &DeleteAccount) -> Vec<Statement> {
    let subject = command.subject.as_ref().map(Subject::as_str);
    vec![
        statement!(LOCK_ALL, command.account),
        statement!(END_ALL_OF_GONE, command.account, command.now, subject),
    ]
}

/// Ends every session of a person if they have this credential.
pub(super) fn close_all_if(account: AccountId, credential: CredentialId, now: Timestamp) -> Vec<Statement> {
    vec![
        statement!(LOCK_ALL, account),
        statement!(END_ALL_IF, account, now, credential),
    ]
}

/// Notes that a session has signed in to a client; one that has ended meanwhile has not.
pub(super) fn note_client(session: SessionId, client: ClientKey) -> Statement {
    statement!(SIGNED_IN, session, client)
}

fn closed(answers: &Answers) -> Result<ClosedSession> {
    let Some(row) = answers.last().and_then(|rows| rows.first()) else {
        return Ok(ClosedSession::default());
    };
    Ok(ClosedSession {
        clients: plain::<Vec<Uuid>>(row, 0)?
            .into_iter()
            .map(ClientKey::of_uuid)
            .collect(),
        grants: count(row, 1)?,
    })
}
