//! The meaning of SQLite failures, in sentences that advise the operator. They contain no values of rows.

use pixie_provider::store::StoreError;
use rusqlite::{Error, ErrorCode};

/// The failure of a statement, for the provider.
pub(super) fn store_error(error: &Error) -> StoreError {
    let happened = sentence(error);
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full(happened),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy(happened),
        Some(
            ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::CannotOpen
            | ErrorCode::SystemIoFailure,
        ) => StoreError::Unreachable(happened),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged(happened),
        _ if is_unreadable(error) => StoreError::Damaged(happened),
        _ => StoreError::Internal(happened),
    }
}

/// The answer once the store is closed.
pub(super) fn closed() -> StoreError {
    StoreError::Unreachable("it is closed".into())
}

/// The answer while too many commands wait.
pub(super) fn overloaded() -> StoreError {
    StoreError::Busy("it is overloaded; try again shortly".into())
}

/// The value of a column is not what this version writes.
fn is_unreadable(error: &Error) -> bool {
    matches!(
        error,
        Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::InvalidColumnType(..)
            | Error::Utf8Error(..)
    )
}

/// The problem and the advice to the operator.
pub(super) fn sentence(error: &Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full; make room, nothing acknowledged is lost".into(),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "the database cannot be written; let this account write the file and its folder".into()
        }
        Some(ErrorCode::CannotOpen) => {
            "the database cannot be opened; is its folder there, and may this account write to it?".into()
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "the database is locked by another program; try again, or stop that program".into()
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            "the database is damaged; restore a backup with `pixie restore`".into()
        }
        Some(ErrorCode::SystemIoFailure) => {
            "the disk failed to read or write; look at the system's log".into()
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    #[test]
    fn what_an_operator_can_repair_is_said_in_a_sentence() {
        let message = |code| sentence(&Error::SqliteFailure(ffi::Error::new(code), None));
        assert!(message(ffi::SQLITE_FULL).starts_with("the disk is full"));
        assert!(message(ffi::SQLITE_READONLY).starts_with("the database cannot be written"));
        assert!(message(ffi::SQLITE_CANTOPEN).starts_with("the database cannot be opened"));
        assert!(message(ffi::SQLITE_BUSY).starts_with("the database is locked"));
        assert!(message(ffi::SQLITE_CORRUPT).starts_with("the database is damaged"));
        assert!(message(ffi::SQLITE_IOERR_FSYNC).starts_with("the disk failed"));
    }

    #[test]
    fn failures_are_told_apart_by_what_must_be_done() {
        let of = |code| store_error(&Error::SqliteFailure(ffi::Error::new(code), None));
        assert!(matches!(of(ffi::SQLITE_FULL), StoreError::Full(_)));
        assert!(matches!(of(ffi::SQLITE_BUSY), StoreError::Busy(_)));
        for code in [
            ffi::SQLITE_READONLY,
            ffi::SQLITE_CANTOPEN,
            ffi::SQLITE_IOERR_FSYNC,
        ] {
            assert!(matches!(of(code), StoreError::Unreachable(_)));
        }
        assert!(matches!(of(ffi::SQLITE_CORRUPT), StoreError::Damaged(_)));
        assert!(matches!(of(ffi::SQLITE_ERROR), StoreError::Internal(_)));
    }

    #[test]
    fn a_value_that_this_version_does_not_write_is_damage() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let read = |sql: &str| {
            connection
                .query_row(sql, [], |row| crate::rows::scope(row, 0))
                .map_err(|error| store_error(&error))
        };
        assert!(read("SELECT 'read write'").is_ok());
        for sql in ["SELECT NULL", "SELECT 7", "SELECT x'00'"] {
            assert!(matches!(read(sql), Err(StoreError::Damaged(_))), "{sql}");
        }
    }
}
