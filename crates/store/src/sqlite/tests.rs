//! The contract on SQLite.

use std::sync::Arc;

use pixie_provider::store::Store;
use tempfile::TempDir;

use super::*;

async fn new_store() -> (Arc<dyn Store>, TempDir) {
    let folder = TempDir::new().unwrap();
    let open = OpenSqlite::create(folder.path().join("pixie.sqlite3"));
    (Arc::new(SqliteStore::open(&open).unwrap()), folder)
}

crate::conformance!(new_store);
