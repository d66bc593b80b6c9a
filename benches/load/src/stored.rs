//! Fills a database with tokens, as many as asked for, so that the loads can be measured on top of them: tokens that are
//! alive, or tokens that have ended and wait to be swept.

use pixie_testing::{Failure, Outcome};
use rusqlite::{Connection, params};
use std::path::Path;

/// Grants in one transaction.
const AT_ONCE: u64 = 50_000;
/// Everything was issued within so many seconds before now, and lives for a day.
const SPAN: u64 = 3000;
const DAY: u64 = 24 * 3600;

/// So many authorizations a person, if they are of more than one.
const EACH: u64 = 100;

/// The state of stored rows: alive or expired.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    /// All of it ends in a day, and is of one person.
    Alive,
    /// It ended a day ago, in the order in which it was issued. It is of many persons, so that what is looked up by person
    /// lies scattered, as it does where many people sign in.
    Ended,
}

/// The client and the person of the rows, when now is, and whether they are alive.
struct Whose {
    client: [u8; 16],
    user: [u8; 16],
    now: u64,
    life: Life,
    persons: u64,
}

/// Brings a SQLite file that nobody has open to so many tokens: half of them access tokens, half refresh tokens, two
/// for each grant.
pub(crate) fn fill_sqlite(path: &Path, tokens: u64, life: Life) -> Outcome<()> {
    let mut database = Connection::open(path).map_err(failed)?;
    database
        .execute_batch(
            "PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; PRAGMA wal_autocheckpoint = 20000;",
        )
        .map_err(failed)?;
    let ask = |sql: &str| database.query_row(sql, [], |row| row.get(0)).map_err(failed);
    let whose = Whose {
        client: ask("SELECT key FROM clients ORDER BY key LIMIT 1")?,
        user: ask("SELECT id FROM users LIMIT 1")?,
        now: u64::try_from(
            database
                .query_row("SELECT unixepoch()", [], |row| row.get::<_, i64>(0))
                .map_err(failed)?,
        )
        .unwrap_or_default(),
        life,
        persons: (tokens / 2).div_ceil(EACH),
    };
    let there: i64 = database
        .query_row("SELECT count(*) FROM refresh_tokens", [], |row| row.get(0))
        .map_err(failed)?;
    let (mut next, last) = (u64::try_from(there).unwrap_or_default(), tokens / 2);
    while next < last {
        let end = (next + AT_ONCE).min(last);
        let transaction = database.transaction().map_err(failed)?;
        for number in next..end {
            insert(&transaction, &whose, number, SPAN * number / last)?;
        }
        transaction.commit().map_err(failed)?;
        next = end;
    }
    database
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .map_err(failed)?;
    // What the system has still to write would be measured with the first load.
    std::fs::File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(failed)
}

fn insert(database: &Connection, whose: &Whose, number: u64, second: u64) -> Outcome<()> {
    let (issued, ends, user) = match whose.life {
        Life::Alive => (whose.now - SPAN + second, whose.now + DAY, whose.user),
        Life::Ended => {
            let issued = whose.now - SPAN + second - 2 * DAY;
            let mut user = [0; 16];
            user.copy_from_slice(&digest(b'u', number % whose.persons)[..16]);
            (issued, issued + DAY, user)
        }
    };
    let mut grant = [0; 16];
    grant[..6].copy_from_slice(&(issued * 1000).to_be_bytes()[2..]);
    grant[6..].copy_from_slice(&digest(b'g', number)[..10]);
    let (issued_at, ends_at) = (issued.cast_signed(), ends.cast_signed());
    let hash = |kind| {
        let mut hash = digest(kind, number);
        hash[..6].copy_from_slice(&(issued * 1000).to_be_bytes()[2..]);
        hash
    };
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        database
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(values))
            .map(drop)
            .map_err(failed)
    };
    run(
        "INSERT INTO grants (id, code, client, user, scope, redirect_uri, challenge, challenge_method, issued_at,
             code_expires_at, expires_at, ends_at, redeemed_at)
         VALUES (?1, ?2, ?3, ?4, 'read', 'http://127.0.0.1:9/callback', ?5, 'S256', ?6, ?6 + 60, ?7, ?7, ?6)",
        params![
            grant,
            hash(b'c'),
            whose.client,
            user,
            "WZRHGrsBESr8wYFZ9sx0tPURuZgG2lmzyvWpwXPKz8U",
            issued_at,
            ends_at
        ],
    )?;
    run(
        "INSERT INTO access_tokens (hash, grant_id, client, user, scope, issued_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, 'read', ?5, ?6)",
        params![hash(b'a'), grant, whose.client, user, issued_at, ends_at],
    )?;
    run(
        "INSERT INTO refresh_tokens (hash, grant_id, scope, issued_at, expires_at) VALUES (?1, ?2, 'read', ?3, ?4)",
        params![hash(b'r'), grant, issued_at, ends_at],
    )
}

fn digest(kind: u8, number: u64) -> [u8; 32] {
    let mut text = [kind; 9];
    text[1..].copy_from_slice(&number.to_be_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &text).as_ref());
    hash
}

/// The same in PostgreSQL, by statements of its own.
pub(crate) fn fill_postgres(url: &str, tokens: u64) -> Outcome<()> {
    let last = tokens / 2;
    let there: u64 = pixie_testing::postgres::sql_at(url, "SELECT count(*) FROM refresh_tokens")
        .trim()
        .parse()
        .map_err(failed)?;
    let mut next = there;
    while next < last {
        let end = (next + 10 * AT_ONCE).min(last);
        let _nothing = pixie_testing::postgres::sql_at(url, &postgres_rows(next, end, last));
        next = end;
    }
    let _nothing = pixie_testing::postgres::sql_at(url, "VACUUM ANALYZE");
    Ok(())
}

fn postgres_rows(from: u64, to: u64, last: u64) -> String {
    format!(
        "WITH rows AS MATERIALIZED (
             SELECT gen_random_uuid() AS grant_id, client.key AS client, person.id AS person, at,
                 decode(lpad(to_hex(at * 1000), 12, '0'), 'hex') AS time, number::text AS number
             FROM generate_series({from} + 1, {to}) AS number,
                 LATERAL (SELECT extract(epoch FROM now())::bigint - {SPAN} + {SPAN} * number / {last}) AS moment (at),
                 (SELECT key FROM clients ORDER BY key LIMIT 1) AS client, (SELECT id FROM users LIMIT 1) AS person
         ), granted AS (
             INSERT INTO grants (id, code, client, user_id, scope, redirect_uri, challenge, challenge_method, issued_at,
                 code_expires_at, expires_at, ends_at, redeemed_at)
             SELECT grant_id, time || substr(sha256(('c' || number)::bytea), 7), client, person, 'read',
                 'http://127.0.0.1:9/callback', 'WZRHGrsBESr8wYFZ9sx0tPURuZgG2lmzyvWpwXPKz8U', 'S256', at, at + 60,
                 at + {DAY}, at + {DAY}, at
             FROM rows
         ), access AS (
             INSERT INTO access_tokens (hash, grant_id, client, user_id, scope, issued_at, expires_at)
             SELECT time || substr(sha256(('a' || number)::bytea), 7), grant_id, client, person, 'read', at, at + {DAY}
             FROM rows
         )
         INSERT INTO refresh_tokens (hash, grant_id, scope, issued_at, expires_at)
         SELECT time || substr(sha256(('r' || number)::bytea), 7), grant_id, 'read', at, at + {DAY} FROM rows"
    )
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::because(format!("the database could not be filled: {error}"))
}
