//! The contract on SQLite, and what holds for SQLite alone.

mod batches;
mod crashes;
mod files;
mod growth;
mod migrating;
pub(super) mod plans;
mod races;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pixie_provider::store::Store;
use tempfile::TempDir;

use super::*;

async fn new_store() -> (Arc<dyn Store>, TempDir) {
    let (store, folder) = fresh();
    (store, folder)
}

/// A store on a new file.
fn fresh() -> (Arc<SqliteStore>, TempDir) {
    let folder = TempDir::new().unwrap();
    (open(&file_in(&folder)), folder)
}

fn file_in(folder: &TempDir) -> PathBuf {
    folder.path().join("pixie.sqlite3")
}

fn open(path: &Path) -> Arc<SqliteStore> {
    Arc::new(SqliteStore::open(&OpenSqlite::create(path)).unwrap())
}

crate::conformance!(new_store);
