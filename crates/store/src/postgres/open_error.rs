//! Why a database on a server cannot be used: each a sentence that names it and says what to do.

use thiserror::Error;
use tokio_postgres::error::SqlState;

use super::failure::{Failure, is_shutdown, sentence};
use crate::migrations::HistoryError;

/// Why a database on a server cannot be used. None of them shows the url's password.
#[derive(Debug, Error)]
pub enum OpenPostgresError {
    /// The url cannot be read.
    #[error("the database's url cannot be used: {0}; write postgres://user:password@host:5432/name")]
    Url(String),
    /// The certificates to check the server's by cannot be read.
    #[error("the certificates to check the database's by cannot be read: {0}")]
    Certificates(String),
    /// Nobody answers, or not as a database server.
    #[error("{place}: {reason}")]
    Unreachable {
        /// The database.
        place: String,
        /// The cause.
        reason: String,
    },
    /// The server speaks no TLS.
    #[error(
        "{0}: the server speaks no TLS, which sslmode in the url requires; turn TLS on at the server (ssl = on), or write \
         sslmode=disable if nobody else can read the network in between"
    )]
    NoTls(String),
    /// The certificate of the server, or its TLS, is refused.
    #[error(
        "{place}: TLS with the server failed ({reason}); name the file of the authority that signed its certificate in \
         sslrootcert, and the host as the certificate does"
    )]
    Tls {
        /// The database.
        place: String,
        /// The cause.
        reason: String,
    },
    /// The server knows this account or its password not.
    #[error("{0}: the server refuses this account; check the user and the password in the url")]
    Refused(String),
    /// The server wants a password, and the url has none.
    #[error(
        "{0}: the server wants a password, and the url has none; write postgres://user:password@host:5432/name"
    )]
    NoPassword(String),
    /// The server lets this account not in from here, or not in this way.
    #[error(
        "{place}: the server lets nobody in like this: {reason}; check the user, sslmode in the url, and the server's pg_hba.conf"
    )]
    NotAdmitted {
        /// The database.
        place: String,
        /// The sentence of the server.
        reason: String,
    },
    /// There is no such database on the server.
    #[error("{0}: there is no such database; make it with `createdb`, or name another")]
    Missing(String),
    /// Another program's tables.
    #[error("{0}: this is not a Pixie database; name an empty one")]
    Foreign(String),
    /// The schema that tables belong in is not there.
    #[error("{0}: the search path names no schema that exists; make it, or change the search path")]
    NoSchema(String),
    /// A newer version of Pixie has changed its tables.
    #[error(
        "{place}: made by a newer Pixie: its schema is version {found}, this program knows {known}; run the newer Pixie"
    )]
    Newer {
        /// The database.
        place: String,
        /// Version of its schema.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// One of its migrations has another text than this program's: before 0.1.0 the first one is edited.
    #[error(
        "{place}: the migration {migration} was applied with another text than this program's; run the Pixie that made it, \
         or start with an empty database"
    )]
    Changed {
        /// The database.
        place: String,
        /// The first migration that differs.
        migration: String,
    },
    /// The tables are missing or those of an older version, and may not be changed now.
    #[error("{0}: made by an older Pixie, or empty; run `pixie migrate`")]
    Outdated(String),
    /// It cannot be written.
    #[error(
        "{0}: the database cannot be written; is it a standby, and does this account own Pixie's tables?"
    )]
    ReadOnly(String),
    /// Anything else.
    #[error("{place}: {reason}")]
    Other {
        /// The database.
        place: String,
        /// The cause.
        reason: String,
    },
}

impl OpenPostgresError {
    /// Returns `true` if it may be over in a moment: the server cannot be reached, does not answer, is starting or stopping, or
    /// has no connection to spare.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    /// The error for a state of the migration history.
    pub(super) fn of_history(place: &str, error: HistoryError) -> Self {
        let place = place.to_owned();
        match error {
            HistoryError::Newer { found, known } => Self::Newer { place, found, known },
            HistoryError::Changed(migration) => Self::Changed { place, migration },
        }
    }

    /// The error for a failure of this database.
    pub(super) fn of(place: &str, failure: Failure) -> Self {
        let place = place.to_owned();
        let Failure::Database(error) = failure else {
            return Self::Unreachable {
                place,
                reason: failure.to_string(),
            };
        };
        let Some(code) = error.code() else {
            return if takes_no_writes(&error) {
                Self::ReadOnly(place)
            } else if wants_password(&error) {
                Self::NoPassword(place)
            } else if let Some(refusal) = tls_refusal(&place, &error) {
                refusal
            } else {
                Self::Unreachable {
                    place,
                    reason: sentence(&error),
                }
            };
        };
        if *code == SqlState::READ_ONLY_SQL_TRANSACTION || *code == SqlState::INSUFFICIENT_PRIVILEGE {
            Self::ReadOnly(place)
        } else if *code == SqlState::UNDEFINED_DATABASE {
            Self::Missing(place)
        } else if *code == SqlState::INVALID_PASSWORD {
            Self::Refused(place)
        } else if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
            Self::NotAdmitted {
                place,
                reason: sentence(&error),
            }
        } else if is_shutdown(code) || *code == SqlState::TOO_MANY_CONNECTIONS {
            Self::Unreachable {
                place,
                reason: sentence(&error),
            }
        } else {
            Self::Other {
                place,
                reason: sentence(&error),
            }
        }
    }
}

/// The error if both sides could not agree on TLS. The driver says it in words only.
fn tls_refusal(place: &str, error: &tokio_postgres::Error) -> Option<OpenPostgresError> {
    let cause = std::error::Error::source(error)?;
    if cause.to_string() == "server does not support TLS" {
        return Some(OpenPostgresError::NoTls(place.to_owned()));
    }
    let refused = cause.downcast_ref::<std::io::Error>()?.get_ref()?;
    let refused = refused.downcast_ref::<rustls::Error>()?;
    Some(OpenPostgresError::Tls {
        place: place.to_owned(),
        reason: refused.to_string(),
    })
}

/// Returns `true` if the driver has no password for a server that asks for one. It says it in words only.
fn wants_password(error: &tokio_postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(|cause| cause.to_string() == "password missing")
}

/// Returns `true` if the driver found only servers that take no writes.
fn takes_no_writes(error: &tokio_postgres::Error) -> bool {
    std::error::Error::source(error)
        .and_then(|cause| cause.downcast_ref::<std::io::Error>())
        .is_some_and(|cause| cause.kind() == std::io::ErrorKind::PermissionDenied)
}
