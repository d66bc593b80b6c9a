//! Deleting rows that no longer mean anything, each kind in the order of an index and bounded.

use pixie_provider::store::{EventActor, NewEvent, Sweep, Swept};
use pixie_provider::{ClientKey, EventKind, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::{clients, events};
use crate::rows::{Id, id};

const ACCESS_TOKENS: &str = "DELETE FROM access_tokens WHERE hash IN
    (SELECT hash FROM access_tokens WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";

const REFRESH_TOKENS: &str = "DELETE FROM refresh_tokens WHERE hash IN
    (SELECT hash FROM refresh_tokens WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";

const ANSWERS: &str = "DELETE FROM rotated_answers WHERE (until, token) IN
    (SELECT until, token FROM rotated_answers WHERE until < ?1 ORDER BY until, token LIMIT ?2)";

/// A grant ends with the last of its tokens, so that none outlives it.
const GRANTS: &str = "DELETE FROM grants WHERE id IN
    (SELECT id FROM grants WHERE ends_at < ?1 ORDER BY ends_at LIMIT ?2)";

const EXPIRED_SESSIONS: &str = "DELETE FROM sessions WHERE hash IN
    (SELECT hash FROM sessions WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2) RETURNING id";

const IDLE_SESSIONS: &str = "DELETE FROM sessions WHERE hash IN
    (SELECT hash FROM sessions WHERE last_seen_at < ?1 ORDER BY last_seen_at LIMIT ?2) RETURNING id";

/// Nobody signed out, so no client is notified. A session may go on under another cookie.
const SESSION_CLIENTS: &str = "DELETE FROM session_clients
     WHERE session = ?1 AND NOT EXISTS (SELECT 1 FROM sessions WHERE id = ?1)";

/// The delivering node moves `due_at` on with each attempt, by an hour at the most.
const LOGOUTS: &str = "DELETE FROM logout_deliveries WHERE (session, client) IN
    (SELECT session, client FROM logout_deliveries WHERE due_at < ?1 - 86400 ORDER BY due_at LIMIT ?2)";

/// The sender drops expired mails itself, and says so.
const MAILS: &str = "DELETE FROM mails WHERE id IN
    (SELECT id FROM mails WHERE expires_at < ?1 - 3600 ORDER BY expires_at LIMIT ?2)";

const USED_VALUES: &str = "DELETE FROM used_values WHERE hash IN
    (SELECT hash FROM used_values WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";

const GUESSES: &str = "DELETE FROM guesses WHERE bucket IN
    (SELECT bucket FROM guesses WHERE ends_at < ?1 ORDER BY ends_at LIMIT ?2)";

/// A family's access tokens end with its grant at the latest. Consents are checked first: most clients that are used
/// have one.
const UNUSED: &str = "dynamic = 1 AND updated_at < ?1
     AND NOT EXISTS (SELECT 1 FROM consents WHERE consents.client = clients.key)
     AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.client = clients.key AND revoked_at IS NULL AND ends_at > ?2)
     AND NOT EXISTS (SELECT 1 FROM access_tokens
         WHERE access_tokens.client = clients.key AND grant_id IS NULL AND revoked_at IS NULL AND expires_at > ?2)";

const LINKS: &str = "DELETE FROM one_time_links WHERE hash IN
    (SELECT hash FROM one_time_links WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";

/// For 30 days after its end a link says why it does not work.
const ACCOUNT_LINKS: &str = "DELETE FROM account_links WHERE hash IN
    (SELECT hash FROM account_links WHERE ends_at < ?1 - 2592000 ORDER BY ends_at LIMIT ?2)";

const KEYS: &str = "DELETE FROM signing_keys WHERE kid IN
    (SELECT kid FROM signing_keys WHERE verifies_until < ?1 ORDER BY verifies_until LIMIT ?2)";

const EVENTS: &str = "DELETE FROM events WHERE number IN
    (SELECT number FROM events WHERE at < ?1 ORDER BY at LIMIT ?2)";

const EVENT_COUNTS: &str = "DELETE FROM event_counts WHERE (hour, kind, node) IN
    (SELECT hour, kind, node FROM event_counts WHERE hour < ?1 ORDER BY hour, kind, node LIMIT ?2)";

const CONSENTS: &str = "DELETE FROM consents WHERE (user, client) IN
    (SELECT user, client FROM deleted_clients AS gone CROSS JOIN consents ON consents.client = gone.key
     WHERE gone.deleted_at <= ?1 LIMIT ?2)";

/// Once no consent of theirs is left they need not be remembered: a key never comes back.
const DELETED_CLIENTS: &str = "DELETE FROM deleted_clients WHERE key IN
    (SELECT gone.key FROM deleted_clients AS gone
     WHERE gone.deleted_at <= ?1 AND NOT EXISTS (SELECT 1 FROM consents WHERE consents.client = gone.key) LIMIT ?2)";

/// Finds out if a sweep would delete anything beside clients. One comparison at the beginning of each index.
const ANY_DUE: &str = "SELECT EXISTS (SELECT 1 FROM access_tokens WHERE expires_at < ?1)
     OR EXISTS (SELECT 1 FROM refresh_tokens WHERE expires_at < ?1)
     OR EXISTS (SELECT 1 FROM rotated_answers WHERE until < ?1)
     OR EXISTS (SELECT 1 FROM grants WHERE ends_at < ?1)
     OR EXISTS (SELECT 1 FROM sessions WHERE expires_at < ?1)
     OR EXISTS (SELECT 1 FROM sessions WHERE last_seen_at < ?2)
     OR EXISTS (SELECT 1 FROM logout_deliveries WHERE due_at < ?1 - 86400)
     OR EXISTS (SELECT 1 FROM mails WHERE expires_at < ?1 - 3600)
     OR EXISTS (SELECT 1 FROM used_values WHERE expires_at < ?1)
     OR EXISTS (SELECT 1 FROM guesses WHERE ends_at < ?1)
     OR EXISTS (SELECT 1 FROM one_time_links WHERE expires_at < ?1)
     OR EXISTS (SELECT 1 FROM account_links WHERE ends_at < ?1 - 2592000)
     OR EXISTS (SELECT 1 FROM signing_keys WHERE verifies_until < ?1)
     OR EXISTS (SELECT 1 FROM deleted_clients AS gone WHERE deleted_at <= ?1)
     OR EXISTS (SELECT 1 FROM events WHERE at < ?3)
     OR EXISTS (SELECT 1 FROM event_counts WHERE hour < ?3)";

/// `true` if anything is due, asked by a reader: most of the time nothing is.
pub(super) fn is_any_due(connection: &Connection, command: Sweep) -> Result<bool> {
    connection.prepare_cached(ANY_DUE)?.query_row(
        params![
            command.now.seconds(),
            command.idle_since.seconds(),
            command.events_before.map(Timestamp::seconds),
        ],
        |row| row.get(0),
    )
}

/// Clients that registered themselves and seem to be unused, the longest unchanged first.
pub(super) fn unused_clients(connection: &Connection, command: Sweep) -> Result<Vec<ClientKey>> {
    let Some(since) = command.unused_clients_since else {
        return Ok(Vec::new());
    };
    connection
        .prepare_cached(&seemingly_unused())?
        .query_map(
            params![since.seconds(), command.now.seconds(), command.limit],
            |row| id(row, 0),
        )?
        .collect()
}

/// Deletes at most `limit` rows of each kind, and what the sessions that go had signed in to. Of the clients that seem to
/// be unused those go that still are.
pub(super) fn sweep(connection: &Connection, command: Sweep, unused: &[ClientKey]) -> Result<Swept> {
    let (now, limit) = (command.now.seconds(), command.limit);
    let delete = |sql: &str| -> Result<u64> {
        let deleted = connection.prepare_cached(sql)?.execute(params![now, limit])?;
        Ok(deleted as u64)
    };
    let (expired, theirs) = sessions(connection, EXPIRED_SESSIONS, now, limit)?;
    let (idle, theirs_too) = sessions(connection, IDLE_SESSIONS, command.idle_since.seconds(), limit)?;
    let events_before = command.events_before.map(Timestamp::seconds);
    let delete_events = |sql: &str| -> Result<u64> {
        let deleted = connection
            .prepare_cached(sql)?
            .execute(params![events_before, limit])?;
        Ok(deleted as u64)
    };
    let swept = Swept {
        access_tokens: delete(ACCESS_TOKENS)?,
        refresh_tokens: delete(REFRESH_TOKENS)?,
        answers: delete(ANSWERS)?,
        grants: delete(GRANTS)?,
        consents: delete(CONSENTS)?,
        sessions: expired + idle,
        session_clients: theirs + theirs_too,
        logouts: delete(LOGOUTS)?,
        mails: delete(MAILS)?,
        used_values: delete(USED_VALUES)?,
        guesses: delete(GUESSES)?,
        clients: delete_unused(connection, command, unused)?,
        links: delete(LINKS)? + delete(ACCOUNT_LINKS)?,
        keys: delete(KEYS)?,
        events: delete_events(EVENTS)? + delete_events(EVENT_COUNTS)?,
    };
    delete(DELETED_CLIENTS)?;
    Ok(swept)
}

/// Deletes sessions, and then what they had signed in to.
fn sessions(connection: &Connection, sql: &str, before: i64, limit: u32) -> Result<(u64, u64)> {
    let gone: Vec<[u8; 16]> = connection
        .prepare_cached(sql)?
        .query_map(params![before, limit], |row| row.get(0))?
        .collect::<Result<_>>()?;
    let mut delete = connection.prepare_cached(SESSION_CLIENTS)?;
    let mut theirs = 0;
    for session in &gone {
        theirs += delete.execute([session])?;
    }
    Ok((gone.len() as u64, theirs as u64))
}

fn delete_unused(connection: &Connection, command: Sweep, unused: &[ClientKey]) -> Result<u64> {
    let Some(since) = command.unused_clients_since else {
        return Ok(0);
    };
    let mut still = connection.prepare_cached(&still_unused())?;
    let mut deleted = 0;
    for client in unused {
        let condition = params![since.seconds(), command.now.seconds(), client.bytes()];
        let id: Option<String> = still.query_row(condition, |row| row.get(0)).optional()?;
        if let Some(id) = id {
            clients::delete(connection, *client, command.now)?;
            if command.record_unused_clients {
                events::record(connection, &deleted_unused(*client, &id, command.now))?;
            }
            deleted += 1;
        }
    }
    Ok(deleted)
}

fn deleted_unused(client: ClientKey, id: &str, now: Timestamp) -> NewEvent {
    NewEvent {
        at: now,
        kind: EventKind::ClientDeleted,
        actor: EventActor::System,
        account: None,
        client: Some(client),
        details: serde_json::json!({ "client_id": id, "reason": "unused" }).to_string(),
    }
}

fn seemingly_unused() -> String {
    format!("SELECT key FROM clients WHERE {UNUSED} ORDER BY updated_at LIMIT ?3")
}

fn still_unused() -> String {
    format!("SELECT client_id FROM clients WHERE {UNUSED} AND key = ?3")
}

#[cfg(test)]
mod tests {
    use super::super::tests::plans::assert_searches;
    use super::*;

    #[test]
    fn no_sweep_reads_a_whole_table_that_grows() {
        for sql in [
            ANY_DUE,
            ACCESS_TOKENS,
            REFRESH_TOKENS,
            ANSWERS,
            GRANTS,
            EXPIRED_SESSIONS,
            IDLE_SESSIONS,
            SESSION_CLIENTS,
            MAILS,
            USED_VALUES,
            GUESSES,
            LINKS,
            ACCOUNT_LINKS,
            KEYS,
            EVENTS,
            EVENT_COUNTS,
            CONSENTS,
            DELETED_CLIENTS,
            &seemingly_unused(),
            &still_unused(),
        ] {
            assert_searches(sql);
        }
    }
}
