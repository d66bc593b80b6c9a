//! Publishes the next signing key when the present one has signed for long enough.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::lease::{self, JobLease};
use crate::base::Base;
use crate::context::Context;
use crate::keys::rotation::rotate_due_keys;
use crate::keys::{Keys, KeysError};
use crate::store::Job;

const INTERVAL: Duration = Duration::from_secs(60);

/// Checks once a minute whether a key is due. Of several processes on one database, the holder of the lease does it. A failure
/// is logged, and the check of the next minute tries again.
pub(super) async fn keep_rotated(context: Arc<Context>) -> Infallible {
    let mut lease = lease::new_lease(&context.base, Job::RotateKeys).await;
    let mut minutes = interval(INTERVAL);
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        minutes.tick().await;
        if let Err(cause) = rotate(&context.base, &context.keys, &mut lease).await {
            tracing::error!(%cause, "the next signing key could not be made; trying again in a minute");
        }
    }
}

async fn rotate(base: &Base, keys: &Keys, lease: &mut JobLease) -> Result<(), KeysError> {
    if lease.is_held().await? {
        rotate_due_keys(base, keys).await?;
    }
    Ok(())
}
