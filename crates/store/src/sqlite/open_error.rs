//! Why a database file cannot be used: each a sentence that names the file and says what to do.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;

use super::failure::sentence;
use crate::migrations::HistoryError;

/// Why a database file cannot be used.
#[derive(Debug, Error)]
pub enum OpenError {
    /// There is none, and none may be made.
    #[error("{}: there is no database; start `pixie serve` once, or name another data folder", .0.display())]
    Missing(PathBuf),
    /// Another program's database, or no database at all.
    #[error("{}: this is not a Pixie database; name another data folder, or move this file away", .0.display())]
    Foreign(PathBuf),
    /// Bytes of it were overwritten.
    #[error("{}: the database is damaged ({reason}); restore a backup with `pixie restore`", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The failure that SQLite reports.
        reason: String,
    },
    /// A newer version of Pixie has changed its tables.
    #[error("{}: made by a newer Pixie: its schema is version {found}, this program knows {known}; run the newer Pixie", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Version of its schema.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// One of its migrations has another text than this program's: before 0.1.0 the first one is edited.
    #[error(
        "{}: the migration {migration} was applied with another text than this program's; run the Pixie that made it, \
         or start with an empty database", path.display()
    )]
    Changed {
        /// The file.
        path: PathBuf,
        /// The first migration that differs.
        migration: String,
    },
    /// The tables are those of an older version, and may not be changed now.
    #[error("{}: made by an older Pixie; run `pixie migrate`", .0.display())]
    Outdated(PathBuf),
    /// The file, or the folder that its log belongs in, cannot be written.
    #[error("{}: the database cannot be written; let this account write the file and its folder", .0.display())]
    ReadOnly(PathBuf),
    /// The file or its folder cannot be opened or made.
    #[error("{}: the database cannot be opened ({reason}); is its folder there, and may this account write to it?", path.display())]
    Inaccessible {
        /// The file.
        path: PathBuf,
        /// The failure that the system reports.
        reason: String,
    },
    /// No room.
    #[error("{}: the disk is full; make room", .0.display())]
    DiskFull(PathBuf),
    /// Another program holds it.
    #[error("{}: the database is locked by another program; try again, or stop that program", .0.display())]
    Busy(PathBuf),
    /// Anything else.
    #[error("{}: {reason}", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// The cause.
        reason: String,
    },
}

impl OpenError {
    /// The error for a state of the migration history.
    pub(super) fn of_history(path: &Path, error: HistoryError) -> Self {
        let path = path.to_owned();
        match error {
            HistoryError::Newer { found, known } => Self::Newer { path, found, known },
            HistoryError::Changed(migration) => Self::Changed { path, migration },
        }
    }

    /// The error for a failure of SQLite with this file.
    pub(super) fn of(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::Foreign(path),
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged {
                path,
                reason: error.to_string(),
            },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly(path),
            Some(ErrorCode::CannotOpen) => Self::Inaccessible {
                path,
                reason: error.to_string(),
            },
            Some(ErrorCode::DiskFull) => Self::DiskFull(path),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(path),
            _ => Self::Other {
                path,
                reason: sentence(error),
            },
        }
    }

    /// The error for a failure of the system with this file.
    pub(super) fn of_io(path: &Path, error: &std::io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull(path),
            std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly(path),
            _ => Self::Inaccessible {
                path,
                reason: error.to_string(),
            },
        }
    }
}
