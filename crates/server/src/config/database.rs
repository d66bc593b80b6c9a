//! `[database]`: where the database is and how it is read.

use std::path::PathBuf;

use super::checks::at_least_one;
use super::key::section;

section! {
    /// The database, which is one SQLite file.
    Database = "database" {
        /// The file. Where it is not set, `pixie.sqlite3` in the data folder.
        path: Option<PathBuf> = None;
        /// How many connections read at the same time. Writing is one connection's work.
        read_connections: u32 = 4, if at_least_one;
    }
}
