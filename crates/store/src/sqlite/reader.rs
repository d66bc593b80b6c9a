//! Connections that only read, asked in place: a read is one statement of microseconds and never waits for a write.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use pixie_provider::metrics::Stopwatch;
use pixie_provider::store::{StoreError, StoreFailure, StoreMetrics};
use rusqlite::Connection;

use super::failure::{closed, store_error};

/// How many threads have read.
static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The number of this thread among those that have read.
    static THREAD: usize = THREADS.fetch_add(1, Ordering::Relaxed);
}

/// A few connections; none if the store is closed. Each thread prefers one of them, which has the pages that the thread
/// has read since the last commit.
pub(super) struct Readers {
    connections: Vec<Mutex<Option<Connection>>>,
    metrics: Arc<StoreMetrics>,
}

impl Readers {
    /// Of connections that were opened to read only.
    pub(super) fn new(connections: Vec<Connection>, metrics: Arc<StoreMetrics>) -> Self {
        Self {
            connections: connections.into_iter().map(Some).map(Mutex::new).collect(),
            metrics,
        }
    }

    /// Reads from a connection that is free, or waits for the one that this thread prefers. Each statement sees every commit
    /// that was answered before.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let stopwatch = Stopwatch::start();
        let connection = self.free();
        let connection = connection.as_ref().ok_or_else(closed)?;
        let found = work(connection).map_err(|error| {
            self.metrics.failures.one(StoreFailure::Read);
            store_error(&error)
        });
        self.metrics.reads.took(stopwatch.elapsed());
        found
    }

    fn free(&self) -> MutexGuard<'_, Option<Connection>> {
        let preferred = THREAD.with(|thread| *thread) % self.connections.len();
        let (before, from) = self.connections.split_at(preferred);
        let free = from
            .iter()
            .chain(before)
            .find_map(|connection| match connection.try_lock() {
                Ok(free) => Some(free),
                Err(TryLockError::Poisoned(free)) => Some(free.into_inner()),
                Err(TryLockError::WouldBlock) => None,
            });
        free.unwrap_or_else(|| {
            self.connections[preferred]
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        })
    }

    /// Closes every connection as soon as nobody reads from it.
    pub(super) fn close(&self) {
        for connection in &self.connections {
            connection.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }
}
