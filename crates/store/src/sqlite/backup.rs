//! Copying the database while it is in use, and judging a file before it is restored.

use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use thiserror::Error;

use super::open_error::OpenError;
use super::{SqliteStore, connect, failure, migrations};

/// Why there is no copy. What was begun of it is removed.
#[derive(Debug, Error)]
pub enum BackupError {
    /// A file of this name is there.
    #[error("{}: there is a file already; name another one", .0.display())]
    Exists(PathBuf),
    /// Anything else.
    #[error("{}: the copy could not be made: {reason}", path.display())]
    Failed {
        /// The copy.
        path: PathBuf,
        /// The cause and the advice to the operator.
        reason: String,
    },
}

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// Version of its schema; 0 if it is new.
    pub schema: i64,
    /// `true` if this program must change its tables before it can use them.
    pub outdated: bool,
}

impl SqliteStore {
    /// Copies the database as it is now to a new file that only its owner may read, while others read and write. It
    /// blocks for as long as that takes: call it off the async threads.
    ///
    /// # Errors
    /// See [`BackupError`].
    pub fn backup(&self, destination: &Path) -> Result<(), BackupError> {
        let failed = |reason: String| BackupError::Failed {
            path: destination.to_owned(),
            reason,
        };
        match connect::private().open(destination) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(BackupError::Exists(destination.to_owned()));
            }
            Err(error) => return Err(failed(error.to_string())),
        }
        self.copy(destination).map_err(|reason| {
            drop(std::fs::remove_file(destination));
            failed(reason)
        })
    }

    fn copy(&self, destination: &Path) -> Result<(), String> {
        let source = connect::reader(&self.path).map_err(|error| error.to_string())?;
        copy_pages(&source, destination).map_err(|error| failure::sentence(&error))?;
        std::fs::File::open(destination)
            .and_then(|file| file.sync_all())
            .and_then(|()| connect::sync_folder(destination))
            .map_err(|error| error.to_string())
    }
}

/// Copies all pages in one step: it reads one snapshot, and the log lets others write meanwhile.
fn copy_pages(source: &Connection, destination: &Path) -> rusqlite::Result<()> {
    let mut copy = Connection::open_with_flags(
        destination,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    let done = Backup::new(source, &mut copy)?.step(-1)? == StepResult::Done;
    if !done {
        let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
        return Err(rusqlite::Error::SqliteFailure(busy, None));
    }
    // Without a log the copy is one file that can be read wherever it lies, also if nothing can be written.
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    copy.close().map_err(|(_, error)| error)
}

/// Reads the whole file and judges whether it can be restored.
///
/// # Errors
/// It is missing, another program's, damaged, or made by a newer Pixie.
pub fn check_file(path: &Path) -> Result<FileFacts, OpenError> {
    // A connection that may write takes the log of a file that has one away again.
    let connection = connect::existing(path)?;
    migrations::check(&connection, path)?;
    let failed = |error| OpenError::of(path, &error);
    let verdict: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(failed)?;
    if verdict != "ok" {
        return Err(OpenError::Damaged {
            path: path.to_owned(),
            reason: verdict,
        });
    }
    let schema = migrations::version(&connection).map_err(failed)?;
    Ok(FileFacts {
        schema,
        outdated: schema < migrations::newest(),
    })
}
