//! Applying migrations to a SQLite file, each in one transaction, safe against processes that do it at once.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::connect::{self, APPLICATION_ID};
use super::open_error::OpenError;
use crate::migrations::{self, Applied, HistoryError, Migration, SQLITE, names};

/// The records of what was applied. When is for people who look.
const RECORDS: &str = "CREATE TABLE IF NOT EXISTS pixie_migrations (
    version INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT";

/// Names of the migrations that a database still needs; all of them if the file does not exist.
///
/// # Errors
/// It is not a Pixie database, is damaged, or cannot be read.
pub fn pending_migrations(path: &Path) -> Result<Vec<String>, OpenError> {
    if !path
        .try_exists()
        .map_err(|error| OpenError::of_io(path, &error))?
    {
        return Ok(names(SQLITE));
    }
    let connection = connect::existing(path)?;
    Ok(names(check(&connection, path)?))
}

/// Changes the tables of a database to this version's, and gives the names of the migrations that did it.
///
/// # Errors
/// See [`OpenError`]. A migration that fails changes nothing; those before it stay.
pub fn migrate(path: &Path) -> Result<Vec<String>, OpenError> {
    let mut connection = connect::existing(path)?;
    check(&connection, path)?;
    apply(&mut connection, path)
}

/// Gives the migrations that are still needed. Refuses another program's database, and one whose records are not the
/// beginning of this program's list.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<&'static [Migration], OpenError> {
    pending(connection, path, SQLITE)
}

fn pending<'a>(
    connection: &Connection,
    path: &Path,
    list: &'a [Migration],
) -> Result<&'a [Migration], OpenError> {
    let failed = |error| OpenError::of(path, &error);
    let (id, tables): (i64, i64) = connection
        .query_row(
            "SELECT application_id, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .map_err(failed)?;
    let new = id == 0 && tables == 0;
    if !new && id != APPLICATION_ID {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    if tables == 0 {
        return Ok(list);
    }
    let applied = applied(connection).map_err(failed)?;
    let pending = match migrations::pending(list, &applied) {
        // Tables without records were made by a development version that kept its records elsewhere.
        Ok([first, ..]) if applied.is_empty() => Err(HistoryError::Changed(first.to_string())),
        pending => pending,
    };
    pending.map_err(|error| OpenError::of_history(path, error))
}

/// Applies what is needed.
pub(super) fn apply(connection: &mut Connection, path: &Path) -> Result<Vec<String>, OpenError> {
    apply_list(connection, path, SQLITE)
}

/// The lock that a transaction takes at its beginning lets one process migrate at a time: what is needed is found out
/// under it.
pub(super) fn apply_list(
    connection: &mut Connection,
    path: &Path,
    list: &[Migration],
) -> Result<Vec<String>, OpenError> {
    let failed = |error| OpenError::of(path, &error);
    let mut done = Vec::new();
    while !pending(connection, path, list)?.is_empty() {
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        let Some(migration) = pending(&transaction, path, list)?.first() else {
            break;
        };
        apply_one(&transaction, migration).map_err(failed)?;
        transaction.commit().map_err(failed)?;
        done.push(migration.to_string());
    }
    Ok(done)
}

fn apply_one(connection: &Connection, migration: &Migration) -> rusqlite::Result<()> {
    connection.execute_batch(RECORDS)?;
    connection.execute_batch(migration.sql)?;
    connection
        .execute(
            "INSERT INTO pixie_migrations (version, name, checksum, applied_at) VALUES (?1, ?2, ?3, unixepoch())",
            params![migration.version, migration.name, migration.checksum()],
        )
        .map(drop)
}

/// The version of a database's tables; 0 if there are none.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    Ok(migrations::newest_applied(&applied(connection)?))
}

/// The version that this program makes.
pub(super) fn newest() -> i64 {
    migrations::newest(SQLITE)
}

fn applied(connection: &Connection) -> rusqlite::Result<Vec<Applied>> {
    let table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'pixie_migrations'";
    let recorded = connection.query_row(table, [], |_| Ok(())).optional()?;
    if recorded.is_none() {
        return Ok(Vec::new());
    }
    connection
        .prepare("SELECT version, checksum FROM pixie_migrations ORDER BY version")?
        .query_map([], |row| {
            Ok(Applied {
                version: row.get(0)?,
                checksum: row.get(1)?,
            })
        })?
        .collect()
}
