//! The provider's store on SQLite: tables, statements, transactions, batching, migrations.
//!
//! An application that mounts Pixie opens a [`SqliteStore`] and passes it to the provider; it needs nothing else of
//! this crate.

mod accounts;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod migrations;
mod postgres;
mod registration;
mod rows;
mod sqlite;

pub use postgres::{
    OpenPostgres, OpenPostgresError, PostgresStore, migrate_postgres, pending_postgres_migrations,
};
pub use sqlite::{
    BackupError, FileFacts, OpenError, OpenSqlite, SqliteStore, check_file, compact, migrate,
    pending_migrations,
};
