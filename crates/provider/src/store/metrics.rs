//! The counters of every store.

use crate::metrics::{Counts, Histogram, Level, labels};

labels! {
    /// The operations that can fail.
    pub enum StoreFailure: "operation" {
        /// A read failed.
        Read = "read",
        /// A command failed by itself; others of its batch were committed.
        Command = "command",
        /// A batch was not committed, so that nothing of it was acknowledged.
        Commit = "commit",
        /// A command was turned away because too many waited.
        Refused = "refused",
    }
}

/// The counters of a store: plain numbers, which the database's code raises and the owner of the store reads.
#[derive(Debug)]
pub struct StoreMetrics {
    /// Commands that wait for a commit, those of the batch that runs among them.
    pub waiting: Level,
    /// Commands that shared a commit.
    pub batches: Histogram,
    /// The commit itself: what the disk takes, or the other machine.
    pub commits: Histogram,
    /// The duration of reads.
    pub reads: Histogram,
    /// Failures, by operation.
    pub failures: Counts<StoreFailure>,
}

impl Default for StoreMetrics {
    fn default() -> Self {
        Self {
            waiting: Level::default(),
            batches: Histogram::of_sizes(),
            commits: Histogram::of_durations(),
            reads: Histogram::of_reads(),
            failures: Counts::default(),
        }
    }
}
