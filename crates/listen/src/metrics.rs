//! Counters of connections: plain numbers, for any system of metrics.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Why a connection was refused or closed before its client closed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusedConnection {
    /// The limit was reached, and every connection was busy.
    Full,
    /// The limit was reached, and this idle connection was closed to admit another.
    GaveWay,
    /// The TLS handshake failed or took too long.
    Handshake,
}

impl RefusedConnection {
    /// All reasons.
    pub const ALL: [Self; 3] = [Self::Full, Self::GaveWay, Self::Handshake];

    /// The reason as a label of a metric.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::GaveWay => "gave_way",
            Self::Handshake => "handshake",
        }
    }
}

/// Counts the connections of one listener since it was bound.
#[derive(Debug, Default)]
pub struct ConnectionMetrics {
    open: AtomicU64,
    accepted: AtomicU64,
    refused: [AtomicU64; RefusedConnection::ALL.len()],
}

impl ConnectionMetrics {
    /// Connections that are open now.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.open.load(Relaxed)
    }

    /// Connections accepted so far, those that were then refused included.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.accepted.load(Relaxed)
    }

    /// Connections refused so far for a reason.
    #[must_use]
    pub fn refused(&self, reason: RefusedConnection) -> u64 {
        self.refused[reason as usize].load(Relaxed)
    }

    pub(crate) fn count_accepted(&self) {
        self.accepted.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_refused(&self, reason: RefusedConnection) {
        self.refused[reason as usize].fetch_add(1, Relaxed);
    }

    /// Counts one more open connection until the guard is dropped.
    pub(crate) fn count_open(&self) -> OpenConnection<'_> {
        self.open.fetch_add(1, Relaxed);
        OpenConnection(&self.open)
    }
}

/// A connection counted as open.
pub(crate) struct OpenConnection<'a>(&'a AtomicU64);

impl Drop for OpenConnection<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}
