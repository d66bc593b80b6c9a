//! Connections that only read, asked in place: a read is one statement of microseconds and never waits for a write.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use pixie_provider::metrics::{Stopwatch, StoreFailure, StoreMetrics};
use pixie_provider::store::StoreError;
use rusqlite::Connection;

use super::failure::{closed, store_error};

/// A few connections that take turns; none where the store is closed.
pub(super) struct Readers {
    connections: Vec<Mutex<Option<Connection>>>,
    turn: AtomicUsize,
    metrics: Arc<StoreMetrics>,
}

impl Readers {
    /// Of connections that were opened to read only.
    pub(super) fn new(connections: Vec<Connection>, metrics: Arc<StoreMetrics>) -> Self {
        Self {
            connections: connections.into_iter().map(Some).map(Mutex::new).collect(),
            turn: AtomicUsize::new(0),
            metrics,
        }
    }

    /// Reads from a connection that is free, or waits for the one whose turn it is. Each statement sees every commit
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
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.connections.len();
        let (before, from) = self.connections.split_at(turn);
        let free = from
            .iter()
            .chain(before)
            .find_map(|connection| match connection.try_lock() {
                Ok(free) => Some(free),
                Err(TryLockError::Poisoned(free)) => Some(free.into_inner()),
                Err(TryLockError::WouldBlock) => None,
            });
        free.unwrap_or_else(|| {
            self.connections[turn]
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
