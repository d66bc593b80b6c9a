//! Deleting rows that no longer mean anything, each kind in the order of an index and bounded.

use pixie_provider::store::{Sweep, Swept};
use rusqlite::{Connection, Result, params};

/// Deletes at most `limit` rows of each kind.
pub(super) fn sweep(connection: &Connection, command: Sweep) -> Result<Swept> {
    let (now, limit) = (command.now.seconds(), u64::from(command.limit));
    let delete = |sql: &str, before: i64, limit: u64| -> Result<u64> {
        let deleted = connection
            .prepare_cached(sql)?
            .execute(params![before, i64::try_from(limit).unwrap_or(i64::MAX)])?;
        Ok(deleted as u64)
    };
    let expired_sessions = delete(
        "DELETE FROM sessions WHERE hash IN
             (SELECT hash FROM sessions WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        now,
        limit,
    )?;
    let idle_sessions = delete(
        "DELETE FROM sessions WHERE hash IN
             (SELECT hash FROM sessions WHERE last_seen_at < ?1 ORDER BY last_seen_at LIMIT ?2)",
        command.idle_since.seconds(),
        limit - expired_sessions,
    )?;
    Ok(Swept {
        access_tokens: delete(
            "DELETE FROM access_tokens WHERE hash IN
                 (SELECT hash FROM access_tokens WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
            now,
            limit,
        )?,
        refresh_tokens: delete(
            "DELETE FROM refresh_tokens WHERE hash IN
                 (SELECT hash FROM refresh_tokens WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
            now,
            limit,
        )?,
        answers: delete(
            "DELETE FROM rotated_answers WHERE (until, token) IN
                 (SELECT until, token FROM rotated_answers WHERE until < ?1 ORDER BY until, token LIMIT ?2)",
            now,
            limit,
        )?,
        // A grant ends with the last of its tokens; those are swept before it, above or by an earlier sweep.
        grants: delete(
            "DELETE FROM grants WHERE id IN
                 (SELECT id FROM grants WHERE ends_at < ?1 ORDER BY ends_at LIMIT ?2)",
            now,
            limit,
        )?,
        consents: consents_of_deleted_clients(connection, limit)?,
        sessions: expired_sessions + idle_sessions,
        links: delete(
            "DELETE FROM one_time_links WHERE hash IN
                 (SELECT hash FROM one_time_links WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
            now,
            limit,
        )?,
    })
}

fn consents_of_deleted_clients(connection: &Connection, limit: u64) -> Result<u64> {
    let deleted = connection
        .prepare_cached(
            "DELETE FROM consents WHERE (user, client) IN
                 (SELECT user, client FROM deleted_clients CROSS JOIN consents ON consents.client = deleted_clients.key
                  LIMIT ?1)",
        )?
        .execute([i64::try_from(limit).unwrap_or(i64::MAX)])?;
    // Once no consent of theirs is left they need not be remembered. An identifier never comes back.
    connection
        .prepare_cached(
            "DELETE FROM deleted_clients WHERE key IN
                 (SELECT key FROM deleted_clients
                  WHERE NOT EXISTS (SELECT 1 FROM consents WHERE consents.client = deleted_clients.key) LIMIT ?1)",
        )?
        .execute([i64::try_from(limit).unwrap_or(i64::MAX)])?;
    Ok(deleted as u64)
}
