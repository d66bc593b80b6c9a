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

/// Rows of a batch after which there may well be more: so many go at once of each kind at the least.
const MANY: u64 = 64;

/// After a failure.
const FAILED: Duration = Duration::from_secs(60);

/// Between two batches at the least and at the most: some thousand rows of each kind a second go where little else is done.
const PAUSE: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(100));

/// How patient the sweep is with requests: they have so many times as long as a batch took before the next one comes, because
/// the pages that it touches must be moved from the log into the file as well. After so long without an end as much ends as is
/// swept, and what is kept would grow without bounds.
const PATIENCE: [(Duration, u32); 2] = [(Duration::from_secs(300), 12), (Duration::from_secs(600), 3)];

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
    let first = Instant::now();
    let mut rows = 0;
    while lease.is_held().await? {
        let begun = Instant::now();
        let swept = provider.sweep_batch().await?.total();
        rows += swept;
        let wait = if swept >= MANY {
            pause(begun.elapsed(), first.elapsed())
        } else if provider.give_back_space().await? > 0 {
            // Nobody waits for that.
            PAUSE.1
        } else {
            return Ok(Some(rows));
        };
        sleep(wait).await;
    }
    Ok(None)
}

/// Before the next batch, after one that took so long in a sweep that goes on for so long already. The more requests there are,
/// the longer a batch waits for its commit, and the next one for its turn.
fn pause(batch: Duration, sweeping: Duration) -> Duration {
    let patience = PATIENCE.iter().find(|(until, _)| sweeping < *until);
    patience.map_or(Duration::ZERO, |(_, times)| {
        (batch * *times).clamp(PAUSE.0, PAUSE.1)
    })
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
