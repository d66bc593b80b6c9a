//! `[database]`: the address of the database and how it is used.

use std::path::PathBuf;
use std::time::Duration;

use super::DatabaseUrl;
use super::checks::at_least_one;
use super::key::section;
use super::layers::Layers;

section! {
    /// The database: one SQLite file, or PostgreSQL if `url` is set (see docs/postgres.md).
    Database = "database" {
        /// The PostgreSQL database, such as `postgres://pixie@db1,db2/pixie`. If it is not
        /// set, the database is a SQLite file. A password in it is shown nowhere; better in the environment than on the
        /// command line, because every process can read that.
        url: Option<DatabaseUrl> = None;
        /// How many connections to PostgreSQL there are at most.
        connections: u32 = 8, if at_least_two;
        /// How long the start waits for a PostgreSQL server that refuses, does not answer or is starting. Zero ends at once.
        start_timeout: Duration = Duration::from_secs(30);
        /// Tells that a pooler stands between Pixie and PostgreSQL that gives each transaction another connection, such as
        /// PgBouncer in transaction mode. No statement is prepared on a connection then.
        pooler: bool = false;
        /// The SQLite file. If neither it nor `url` is set, `pixie.sqlite3` in the data folder.
        path: Option<PathBuf> = None;
        /// How many connections read the SQLite file at the same time. Writing is one connection's work.
        read_connections: u32 = 4, if at_least_one;
    }
}

/// One for writing leaves one for reading, so that reads never wait for writes.
fn at_least_two(number: &u32) -> Result<(), String> {
    if *number < 2 {
        Err("must be at least 2".to_owned())
    } else {
        Ok(())
    }
}

/// Refuses two databases.
pub(super) fn check(database: &Database, layers: &mut Layers) {
    if database.url.is_some() && database.path.is_some() {
        let sentence = "database.url and database.path are both set; keep the url for PostgreSQL, or the path for SQLite.";
        layers.refuse_keys(&["database.url", "database.path"], sentence);
    }
    if database.pooler && database.url.is_none() {
        let sentence = "database.pooler is for PostgreSQL; set database.url too, or remove it.";
        layers.refuse_keys(&["database.pooler"], sentence);
    }
}
