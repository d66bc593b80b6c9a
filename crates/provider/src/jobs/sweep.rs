//! Sweeping away what no longer means anything.

use crate::base::Base;
use crate::metrics::Stopwatch;
use crate::store::Store;
use crate::store::{StoreError, Sweep, Swept};

/// Rows of each kind that go in one commit at the most, which other requests share: about a millisecond of a writer's time.
const BATCH: u32 = 64;

pub(crate) async fn sweep_batch(base: &Base) -> Result<Swept, StoreError> {
    let (now, stopwatch) = (base.now(), Stopwatch::start());
    let unused = base.settings.registration.unused_clients_expire;
    let idle_since = now.plus(-base.settings.lifetimes.session_idle);
    let swept = base
        .store
        .sweep(Sweep {
            now,
            limit: BATCH,
            idle_since,
            unused_clients_since: unused.map(|seconds| now.plus(-seconds)),
        })
        .await?;
    base.metrics.swept(swept, stopwatch.elapsed(), now);
    Ok(swept)
}

pub(crate) async fn give_back_space(store: &dyn Store) -> Result<u64, StoreError> {
    store.give_back_space().await
}

pub(crate) async fn sweep(base: &Base) -> Result<Swept, StoreError> {
    let mut swept = Swept::default();
    loop {
        let batch = sweep_batch(base).await?;
        if batch.total() == 0 {
            break;
        }
        swept = swept.plus(batch);
    }
    while give_back_space(&*base.store).await? > 0 {}
    Ok(swept)
}
