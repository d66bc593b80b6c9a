//! What SQLite's failures mean, in sentences that say what to do. They hold no values of rows.

use pixie_provider::store::StoreError;
use rusqlite::{Error, ErrorCode};

/// The failure of a statement, for the provider.
pub(super) fn store_error(error: &Error) -> StoreError {
    StoreError(sentence(error))
}

/// What is answered once the store is closed.
pub(super) fn closed() -> StoreError {
    StoreError("it is closed".into())
}

/// What went wrong and what to do.
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
        let said = |code| sentence(&Error::SqliteFailure(ffi::Error::new(code), None));
        assert!(said(ffi::SQLITE_FULL).starts_with("the disk is full"));
        assert!(said(ffi::SQLITE_READONLY).starts_with("the database cannot be written"));
        assert!(said(ffi::SQLITE_CANTOPEN).starts_with("the database cannot be opened"));
        assert!(said(ffi::SQLITE_BUSY).starts_with("the database is locked"));
        assert!(said(ffi::SQLITE_CORRUPT).starts_with("the database is damaged"));
        assert!(said(ffi::SQLITE_IOERR_FSYNC).starts_with("the disk failed"));
    }
}
