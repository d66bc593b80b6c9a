//! The lease that a job takes before it works, so that of several processes one does.

use std::time::Duration;

use pixie_provider::store::Job;
use pixie_provider::{JobLease, Provider};
use tokio::time::sleep;

const AGAIN: Duration = Duration::from_secs(60);

/// The lease of a job, not taken yet.
pub(super) async fn job_lease(provider: &Provider, job: Job) -> JobLease {
    loop {
        match provider.job_lease(job) {
            Ok(lease) => return lease,
            Err(cause) => {
                tracing::error!(%cause, ?job, "a job could not be begun; trying again in a minute");
                sleep(AGAIN).await;
            }
        }
    }
}
