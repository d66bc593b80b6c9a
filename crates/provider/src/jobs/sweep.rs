//! Deletes rows that no longer mean anything, in small batches, so that no request waits and nothing piles up.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::lease::{self, JobLease, RETRY};
use crate::base::Base;
use crate::events::actor::Actor;
use crate::events::audit;
use crate::events::event::Event;
use crate::metrics::Stopwatch;
use crate::store::{Job, StoreError, Sweep, Swept};

/// The most rows of each kind that one commit deletes: about a millisecond of a writer's time. Other requests share the commit.
const BATCH: u32 = 64;

/// Rows of a batch from which on more rows may be left: the limit for one kind.
const FULL_BATCH: u64 = BATCH as u64;

/// The pause after a sweep that found many expired rows.
const BUSY: Duration = Duration::from_secs(1);

/// The pause after a sweep that found few or none.
const QUIET: Duration = Duration::from_secs(20);

/// The pause before the lease is asked for again, if another process has it or the clock is not trusted.
const NOT_HELD: Duration = Duration::from_secs(5);

/// The shortest and the longest pause between two batches. With the shortest, an idle server deletes some thousand rows of each
/// kind a second.
const PAUSE: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(100));

/// The pause after a batch as a multiple of the time that the batch took, and until when in a sweep it applies. Requests need
/// that time, because the changed pages must also be copied from the log into the file. After the last of these times there is
/// no pause: rows expire as fast as they are swept, and the database would grow without bound.
const PATIENCE: [(Duration, u32); 2] = [(Duration::from_secs(300), 12), (Duration::from_secs(600), 3)];

/// Sweeps again and again. Of several processes on one database, the holder of the lease does it. A failure is logged and tried
/// again in a minute.
pub(super) async fn keep_swept(base: Arc<Base>) -> Infallible {
    let mut lease = lease::new_lease(&base, Job::Sweep).await;
    loop {
        let wait = match sweep_in_pace(&base, &mut lease).await {
            Ok(None) => NOT_HELD,
            Ok(Some(0)) => QUIET,
            Ok(Some(rows)) => {
                tracing::debug!(rows, "swept");
                if rows < FULL_BATCH { QUIET } else { BUSY }
            }
            Err(cause) => {
                tracing::error!(%cause, "what has expired could not be swept; trying again in a minute");
                RETRY
            }
        };
        sleep(wait).await;
    }
}

/// Sweeps until no expired row is left, with pauses for requests, and then gives unused disk space back. Gives the number of
/// deleted rows, or `None` if this process does not hold the lease.
async fn sweep_in_pace(base: &Base, lease: &mut JobLease) -> Result<Option<u64>, StoreError> {
    let first = Instant::now();
    let mut rows = 0;
    while lease.is_held().await? {
        let begun = Instant::now();
        let swept = sweep_batch(base).await?.total();
        rows += swept;
        let wait = if swept >= FULL_BATCH {
            pause(begun.elapsed(), first.elapsed())
        } else if base.store.give_back_space().await? > 0 {
            PAUSE.1
        } else {
            return Ok(Some(rows));
        };
        sleep(wait).await;
    }
    Ok(None)
}

/// The pause after a batch that took so long, in a sweep that has run for so long. The more requests there are, the longer a
/// batch waits for its commit, and the longer the pause is.
fn pause(batch: Duration, sweeping: Duration) -> Duration {
    let patience = PATIENCE.iter().find(|(until, _)| sweeping < *until);
    patience.map_or(Duration::ZERO, |(_, times)| {
        (batch * *times).clamp(PAUSE.0, PAUSE.1)
    })
}

/// Sweeps until no expired row is left and gives unused disk space back, without pauses and without a lease.
pub(crate) async fn sweep(base: &Base) -> Result<Swept, StoreError> {
    let mut swept = Swept::default();
    loop {
        let batch = sweep_batch(base).await?;
        if batch.total() == 0 {
            break;
        }
        swept = swept.plus(batch);
    }
    while base.store.give_back_space().await? > 0 {}
    Ok(swept)
}

async fn sweep_batch(base: &Base) -> Result<Swept, StoreError> {
    let (now, stopwatch) = (base.now(), Stopwatch::start());
    let unused = base.settings.registration.unused_clients_expire;
    let retention = base.settings.events.retention;
    let idle_since = now.plus(-base.settings.lifetimes.max_session().idle);
    let swept = base
        .store
        .sweep(Sweep {
            now,
            limit: BATCH,
            idle_since,
            unused_clients_since: unused.map(|seconds| now.plus(-seconds)),
            record_unused_clients: audit::stores_swept_clients(&base.settings),
            events_before: Some(now.plus(-retention.unwrap_or_default())),
        })
        .await?;
    if swept.clients > 0 {
        let event = Event::UnusedClientsDeleted {
            number: swept.clients,
        };
        base.happened(Actor::System, &event);
    }
    base.metrics.swept(swept, stopwatch.elapsed(), now);
    Ok(swept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_have_longer_than_a_batch_took() {
        let pause = |milliseconds| pause(Duration::from_millis(milliseconds), Duration::ZERO);
        assert_eq!(pause(0), PAUSE.0);
        assert_eq!(pause(5), Duration::from_millis(60));
        assert_eq!(pause(5000), PAUSE.1);
    }

    #[test]
    fn a_sweep_without_an_end_becomes_impatient() {
        let batch = Duration::from_millis(5);
        let pauses = [0, 299, 300, 599, 600, 86_400]
            .map(|seconds| pause(batch, Duration::from_secs(seconds)).as_millis());
        assert_eq!(pauses, [60, 60, 15, 15, 0, 0]);
    }
}
