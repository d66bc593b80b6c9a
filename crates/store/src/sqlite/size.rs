//! The file's size: pages that nothing uses any more go back to the file system.
//!
//! What is swept leaves free pages, which new rows use first. If more are free than new rows need soon, the file is made
//! shorter in small steps: each moves a few pages from its end to free places nearer its beginning
//! (<https://sqlite.org/pragma.html#pragma_incremental_vacuum>).

use std::path::Path;

use rusqlite::{Connection, Result};

use super::connect;
use super::migrations;
use super::open_error::OpenError;

/// Pages that go in one step: about a millisecond of the writer's time.
const STEP: i64 = 64;

/// So many free pages are kept at least, 4 MiB: what comes and goes every minute finds its place without moving the file's end.
const KEPT: i64 = 1024;

/// `PRAGMA auto_vacuum` if a file can be made shorter step by step.
const INCREMENTAL: i64 = 2;

/// Says that a database that is about to be made can be made shorter step by step later. One that is there is not changed.
pub(super) fn prepare_to_shrink(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "auto_vacuum", INCREMENTAL)
}

/// The number of pages to return to the file system. It is 0 if at most a quarter of the pages in use is free, or if
/// the file was made by a version that did not prepare for it.
pub(super) fn pages_to_give_back(connection: &Connection) -> Result<i64> {
    let (mode, pages, free): (i64, i64, i64) = connection
        .prepare_cached(
            "SELECT auto_vacuum, page_count, freelist_count
             FROM pragma_auto_vacuum, pragma_page_count, pragma_freelist_count",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    if mode != INCREMENTAL {
        return Ok(0);
    }
    let kept = KEPT.max((pages - free) / 4);
    Ok((free - kept).clamp(0, STEP))
}

/// Makes the file shorter by one step and gives the number of pages; the file itself shrinks with its next checkpoint.
pub(super) fn give_back(connection: &Connection) -> Result<u64> {
    let pages = pages_to_give_back(connection)?;
    if pages == 0 {
        return Ok(0);
    }
    let mut vacuum = connection.prepare(&format!("PRAGMA incremental_vacuum({pages})"))?;
    let mut steps = vacuum.query([])?;
    while steps.next()?.is_some() {}
    Ok(pages.unsigned_abs())
}

/// Writes the whole database anew without gaps, and so that it can be made shorter step by step from then on; gives its size
/// in bytes before and after. Nobody else may use it meanwhile, and for as long the disk needs room for it twice.
///
/// # Errors
/// See [`OpenError`]; the database is as it was then.
pub fn compact(path: &Path) -> std::result::Result<(u64, u64), OpenError> {
    let connection = connect::existing(path)?;
    migrations::check(&connection, path)?;
    let size = || std::fs::metadata(path).map(|file| file.len());
    let failed = |error| OpenError::of(path, &error);
    let failed_io = |error| OpenError::of_io(path, &error);
    let log_into_file = || connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    log_into_file().map_err(failed)?;
    let before = size().map_err(failed_io)?;
    connection
        .pragma_update(None, "synchronous", "FULL")
        .and_then(|()| prepare_to_shrink(&connection))
        .and_then(|()| connection.execute_batch("VACUUM"))
        .and_then(|()| log_into_file())
        .map_err(failed)?;
    Ok((before, size().map_err(failed_io)?))
}
