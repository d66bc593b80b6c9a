//! Printing what a store counts.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

use super::page::Page;
use crate::store::StoreMetrics;

/// The numbers of a store that is looked at.
#[derive(Debug)]
pub(super) struct ObservedStore(pub(super) Arc<StoreMetrics>);

impl Collector for ObservedStore {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = Page::new(encoder);
        page.level(
            "pixie_store_waiting_commands",
            "Commands that wait for their commit",
            &self.0.waiting,
        )?;
        page.histogram(
            "pixie_store_batch_commands",
            "Commands that shared a commit",
            &self.0.batches,
        )?;
        page.histogram(
            "pixie_store_commit_duration_seconds",
            "Time of a commit",
            &self.0.commits,
        )?;
        page.histogram(
            "pixie_store_read_duration_seconds",
            "Time of a read",
            &self.0.reads,
        )?;
        page.counts(
            "pixie_store_failures",
            "What the store could not do",
            &self.0.failures,
        )
    }
}
