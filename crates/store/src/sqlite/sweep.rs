//! Deleting rows that no longer mean anything, each kind in the order of an index and bounded.

use pixie_provider::store::{Sweep, Swept};
use rusqlite::{Connection, Result, params};

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
    (SELECT hash FROM sessions WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";

const IDLE_SESSIONS: &str = "DELETE FROM sessions WHERE hash IN
    (SELECT hash FROM sessions WHERE last_seen_at < ?1 ORDER BY last_seen_at LIMIT ?2)";

const LINKS: &str = "DELETE FROM one_time_links WHERE hash IN
    (SELECT hash FROM one_time_links WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";

const KEYS: &str = "DELETE FROM signing_keys WHERE kid IN
    (SELECT kid FROM signing_keys WHERE verifies_until < ?1 ORDER BY verifies_until LIMIT ?2)";

const CONSENTS: &str = "DELETE FROM consents WHERE (user, client) IN
    (SELECT user, client FROM deleted_clients AS gone CROSS JOIN consents ON consents.client = gone.key
     WHERE gone.deleted_at <= ?1 LIMIT ?2)";

/// Once no consent of theirs is left they need not be remembered: a key never comes back.
const DELETED_CLIENTS: &str = "DELETE FROM deleted_clients WHERE key IN
    (SELECT gone.key FROM deleted_clients AS gone
     WHERE gone.deleted_at <= ?1 AND NOT EXISTS (SELECT 1 FROM consents WHERE consents.client = gone.key) LIMIT ?2)";

/// Deletes at most `limit` rows of each kind.
pub(super) fn sweep(connection: &Connection, command: Sweep) -> Result<Swept> {
    let (now, limit) = (command.now.seconds(), command.limit);
    let delete = |sql: &str, before: i64, limit: u32| -> Result<u64> {
        let deleted = connection.prepare_cached(sql)?.execute(params![before, limit])?;
        Ok(deleted as u64)
    };
    let expired = delete(EXPIRED_SESSIONS, now, limit)?;
    let idle = delete(IDLE_SESSIONS, command.idle_since.seconds(), limit)?;
    let swept = Swept {
        access_tokens: delete(ACCESS_TOKENS, now, limit)?,
        refresh_tokens: delete(REFRESH_TOKENS, now, limit)?,
        answers: delete(ANSWERS, now, limit)?,
        grants: delete(GRANTS, now, limit)?,
        consents: delete(CONSENTS, now, limit)?,
        sessions: expired + idle,
        links: delete(LINKS, now, limit)?,
        keys: delete(KEYS, now, limit)?,
    };
    delete(DELETED_CLIENTS, now, limit)?;
    Ok(swept)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::migrations;
    use super::*;

    #[test]
    fn no_sweep_reads_a_whole_table_that_grows() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrations::apply(&mut connection, Path::new("in memory")).unwrap();
        for sql in [
            ACCESS_TOKENS,
            REFRESH_TOKENS,
            ANSWERS,
            GRANTS,
            EXPIRED_SESSIONS,
            IDLE_SESSIONS,
            LINKS,
            KEYS,
            CONSENTS,
            DELETED_CLIENTS,
        ] {
            let plan: Vec<String> = connection
                .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
                .unwrap()
                .query_map(params![0, 1], |row| row.get(3))
                .unwrap()
                .collect::<Result<_>>()
                .unwrap();
            let scans: Vec<_> = plan
                .iter()
                .filter(|step| step.starts_with("SCAN") && !step.starts_with("SCAN gone"))
                .collect();
            assert!(scans.is_empty(), "{sql}: {plan:?}");
        }
    }
}
