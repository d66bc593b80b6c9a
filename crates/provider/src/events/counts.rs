//! How often events happened, by the hour, for charts: added to the store by a job, not by requests.
//!
//! Events that happen thousands of times a second are in here and not among the stored ones. What was counted since the
//! last time is lost if the process is killed.

use tokio::sync::Mutex;

use super::kind::EventKind;
use crate::base::Base;
use crate::clock::Timestamp;
use crate::randomness::{RandomnessError, bytes};
use crate::store::{AddEventCounts, EventCount, StoreError};

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

/// Adds what was counted since the last time to the hour that it is now.
pub(crate) async fn store_counts(base: &Base, stored: &StoredCounts) -> Result<(), StoreCountsError> {
    if base.settings.events.retention.is_none() {
        return Ok(());
    }
    let mut stored = stored.0.lock().await;
    let totals = KINDS.map(|kind| base.metrics.total(kind));
    let hour = Timestamp::from_seconds(base.now().seconds().div_euclid(HOUR) * HOUR);
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
        None => bytes(&*base.randomness)?,
    };
    stored.node = Some(node);
    base.store
        .add_event_counts(AddEventCounts { node, counts })
        .await?;
    stored.totals = totals;
    Ok(())
}
