//! The store on one SQLite file: one connection that writes, a few that read.

mod account_links;
mod accounts;
mod backup;
mod clients;
mod columns;
mod connect;
mod consents;
mod credentials;
mod events;
mod failure;
mod grants;
mod keys;
mod leases;
mod logos;
mod logouts;
mod mails;
mod migrations;
mod open_error;
mod reader;
mod refresh;
mod replays;
mod revoke;
mod root_keys;
mod sessions;
mod size;
mod sweep;
#[cfg(test)]
mod tests;
mod writer;

use std::sync::Arc;

use async_trait::async_trait;
use pixie_provider::store::{Store, StoreError, StoreMetrics, Sweep, Swept};
use rusqlite::Connection;

pub use backup::{BackupError, FileFacts, check_file};
pub use connect::OpenSqlite;
pub use migrations::{migrate, pending_migrations};
pub use open_error::OpenError;
pub use size::compact;

use reader::Readers;
use writer::Writer;

/// The store on one SQLite file.
///
/// Writes are done by one thread that commits those of all callers together; an answer means that the commit is on disk.
/// Reads are done in place, by the thread that asks, and see every write that was answered before. Two processes may
/// have the same file open. Dropping the store waits until the commands it took are answered.
pub struct SqliteStore {
    readers: Readers,
    writer: Writer,
    path: std::path::PathBuf,
    metrics: Arc<StoreMetrics>,
}

impl SqliteStore {
    /// Opens a database, making it and changing its tables as asked.
    ///
    /// # Errors
    /// See [`OpenError`]; nothing was changed then.
    pub fn open(open: &OpenSqlite) -> Result<Self, OpenError> {
        let connection = connect::writer(open)?;
        let readers = (0..open.read_connections.max(1))
            .map(|_| connect::reader(&open.path))
            .collect::<Result<_, _>>()?;
        let metrics = Arc::new(StoreMetrics::default());
        let writer = Writer::start(connection, open.waiting_commands, Arc::clone(&metrics))
            .map_err(|error| OpenError::of_io(&open.path, &error))?;
        Ok(Self {
            readers: Readers::new(readers, Arc::clone(&metrics)),
            writer,
            path: open.path.clone(),
            metrics,
        })
    }

    /// Takes no more commands, waits until those that were taken are answered, and moves the log into the file, which
    /// is all that is left then. It blocks for as long as that takes.
    pub fn close(&self) {
        // The last connection to close removes the log, and only one that writes may.
        self.readers.close();
        self.writer.close();
    }

    /// Runs a command on the writer's thread; it is answered after its commit.
    async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        F: Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.writer.run(work).await
    }

    /// Reads in place.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        self.readers.read(work)
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.close();
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SqliteStore")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn ready(&self) -> Result<(), StoreError> {
        self.write(|connection| {
            connection
                .prepare_cached("UPDATE readiness SET checks = (checks + 1) % 1000000")?
                .execute([])
                .map(drop)
        })
        .await
    }

    fn metrics(&self) -> Option<Arc<StoreMetrics>> {
        Some(Arc::clone(&self.metrics))
    }

    async fn sweep(&self, command: Sweep) -> Result<Swept, StoreError> {
        // A reader looks for unused clients, so that no write waits for that. Mostly nothing is due, and then the
        // writer is not needed.
        let unused = self.read(|connection| sweep::unused_clients(connection, command))?;
        if unused.is_empty() && !self.read(|connection| sweep::is_any_due(connection, command))? {
            return Ok(Swept::default());
        }
        self.write(move |connection| sweep::sweep(connection, command, &unused))
            .await
    }

    async fn give_back_space(&self) -> Result<u64, StoreError> {
        if self.read(size::pages_to_give_back)? == 0 {
            return Ok(0);
        }
        self.write(size::give_back).await
    }
}
