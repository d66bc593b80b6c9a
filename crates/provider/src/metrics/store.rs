//! What a store counts, whichever it is.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

use super::count::{Counts, Level};
use super::histogram::Histogram;
use super::label::labels;
use super::page::Page;

labels! {
    /// What a store could not do.
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

/// What a store counts. Its backend counts here as it works, and the provider prints it.
#[derive(Debug)]
pub struct StoreMetrics {
    /// Commands that wait for a commit, those of the batch that runs among them.
    pub waiting: Level,
    /// Commands that shared a commit.
    pub batches: Histogram,
    /// The commit itself: what the disk takes, or the other machine.
    pub commits: Histogram,
    /// Reads.
    pub reads: Histogram,
    /// What could not be done.
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

impl Collector for StoreMetrics {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = Page::new(encoder);
        page.level(
            "pixie_store_waiting_commands",
            "Commands that wait for their commit",
            &self.waiting,
        )?;
        page.histogram(
            "pixie_store_batch_commands",
            "Commands that shared a commit",
            &self.batches,
        )?;
        page.histogram(
            "pixie_store_commit_duration_seconds",
            "Time of a commit",
            &self.commits,
        )?;
        page.histogram("pixie_store_read_duration_seconds", "Time of a read", &self.reads)?;
        page.counts(
            "pixie_store_failures",
            "What the store could not do",
            &self.failures,
        )
    }
}
