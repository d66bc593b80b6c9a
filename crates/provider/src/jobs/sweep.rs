//! Sweeping away what no longer means anything.

use crate::metrics::Stopwatch;
use crate::provider::Provider;
use crate::store::{StoreError, Sweep, Swept};

/// Rows of each kind that go in one commit at the most, which other requests share: about a millisecond of a writer's time.
const BATCH: u32 = 64;

impl Provider {
    /// Sweeps one small batch; there may be more where the answer is not zero.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn sweep_batch(&self) -> Result<Swept, StoreError> {
        let (now, stopwatch) = (self.now(), Stopwatch::start());
        let unused = self.settings().registration.unused_clients_expire;
        let idle_since = now.plus(-self.settings().lifetimes.session_idle);
        let swept = self
            .store()
            .sweep(Sweep {
                now,
                limit: BATCH,
                idle_since,
                unused_clients_since: unused.map(|seconds| now.plus(-seconds)),
            })
            .await?;
        self.metrics().swept(swept, stopwatch.elapsed(), now);
        Ok(swept)
    }

    /// Gives a little of the disk space that nothing uses any more back to the file system; there may be more where the answer
    /// is not zero.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn give_back_space(&self) -> Result<u64, StoreError> {
        self.store().give_back_space().await
    }

    /// Sweeps until nothing is left to sweep, and then gives back the disk space that nothing uses any more.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn sweep(&self) -> Result<Swept, StoreError> {
        let mut swept = Swept::default();
        loop {
            let batch = self.sweep_batch().await?;
            if batch.total() == 0 {
                break;
            }
            swept = swept.plus(batch);
        }
        while self.give_back_space().await? > 0 {}
        Ok(swept)
    }
}
