//! Changing the tables of an older version to this one's, safe against two processes that do it at once.

use std::path::Path;

use refinery::Migration;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::connect::{self, APPLICATION_ID};
use super::open_error::OpenError;

mod embedded {
    refinery::embed_migrations!("src/migrations/sqlite");
}

const HISTORY: &str = "refinery_schema_history";

/// Names of the migrations that a database still needs; all of them where it is not there.
///
/// # Errors
/// It is not a Pixie database, is damaged, or cannot be read.
pub fn pending_migrations(path: &Path) -> Result<Vec<String>, OpenError> {
    if !path
        .try_exists()
        .map_err(|error| OpenError::of_io(path, &error))?
    {
        return Ok(all().iter().map(ToString::to_string).collect());
    }
    let connection = connect::existing(path)?;
    check(&connection, path)?;
    pending(&connection, path)
}

/// Changes the tables of a database to this version's, and gives the names of the migrations that did it.
///
/// # Errors
/// See [`OpenError`]. A migration that fails changes nothing.
pub fn migrate(path: &Path) -> Result<Vec<String>, OpenError> {
    let mut connection = connect::existing(path)?;
    check(&connection, path)?;
    apply(&mut connection, path)
}

/// Refuses another program's database and that of a newer version.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let failed = |error| OpenError::of(path, &error);
    let (id, foreign_tables): (i64, i64) = connection
        .query_row(
            "SELECT application_id, (SELECT count(*) FROM sqlite_schema WHERE tbl_name <> ?1)
             FROM pragma_application_id",
            [HISTORY],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .map_err(failed)?;
    let new = id == 0 && foreign_tables == 0;
    if !new && id != APPLICATION_ID {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    let (found, known) = (version(connection).map_err(failed)?, newest());
    if found > known {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(())
}

/// Names of the migrations that are still needed.
pub(super) fn pending(connection: &Connection, path: &Path) -> Result<Vec<String>, OpenError> {
    let done = version(connection).map_err(|error| OpenError::of(path, &error))?;
    Ok(all()
        .iter()
        .filter(|migration| i64::from(migration.version()) > done)
        .map(ToString::to_string)
        .collect())
}

/// Applies what is needed, in one transaction. Where another process was faster, its transaction makes this one fail,
/// and then nothing is needed any more.
pub(super) fn apply(connection: &mut Connection, path: &Path) -> Result<Vec<String>, OpenError> {
    let needed = pending(connection, path)?;
    if needed.is_empty() {
        return Ok(needed);
    }
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    match embedded::migrations::runner().set_grouped(true).run(connection) {
        Ok(report) => Ok(report
            .applied_migrations()
            .iter()
            .map(ToString::to_string)
            .collect()),
        Err(_) if pending(connection, path)?.is_empty() => Ok(vec![]),
        Err(error) => Err(cause(&error).map_or_else(
            || OpenError::Other {
                path: path.to_owned(),
                reason: format!("its tables could not be changed: {error}"),
            },
            |cause| OpenError::of(path, cause),
        )),
    }
}

fn cause(error: &refinery::Error) -> Option<&rusqlite::Error> {
    std::error::Error::source(error)?.downcast_ref()
}

/// The version of a database's tables; 0 where there are none.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    let table = connection
        .query_row(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1",
            [HISTORY],
            |_| Ok(()),
        )
        .optional()?;
    if table.is_none() {
        return Ok(0);
    }
    connection.query_row(
        &format!("SELECT coalesce(max(version), 0) FROM {HISTORY}"),
        [],
        |row| row.get(0),
    )
}

/// The version that this program makes.
pub(super) fn newest() -> i64 {
    all()
        .iter()
        .map(|migration| i64::from(migration.version()))
        .max()
        .unwrap_or(0)
}

fn all() -> Vec<Migration> {
    embedded::migrations::runner().get_migrations().clone()
}
