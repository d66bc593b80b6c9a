//! The number of rows of a SQLite file that have ended and wait for the sweep, read while a server works on it.

use crate::size;
use pixie_testing::{Failure, Outcome, Stopwatch};
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Nothing that a measurement writes ends so many seconds before now: what did was there before it.
const LONG_AGO: u32 = 12 * 3600;

/// Between two questions, and how long the answer may stay the same.
const LOOK: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(120);

/// A file that is only read.
pub(crate) struct Backlog {
    database: Connection,
    path: PathBuf,
}

impl Backlog {
    /// Opens a file that must be there.
    pub(crate) fn of(path: &Path) -> Outcome<Self> {
        let database =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(unreadable)?;
        database.busy_timeout(PATIENCE).map_err(unreadable)?;
        Ok(Self {
            database,
            path: path.to_owned(),
        })
    }

    /// Rows of tokens and their families that ended before the server started.
    pub(crate) fn rows(&self) -> Outcome<u64> {
        self.number(&format!(
            "SELECT (SELECT count(*) FROM access_tokens WHERE expires_at < unixepoch() - {LONG_AGO})
                 + (SELECT count(*) FROM refresh_tokens WHERE expires_at < unixepoch() - {LONG_AGO})
                 + (SELECT count(*) FROM grants WHERE ends_at < unixepoch() - {LONG_AGO})"
        ))
    }

    /// Bytes that nothing uses and that go back to the file system: `docs/storage.md` says how much is kept.
    pub(crate) fn bytes_to_give_back(&self) -> Outcome<u64> {
        self.number(
            "SELECT max(0, freelist_count - max(1024, (page_count - freelist_count) / 4)) * page_size
             FROM pragma_freelist_count, pragma_page_count, pragma_page_size",
        )
    }

    /// Answers of exchanged refresh tokens; all of them end within seconds.
    pub(crate) fn answers(&self) -> Outcome<u64> {
        self.number("SELECT count(*) FROM rotated_answers")
    }

    /// Access and refresh tokens.
    pub(crate) fn tokens(&self) -> Outcome<u64> {
        self.number("SELECT (SELECT count(*) FROM access_tokens) + (SELECT count(*) FROM refresh_tokens)")
    }

    /// Bytes of the file.
    pub(crate) fn file_bytes(&self) -> u64 {
        size(&self.path)
    }

    /// Bytes of the smallest file that holds the same.
    pub(crate) fn smallest_bytes(&self) -> Outcome<u64> {
        let copy = self.path.with_extension("copy");
        self.database
            .execute("VACUUM INTO ?1", [&copy.to_string_lossy()])
            .map_err(unreadable)?;
        let bytes = size(&copy);
        std::fs::remove_file(copy)?;
        Ok(bytes)
    }

    /// Waits until such a number is nought; gives how fast it fell, in units a second. It ends with a failure if the number
    /// does not fall for two minutes.
    pub(crate) async fn wait_for_none(&self, number: fn(&Self) -> Outcome<u64>) -> Outcome<f64> {
        self.wait_for_max(0, number).await
    }

    /// Waits until something was swept: that begins when the lease of the last sweeping process has ended.
    pub(crate) async fn wait_for_the_first(&self) -> Outcome<()> {
        let all = self.rows()?;
        self.wait_for_max(all.saturating_sub(1), Self::rows)
            .await
            .map(drop)
    }

    async fn wait_for_max(&self, max: u64, number: fn(&Self) -> Outcome<u64>) -> Outcome<f64> {
        let first = number(self)?;
        let (watch, mut least, mut since) = (Stopwatch::start(), first, Stopwatch::start());
        loop {
            let now = number(self)?;
            if now <= max {
                return Ok(first.saturating_sub(now) as f64 / watch.elapsed().as_secs_f64());
            }
            if now < least {
                (least, since) = (now, Stopwatch::start());
            }
            if since.elapsed() > PATIENCE {
                return Err(Failure::because("the server stopped sweeping before it was done"));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    fn number(&self, sql: &str) -> Outcome<u64> {
        self.database
            .query_row(sql, [], |row| row.get::<_, i64>(0))
            .map(i64::unsigned_abs)
            .map_err(unreadable)
    }
}

fn unreadable(error: impl std::fmt::Display) -> Failure {
    Failure::because(format!("the database could not be read: {error}"))
}
