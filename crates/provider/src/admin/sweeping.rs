//! Sweeping away what no longer means anything.

use crate::metrics::Stopwatch;
use crate::provider::Provider;
use crate::store::{StoreError, Sweep, Swept};

/// Rows of each kind that go in one commit: few enough that nobody waits long.
const BATCH: u32 = 500;

impl Provider {
    /// Sweeps one small batch; there may be more where the answer is not zero.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn sweep_batch(&self) -> Result<Swept, StoreError> {
        let now = self.now();
        let unused = self.settings().registration.unused_clients_expire;
        let idle_since = now.plus(-self.settings().lifetimes.session_idle);
        let stopwatch = Stopwatch::start();
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

    /// Sweeps until nothing is left to sweep.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn sweep(&self) -> Result<Swept, StoreError> {
        let mut swept = Swept::default();
        loop {
            let batch = self.sweep_batch().await?;
            if batch.total() == 0 {
                return Ok(swept);
            }
            swept = swept.plus(batch);
        }
    }
}
