//! Jobs that run once: of all processes on one database one has a job's lease.

use crate::clock::Timestamp;
use crate::provider::Provider;
use crate::randomness::{NoRandomness, bytes};
use crate::store::{Job, StoreError, TakeLease};

/// Seconds after which another process goes on with a job, where the one that ran it is gone.
const LEASE: i64 = 30;

/// Seconds after which the holder asks again, so that nobody comes between.
const RENEW: i64 = 10;

/// A job's lease as this process knows it.
pub struct JobLease {
    provider: Provider,
    job: Job,
    holder: [u8; 16],
    /// When it was taken last; nothing where it is another's.
    taken: Option<Timestamp>,
}

impl Provider {
    /// The lease of a job, not taken yet. Each call makes another holder.
    ///
    /// # Errors
    /// No random bytes.
    pub fn job_lease(&self, job: Job) -> Result<JobLease, NoRandomness> {
        Ok(JobLease {
            provider: self.clone(),
            job,
            holder: bytes(self.randomness())?,
            taken: None,
        })
    }
}

impl JobLease {
    /// Whether the job is this holder's now: takes the lease where nobody has it, and renews it in time. The store is asked
    /// every ten seconds, or at every call where the lease is another's. A holder that dies is followed after half a minute.
    ///
    /// # Errors
    /// The store did not answer; then the job is nobody's.
    pub async fn is_held(&mut self) -> Result<bool, StoreError> {
        let now = self.provider.now();
        // A clock that has stepped, either way, is a reason to ask.
        let recent = |taken: Timestamp| (0..RENEW).contains(&now.since(taken));
        if self.taken.is_some_and(recent) {
            return Ok(true);
        }
        self.taken = None;
        let command = TakeLease {
            job: self.job,
            holder: self.holder,
            now,
            seconds: LEASE,
        };
        let held = self.provider.store().take_lease(command).await?;
        self.taken = held.then_some(now);
        Ok(held)
    }
}

impl std::fmt::Debug for JobLease {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("JobLease")
            .field("job", &self.job)
            .field("taken", &self.taken)
            .finish_non_exhaustive()
    }
}
