//! Sweeping away what has expired, in small batches so that nobody waits for it.

use std::time::Duration;

use pixie_provider::Provider;
use pixie_provider::store::{StoreError, Swept};
use tokio::time::{MissedTickBehavior, interval, sleep};

const EVERY: Duration = Duration::from_secs(60);
/// Between two batches, so that requests get their turn.
const PAUSE: Duration = Duration::from_millis(50);

/// Sweeps once a minute until the task is ended. A failure is logged, and the next minute tries again.
pub async fn keep_swept(provider: Provider) {
    let mut minutes = interval(EVERY);
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        minutes.tick().await;
        match sweep(&provider).await {
            Ok(swept) if swept.total() == 0 => {}
            Ok(swept) => tracing::debug!(rows = swept.total(), "swept"),
            Err(cause) => {
                tracing::error!(%cause, "what has expired could not be swept; trying again in a minute");
            }
        }
    }
}

async fn sweep(provider: &Provider) -> Result<Swept, StoreError> {
    let mut swept = Swept::default();
    loop {
        let batch = provider.sweep_batch().await?;
        if batch.total() == 0 {
            return Ok(swept);
        }
        swept = swept.plus(batch);
        sleep(PAUSE).await;
    }
}
