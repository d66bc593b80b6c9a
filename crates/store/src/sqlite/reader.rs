//! Connections that only read, asked in place: a read is one statement of microseconds and never waits for a write.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, TryLockError};

use pixie_provider::store::StoreError;
use rusqlite::Connection;

use super::failure::store_error;

/// A few connections that take turns.
pub(super) struct Readers {
    connections: Vec<Mutex<Connection>>,
    turn: AtomicUsize,
}

impl Readers {
    /// Of connections that were opened to read only.
    pub(super) fn new(connections: Vec<Connection>) -> Self {
        Self {
            connections: connections.into_iter().map(Mutex::new).collect(),
            turn: AtomicUsize::new(0),
        }
    }

    /// Reads from a connection that is free, or waits for the one whose turn it is. Each statement sees every commit
    /// that was answered before.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
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
        let connection = free.unwrap_or_else(|| {
            self.connections[turn]
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        });
        work(&connection).map_err(|error| store_error(&error))
    }
}
