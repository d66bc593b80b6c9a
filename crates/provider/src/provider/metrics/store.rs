//! The counters of a store, as metrics.

use crate::metrics::MetricList;
use crate::store::StoreMetrics;

/// Adds the metrics of a store.
pub(super) fn add(list: &mut MetricList, store: &StoreMetrics) {
    list.level(
        "pixie_store_waiting_commands",
        "Commands that wait for their commit",
        &store.waiting,
    );
    list.histogram(
        "pixie_store_batch_commands",
        "Commands that shared a commit",
        &store.batches,
    );
    list.histogram(
        "pixie_store_commit_duration_seconds",
        "Time of a commit",
        &store.commits,
    );
    list.histogram(
        "pixie_store_read_duration_seconds",
        "Time of a read",
        &store.reads,
    );
    list.counts(
        "pixie_store_failures",
        "What the store could not do",
        &store.failures,
    );
}
