//! The meaning of Postgres failures, in sentences that advise the operator. They contain no values of rows.

use std::error::Error as _;
use std::fmt;

use deadpool_postgres::PoolError;
use pixie_provider::store::StoreError;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// Why a command or a read did not come to its end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server refused it, or the connection was lost.
    Database(Error),
    /// Every connection was busy for long.
    NoConnection,
    /// It was not done in time. A command may have been.
    TimedOut,
    /// More commands wait than may.
    Overloaded,
    /// The store is closed.
    Closed,
    /// A column's value is not one that this version writes.
    Unreadable {
        /// The index of the column in the statement.
        column: usize,
        /// The problem of the value.
        reason: String,
    },
    /// A value that cannot be written.
    Unwritable(String),
}

impl Failure {
    /// The server's code for it.
    pub(super) fn code(&self) -> Option<&SqlState> {
        match self {
            Self::Database(error) => error.code(),
            _ => None,
        }
    }

    /// `true` if two transactions ran into each other and the server undid this one: it is done again.
    pub(super) fn is_collision(&self) -> bool {
        let code = self.code();
        code == Some(&SqlState::T_R_SERIALIZATION_FAILURE) || code == Some(&SqlState::T_R_DEADLOCK_DETECTED)
    }

    /// `true` if the server said no, so that the transaction was undone; otherwise nobody knows what became of it.
    pub(super) fn is_refusal(&self) -> bool {
        self.code().is_some()
    }

    /// `true` if connections that were opened before are of no use any more: the server is gone, goes, or has become a
    /// standby.
    pub(super) fn is_of_the_server(&self) -> bool {
        match self {
            Self::TimedOut => true,
            Self::Database(error) => error
                .code()
                .is_none_or(|code| *code == SqlState::READ_ONLY_SQL_TRANSACTION || is_shutdown(code)),
            _ => false,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl From<PoolError> for Failure {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => Self::Database(error),
            PoolError::PostCreateHook(deadpool_postgres::HookError::Backend(error)) => Self::Database(error),
            PoolError::Closed => Self::Closed,
            _ => Self::NoConnection,
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        let happened = failure.to_string();
        match &failure {
            Failure::Database(error) => of_database(error, happened),
            Failure::NoConnection | Failure::Overloaded => Self::Busy(happened),
            Failure::TimedOut | Failure::Closed => Self::Unreachable(happened),
            Failure::Unreadable { .. } => Self::Damaged(happened),
            Failure::Unwritable(_) => Self::Internal(happened),
        }
    }
}

/// The meaning of the server's error code. Without a code the server could not be reached.
fn of_database(error: &Error, happened: String) -> StoreError {
    match error.code() {
        Some(code) => of_code(code, happened),
        None => StoreError::Unreachable(happened),
    }
}

fn of_code(code: &SqlState, happened: String) -> StoreError {
    if *code == SqlState::DISK_FULL {
        return StoreError::Full(happened);
    }
    let unreachable = [
        SqlState::READ_ONLY_SQL_TRANSACTION,
        SqlState::INSUFFICIENT_PRIVILEGE,
        SqlState::IO_ERROR,
    ];
    if is_shutdown(code) || unreachable.contains(code) {
        return StoreError::Unreachable(happened);
    }
    if [SqlState::DATA_CORRUPTED, SqlState::INDEX_CORRUPTED].contains(code) {
        return StoreError::Damaged(happened);
    }
    // Collisions, and too little memory or too few connections.
    let class = code.code().get(..2);
    let busy = [SqlState::LOCK_NOT_AVAILABLE, SqlState::QUERY_CANCELED];
    if matches!(class, Some("40" | "53")) || busy.contains(code) {
        return StoreError::Busy(happened);
    }
    StoreError::Internal(happened)
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Database(error) => return formatter.write_str(&sentence(error)),
            Self::NoConnection => "every connection to the database is busy; try again shortly",
            Self::TimedOut => "the database did not answer in time; try again shortly",
            Self::Overloaded => "it is overloaded; try again shortly",
            Self::Closed => "it is closed",
            Self::Unreadable { column, reason } => {
                return write!(
                    formatter,
                    "column {column} of a row cannot be read: {reason}; was it changed by hand?"
                );
            }
            Self::Unwritable(reason) => reason,
        })
    }
}

pub(super) fn is_shutdown(code: &SqlState) -> bool {
    [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
    ]
    .contains(code)
}

/// The problem and the advice to the operator.
pub(super) fn sentence(error: &Error) -> String {
    let Some(refusal) = error.as_db_error() else {
        return match error.source() {
            _ if error.is_closed() => "the connection to the database was lost; try again shortly".into(),
            Some(cause) => format!("the database cannot be reached ({cause}); is it running?"),
            None => error.to_string(),
        };
    };
    match refusal.code() {
        code if *code == SqlState::DISK_FULL => {
            "the database's disk is full; make room, nothing acknowledged is lost".into()
        }
        code if *code == SqlState::READ_ONLY_SQL_TRANSACTION => {
            "the database takes no writes; is it a standby, or set to read only?".into()
        }
        code if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
            "the database refuses this account; let it own Pixie's tables".into()
        }
        code if *code == SqlState::TOO_MANY_CONNECTIONS => {
            "the database takes no more connections; raise its max_connections, or let Pixie open fewer"
                .into()
        }
        code if *code == SqlState::DUPLICATE_PSTATEMENT || *code == SqlState::INVALID_SQL_STATEMENT_NAME => {
            "a pooler gives the connection to others after each transaction; set database.pooler = true"
                .into()
        }
        code if *code == SqlState::LOCK_NOT_AVAILABLE => {
            "another transaction holds the same rows; try again shortly".into()
        }
        code if *code == SqlState::QUERY_CANCELED => {
            "the database did not answer in time; try again shortly".into()
        }
        code if is_shutdown(code) => "the database stops or starts; try again shortly".into(),
        code if code.code().starts_with("40") => {
            "transactions kept running into each other; try again shortly".into()
        }
        // The message of a wrong value quotes it.
        code if code.code().starts_with("22") => format!("the database refuses a value ({})", code.code()),
        code => format!("{} ({})", refusal.message(), code.code()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_told_apart_by_what_must_be_done() {
        let of = |code: &SqlState| of_code(code, String::new());
        assert!(matches!(of(&SqlState::DISK_FULL), StoreError::Full(_)));
        for code in [
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::TOO_MANY_CONNECTIONS,
        ] {
            assert!(matches!(of(&code), StoreError::Busy(_)));
        }
        for code in [SqlState::ADMIN_SHUTDOWN, SqlState::READ_ONLY_SQL_TRANSACTION] {
            assert!(matches!(of(&code), StoreError::Unreachable(_)));
        }
        assert!(matches!(of(&SqlState::DATA_CORRUPTED), StoreError::Damaged(_)));
        assert!(matches!(of(&SqlState::UNDEFINED_TABLE), StoreError::Internal(_)));
        let unreadable = Failure::Unreadable {
            column: 3,
            reason: "it is NULL".to_owned(),
        };
        assert!(matches!(unreadable.into(), StoreError::Damaged(_)));
        assert!(matches!(Failure::Overloaded.into(), StoreError::Busy(_)));
        assert!(matches!(Failure::TimedOut.into(), StoreError::Unreachable(_)));
    }
}
