//! Adds what this process counts to the stored counts of the hour.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::base::Base;
use crate::context::Context;
use crate::events::StoreCountsError;
use crate::events::counts::StoredCounts;

/// The pause between two additions.
const PAUSE: Duration = Duration::from_secs(60);

/// Adds again and again. Every process adds what it has counted itself. What could not be added is added the next time.
pub(super) async fn keep_counted(context: Arc<Context>) -> Infallible {
    loop {
        sleep(PAUSE).await;
        if let Err(cause) = store_counts(&context.base, &context.stored_counts).await {
            tracing::error!(%cause, "what was counted could not be stored; trying again in a minute");
        }
    }
}

/// Adds once, if events are stored at all.
pub(crate) async fn store_counts(base: &Base, stored_counts: &StoredCounts) -> Result<(), StoreCountsError> {
    if base.settings.events.retention.is_none() {
        return Ok(());
    }
    let (store, randomness) = (&*base.store, &*base.randomness);
    stored_counts
        .add(&base.metrics, store, randomness, base.now())
        .await
}
