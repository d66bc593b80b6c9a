//! Work in the background, and what is counted.

use super::Provider;
use crate::jobs::lease;
use crate::jobs::sweep;
use crate::metrics::observed;
use crate::store::{Job, StoreError, Swept};
use crate::{JobLease, NoRandomness};
use prometheus_client::registry::Registry;

impl Provider {
    /// The lease of a job, not taken yet. Each call makes another holder.
    ///
    /// # Errors
    /// No random bytes.
    pub fn job_lease(&self, job: Job) -> Result<JobLease, NoRandomness> {
        lease::job_lease(&self.context.base, job)
    }

    /// Sweeps one small batch; there may be more where the answer is not zero.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn sweep_batch(&self) -> Result<Swept, StoreError> {
        sweep::sweep_batch(&self.context.base).await
    }

    /// Gives a little of the disk space that nothing uses any more back to the file system; there may be more where the answer
    /// is not zero.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn give_back_space(&self) -> Result<u64, StoreError> {
        sweep::give_back_space(&*self.context.base.store).await
    }

    /// Sweeps until nothing is left to sweep, and then gives back the disk space that nothing uses any more.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn sweep(&self) -> Result<Swept, StoreError> {
        sweep::sweep(&self.context.base).await
    }

    /// Registers what this provider and its store count; [`Web`](https://docs.rs/pixie-web)'s own method includes it.
    pub fn register_metrics(&self, registry: &mut Registry) {
        observed::register_metrics(&self.context, registry);
    }
}
