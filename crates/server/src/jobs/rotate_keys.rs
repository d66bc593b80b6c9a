//! Replacing signing keys that have signed for long enough.

use std::time::Duration;

use pixie_provider::store::Job;
use pixie_provider::{JobLease, KeysError, ListedKey, Provider};
use tokio::time::{MissedTickBehavior, interval};

use super::turn::job_lease;

const EVERY: Duration = Duration::from_secs(60);

/// Looks once a minute whether a key is due, until the task is ended; of several processes on one database one does. A failure
/// is logged, and the next minute tries again.
pub async fn keep_keys_rotated(provider: Provider) {
    let mut lease = job_lease(&provider, Job::RotateKeys).await;
    let mut minutes = interval(EVERY);
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        minutes.tick().await;
        match rotate(&provider, &mut lease).await {
            Ok(rotated) => {
                for key in rotated {
                    tracing::info!(kid = key.kid, algorithm = %key.algorithm, "published the next signing key");
                }
            }
            Err(cause) => {
                tracing::error!(%cause, "the next signing key could not be made; trying again in a minute");
            }
        }
    }
}

async fn rotate(provider: &Provider, lease: &mut JobLease) -> Result<Vec<ListedKey>, KeysError> {
    if lease.is_held().await? {
        provider.rotate_due_keys().await
    } else {
        Ok(Vec::new())
    }
}
