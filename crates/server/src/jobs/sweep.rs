//! Sweeping away what has expired, in small batches all the time, so that nobody waits for it and nothing piles up.

use std::time::Duration;

use pixie_provider::store::{Job, StoreError};
use pixie_provider::{JobLease, Provider};
use tokio::time::{Instant, sleep};

use super::turn::job_lease;

/// Before the next look where a good deal expires.
const BUSY: Duration = Duration::from_secs(1);

/// Before the next look where little or nothing expires.
const QUIET: Duration = Duration::from_secs(20);

/// Before the next look whether another process, which sweeps, is gone, or a clock that leapt is believed again.
const ELSEWHERE: Duration = Duration::from_secs(5);

/// Rows that one look finds where a good deal expires.
const MANY: u64 = 100;

/// After a failure.
const FAILED: Duration = Duration::from_secs(60);

/// Between two batches at the least and at the most: some ten thousand tokens a second go where little else is done.
const PAUSE: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(100));

/// Requests have so many times as long as a batch took before the next one comes.
const PATIENCE: u32 = 3;

/// Sweeps until the task is ended; of several processes on one database one does. A failure is logged and tried again in a
/// minute.
pub async fn keep_swept(provider: Provider) {
    let mut lease = job_lease(&provider, Job::Sweep).await;
    loop {
        let wait = match sweep(&provider, &mut lease).await {
            Ok(None) => ELSEWHERE,
            Ok(Some(0)) => QUIET,
            Ok(Some(rows)) => {
                tracing::debug!(rows, "swept");
                if rows < MANY { QUIET } else { BUSY }
            }
            Err(cause) => {
                tracing::error!(%cause, "what has expired could not be swept; trying again in a minute");
                FAILED
            }
        };
        sleep(wait).await;
    }
}

/// Sweeps what has expired, and then makes the file shorter where that is worth it; gives the number of rows that went, or
/// nothing where another process does that, or the clock leapt.
async fn sweep(provider: &Provider, lease: &mut JobLease) -> Result<Option<u64>, StoreError> {
    let mut rows = 0;
    while lease.is_held().await? {
        let begun = Instant::now();
        let swept = provider.sweep_batch().await?.total();
        rows += swept;
        let pause = if swept > 0 {
            // The more requests there are, the longer a batch waits for its commit, and the next one for its turn.
            (begun.elapsed() * PATIENCE).clamp(PAUSE.0, PAUSE.1)
        } else if provider.give_back_space().await? > 0 {
            // Nobody waits for that.
            PAUSE.1
        } else {
            return Ok(Some(rows));
        };
        sleep(pause).await;
    }
    Ok(None)
}
