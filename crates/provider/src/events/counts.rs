//! How often events happened, by the hour, for charts: added to the store by a job, not by requests.
//!
//! Events that happen thousands of times a second are in here and not among the stored ones. What was counted since the
//! last time is lost if the process is killed.

use tokio::sync::Mutex;

use super::provider_metrics::ProviderMetrics;
use crate::clock::Timestamp;
use crate::randomness::{Randomness, RandomnessError, bytes};
use crate::store::{AddEventCounts, EventCount, EventKind, Store, StoreError};

const HOUR: i64 = 3600;

/// The kinds that are counted.
const KINDS: [EventKind; 9] = [
    EventKind::SignedIn,
    EventKind::SignInFailed,
    EventKind::TokenIssued,
    EventKind::TokenIntrospected,
    EventKind::TokenRevoked,
    EventKind::RefreshTokenReused,
    EventKind::CodeReplayed,
    EventKind::MailSent,
    EventKind::MailGivenUp,
];

/// The totals that this process has added to the store.
#[derive(Default)]
pub(crate) struct StoredCounts(Mutex<Stored>);

#[derive(Default)]
struct Stored {
    /// Random bytes that no other process has; none before the first time.
    node: Option<[u8; 16]>,
    totals: [u64; KINDS.len()],
}

/// The counts are not stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreCountsError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There are no random bytes.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

impl StoredCounts {
    /// Adds what was counted since the last time to the hour that it is now.
    pub(crate) async fn add(
        &self,
        metrics: &ProviderMetrics,
        store: &dyn Store,
        randomness: &dyn Randomness,
        now: Timestamp,
    ) -> Result<(), StoreCountsError> {
        let mut stored = self.0.lock().await;
        let totals = KINDS.map(|kind| metrics.total(kind));
        let hour = Timestamp::from_seconds(now.seconds().div_euclid(HOUR) * HOUR);
        let counts: Vec<_> = KINDS
            .into_iter()
            .zip(totals.into_iter().zip(stored.totals))
            .map(|(kind, (total, before))| EventCount {
                hour,
                kind,
                count: total - before,
            })
            .filter(|counted| counted.count > 0)
            .collect();
        if counts.is_empty() {
            return Ok(());
        }
        let node = match stored.node {
            Some(node) => node,
            None => bytes(randomness)?,
        };
        stored.node = Some(node);
        store.add_event_counts(AddEventCounts { node, counts }).await?;
        stored.totals = totals;
        Ok(())
    }
}
