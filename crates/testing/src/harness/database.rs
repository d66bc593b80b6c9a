//! The database of one server: it outlives a restart, several nodes may open it, and it is removed with its test.

use std::path::PathBuf;
use std::sync::Arc;

use pixie_provider::store::Store;
use pixie_store::{OpenPostgres, OpenSqlite, PostgresStore, SqliteStore, migrate_postgres};

use super::backend::Backend;
use crate::postgres::{self, Template};

/// Makes the tables once; every test copies them, which takes milliseconds.
static MIGRATED: Template = Template::new("migrated_for_the_harness");

/// Connections of a node. Sixteen, the default, would only make every test slower.
const CONNECTIONS: usize = 4;

/// Every row of every table, in an order that does not depend on where PostgreSQL keeps it.
const CONTENT: &str = "SELECT table_name, query_to_xml(format('SELECT * FROM %I AS entry ORDER BY entry::text', table_name), \
                       true, false, '') FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name";

async fn make_tables(url: &str) {
    let _migrations = migrate_postgres(&OpenPostgres::new(url)).await.unwrap();
}

/// The database of a server.
pub(super) enum Database {
    /// A folder with the file.
    Sqlite(tempfile::TempDir),
    /// A database of the cluster of this process.
    Postgres(postgres::Database),
}

impl Database {
    /// An empty one on the store on which the running test runs.
    pub(super) async fn of_this_test() -> Self {
        match Backend::of_this_test() {
            Backend::Sqlite => Self::Sqlite(tempfile::tempdir().unwrap()),
            Backend::Postgres => Self::Postgres(MIGRATED.database(make_tables).await),
        }
    }

    /// Opens it for a node.
    pub(super) async fn open(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(_) => Arc::new(SqliteStore::open(&OpenSqlite::create(self.file())).unwrap()),
            Self::Postgres(database) => {
                let open = OpenPostgres {
                    connections: CONNECTIONS,
                    ..OpenPostgres::new(database.url())
                };
                Arc::new(PostgresStore::open(&open).await.unwrap())
            }
        }
    }

    /// The SQLite file.
    pub(super) fn file(&self) -> PathBuf {
        match self {
            Self::Sqlite(folder) => folder.path().join("pixie.sqlite3"),
            Self::Postgres(_) => panic!("this test reads the SQLite file: it can only run on SQLite"),
        }
    }

    /// The bytes of the SQLite file and of its log; on PostgreSQL, the text of all rows.
    pub(super) fn content(&self) -> Vec<Vec<u8>> {
        if let Self::Postgres(database) = self {
            return vec![database.sql(CONTENT).into_bytes()];
        }
        // The index of the log is left out: readers change it.
        let (file, mut log) = (self.file(), self.file().into_os_string());
        log.push("-wal");
        [file, log.into()]
            .map(|path| std::fs::read(path).unwrap_or_default())
            .into()
    }
}
