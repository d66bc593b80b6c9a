//! Deleting rows that no longer mean anything in Postgres, each kind in the order of an index and bounded.
//!
//! Several nodes may sweep at once: what one of them is deleting, or a command is changing, the others pass over. Each kind
//! is a command of its own, so that no lock is held for long.

use pixie_provider::store::{StoreError, Sweep, Swept};
use pixie_provider::{ClientKey, Timestamp};
use tokio_postgres::Row;

use super::PostgresStore;
use super::columns::Result;
use super::statement::{Statement, statement};
use crate::rows::{count, id};

/// Deletes at most `$2` rows of a table that ended before `$1`. The keys are collected once and before anything is
/// deleted, in every plan that the server makes.
macro_rules! ended {
    ($table:literal, $key:literal, $end:literal) => {
        concat!(
            "WITH gone AS (DELETE FROM ",
            $table,
            " WHERE ",
            $key,
            " = ANY (ARRAY(SELECT ",
            $key,
            " FROM ",
            $table,
            " WHERE ",
            $end,
            " < $1 ORDER BY ",
            $end,
            " LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING 1)
            SELECT count(*) FROM gone"
        )
    };
}

/// Deletes sessions as `ended` does, and the rows of their clients. Nobody signed out, so no client is notified. A
/// session may go on under another cookie.
macro_rules! ended_sessions {
    ($end:literal) => {
        concat!(
            "WITH gone AS (DELETE FROM sessions WHERE hash = ANY (ARRAY(SELECT hash FROM sessions WHERE ",
            $end,
            " < $1 ORDER BY ",
            $end,
            " LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING hash, id),
            theirs AS (
                DELETE FROM session_clients WHERE session = ANY (ARRAY(
                    SELECT gone.id FROM gone WHERE NOT EXISTS (
                        SELECT 1 FROM sessions AS other WHERE other.id = gone.id
                            AND NOT EXISTS (SELECT 1 FROM gone AS also WHERE also.hash = other.hash))))
                RETURNING 1
            )
            SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM theirs)"
        )
    };
}

const ACCESS_TOKENS: &str = ended!("access_tokens", "hash", "expires_at");

const REFRESH_TOKENS: &str = ended!("refresh_tokens", "hash", "expires_at");

const ANSWERS: &str = "WITH due AS (
        SELECT until, token FROM rotated_answers WHERE until < $1 ORDER BY until, token LIMIT $2 FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM rotated_answers AS answer USING due
        WHERE answer.until = due.until AND answer.token = due.token RETURNING 1
    )
    SELECT count(*) FROM gone";

/// A grant ends with the last of its tokens, so that none outlives it.
const GRANTS: &str = ended!("grants", "id", "ends_at");

const EXPIRED_SESSIONS: &str = ended_sessions!("expires_at");

const IDLE_SESSIONS: &str = ended_sessions!("last_seen_at");

/// The delivering node moves `due_at` on with each attempt, by an hour at the most.
const LOGOUTS: &str = "WITH due AS (
        SELECT session, client FROM logout_deliveries WHERE due_at < $1 - 86400
        ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM logout_deliveries AS delivery USING due
        WHERE delivery.session = due.session AND delivery.client = due.client RETURNING 1
    )
    SELECT count(*) FROM gone";

/// The sender drops expired mails itself, and says so.
const MAILS: &str = "WITH gone AS (
        DELETE FROM mails WHERE id = ANY (ARRAY(SELECT id FROM mails WHERE expires_at < $1 - 3600
            ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED))
        RETURNING 1
    )
    SELECT count(*) FROM gone";

const USED_VALUES: &str = ended!("used_values", "hash", "expires_at");
const GUESSES: &str = ended!("guesses", "bucket", "ends_at");

/// A family's access tokens end with its grant at the latest. Consents are checked first: most clients that are used
/// have one.
macro_rules! unused {
    () => {
        "dynamic AND updated_at < $3
             AND NOT EXISTS (SELECT 1 FROM consents WHERE consents.client = clients.key)
             AND NOT EXISTS (SELECT 1 FROM grants
                 WHERE grants.client = clients.key AND revoked_at IS NULL AND ends_at > $1)
             AND NOT EXISTS (SELECT 1 FROM access_tokens
                 WHERE access_tokens.client = clients.key AND grant_id IS NULL AND revoked_at IS NULL AND expires_at > $1)"
    };
}

/// Clients that registered themselves and seem to be unused, the longest unchanged first.
const SEEMINGLY_UNUSED: &str = concat!(
    "SELECT key FROM clients WHERE ",
    unused!(),
    " ORDER BY updated_at LIMIT $2"
);

/// A command that is about to use one of these clients locks its row meanwhile: this waits for it, and keeps others
/// waiting.
const LOCK_CLIENTS: &str = "SELECT 1 FROM clients WHERE key = ANY ($1) ORDER BY key FOR UPDATE";

/// Of those that are locked by the statement before those go that still are unused, each with an event if `$4` is true.
const UNUSED_CLIENTS: &str = concat!(
    "WITH gone AS (DELETE FROM clients WHERE key = ANY ($2) AND ",
    unused!(),
    " RETURNING key, client_id
     ), noted AS (
         INSERT INTO deleted_clients (key, deleted_at) SELECT key, $1 FROM gone RETURNING 1
     ), recorded AS (
         INSERT INTO events (at, kind, actor, client, details)
         SELECT $1, 'client_deleted', 'system', key, json_build_object('client_id', client_id, 'reason', 'unused')::text
         FROM gone WHERE $4
     )
     SELECT count(*) FROM noted"
);

const LINKS: &str = ended!("one_time_links", "hash", "expires_at");

/// For 30 days after its end a link says why it does not work.
const ACCOUNT_LINKS: &str = "WITH gone AS (
        DELETE FROM account_links WHERE hash = ANY (ARRAY(SELECT hash FROM account_links
            WHERE ends_at < $1 - 2592000 ORDER BY ends_at LIMIT $2 FOR UPDATE SKIP LOCKED))
        RETURNING 1
    )
    SELECT count(*) FROM gone";

const KEYS: &str = ended!("signing_keys", "kid", "verifies_until");

const EVENTS: &str = ended!("events", "number", "at");

const EVENT_COUNTS: &str = "WITH due AS (
        SELECT hour, kind, node FROM event_counts WHERE hour < $1 ORDER BY hour, kind, node LIMIT $2
        FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM event_counts AS counted USING due
        WHERE counted.hour = due.hour AND counted.kind = due.kind AND counted.node = due.node RETURNING 1
    )
    SELECT count(*) FROM gone";

const CONSENTS: &str = "WITH due AS (
        SELECT consent.user_id, consent.client
        FROM deleted_clients AS client JOIN consents AS consent ON consent.client = client.key
        WHERE client.deleted_at <= $1 LIMIT $2 FOR UPDATE OF consent SKIP LOCKED
    ), gone AS (
        DELETE FROM consents AS consent USING due
        WHERE consent.user_id = due.user_id AND consent.client = due.client RETURNING 1
    )
    SELECT count(*) FROM gone";

/// Once no consent of theirs is left they need not be remembered: a key never comes back.
const DELETED_CLIENTS: &str = "WITH gone AS (
        DELETE FROM deleted_clients WHERE key = ANY (ARRAY(
            SELECT client.key FROM deleted_clients AS client
            WHERE client.deleted_at <= $1 AND NOT EXISTS (SELECT 1 FROM consents WHERE consents.client = client.key)
            LIMIT $2 FOR UPDATE SKIP LOCKED))
        RETURNING 1
    )
    SELECT count(*) FROM gone";

impl PostgresStore {
    /// Deletes at most `limit` rows of each kind, and what the sessions that go had signed in to.
    pub(super) async fn sweep_all(&self, command: Sweep) -> std::result::Result<Swept, StoreError> {
        let Sweep { now, limit, .. } = command;
        let delete = |sql| self.delete(statement!(sql, now, limit));
        let (expired, theirs) = self
            .delete_sessions(statement!(EXPIRED_SESSIONS, now, limit))
            .await?;
        let (idle, theirs_too) = self
            .delete_sessions(statement!(IDLE_SESSIONS, command.idle_since, limit))
            .await?;
        let clients = match command.unused_clients_since {
            Some(since) => self.delete_unused_clients(command, since).await?,
            None => 0,
        };
        let events = match command.events_before {
            Some(before) => {
                self.delete(statement!(EVENTS, before, limit)).await?
                    + self.delete(statement!(EVENT_COUNTS, before, limit)).await?
            }
            None => 0,
        };
        let swept = Swept {
            access_tokens: delete(ACCESS_TOKENS).await?,
            refresh_tokens: delete(REFRESH_TOKENS).await?,
            answers: delete(ANSWERS).await?,
            grants: delete(GRANTS).await?,
            consents: delete(CONSENTS).await?,
            sessions: expired + idle,
            session_clients: theirs + theirs_too,
            logouts: delete(LOGOUTS).await?,
            mails: delete(MAILS).await?,
            used_values: delete(USED_VALUES).await?,
            guesses: delete(GUESSES).await?,
            clients,
            links: delete(LINKS).await? + delete(ACCOUNT_LINKS).await?,
            keys: delete(KEYS).await?,
            events,
        };
        delete(DELETED_CLIENTS).await?;
        Ok(swept)
    }

    async fn delete_unused_clients(
        &self,
        command: Sweep,
        since: Timestamp,
    ) -> std::result::Result<u64, StoreError> {
        let Sweep { now, limit, .. } = command;
        let rows = self.read(statement!(SEEMINGLY_UNUSED, now, limit, since)).await?;
        let unused: Vec<ClientKey> = rows.iter().map(|row| id(row, 0)).collect::<Result<_>>()?;
        if unused.is_empty() {
            return Ok(0);
        }
        let delete = vec![
            statement!(LOCK_CLIENTS, &unused[..]),
            statement!(
                UNUSED_CLIENTS,
                now,
                &unused[..],
                since,
                command.record_unused_clients
            ),
        ];
        let answers = self.write_all(delete).await?;
        Ok(counted(answers.last().and_then(|rows| rows.first()), 0)?)
    }

    async fn delete(&self, statement: Statement) -> std::result::Result<u64, StoreError> {
        Ok(counted(self.write(statement).await?.first(), 0)?)
    }

    async fn delete_sessions(&self, statement: Statement) -> std::result::Result<(u64, u64), StoreError> {
        let rows = self.write(statement).await?;
        Ok((counted(rows.first(), 0)?, counted(rows.first(), 1)?))
    }
}

fn counted(row: Option<&Row>, column: usize) -> Result<u64> {
    row.map_or(Ok(0), |row| count(row, column))
}
