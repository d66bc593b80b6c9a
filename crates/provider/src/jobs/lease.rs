//! Leases of jobs: of all processes on one database one holds the lease of a job, and none while its clock is not trusted.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::clock::{ClockJumpGuard, ClockTrust, STEADY};
use crate::base::Base;
use crate::clock::Timestamp;
use crate::randomness::{RandomnessError, bytes};
use crate::store::{Job, StoreError, TakeLease};

/// The pause after a failure, before a job tries again.
pub(super) const RETRY: Duration = Duration::from_secs(60);

/// Seconds after which another process may take the lease, if its holder does not renew it.
const LEASE: i64 = 30;

/// Seconds after which the holder renews the lease.
const RENEW: i64 = 10;

/// The lease of a job, as this process knows it.
pub struct JobLease {
    base: Arc<Base>,
    job: Job,
    holder: [u8; 16],
    /// The time at which it was last taken; `None` if this process does not hold it.
    taken: Option<Timestamp>,
    /// `None` before the first call of [`JobLease::is_held`].
    guard: Option<ClockJumpGuard>,
}

pub(crate) fn job_lease(base: &Arc<Base>, job: Job) -> Result<JobLease, RandomnessError> {
    Ok(JobLease {
        base: Arc::clone(base),
        job,
        holder: bytes(&*base.randomness)?,
        taken: None,
        guard: None,
    })
}

/// Makes a lease for a job of this process. If there are no random bytes, it logs that and tries again in a minute.
pub(super) async fn new_lease(base: &Arc<Base>, job: Job) -> JobLease {
    loop {
        match job_lease(base, job) {
            Ok(lease) => return lease,
            Err(cause) => {
                tracing::error!(%cause, job = job.name(), "a job could not be begun; trying again in a minute");
                sleep(RETRY).await;
            }
        }
    }
}

impl JobLease {
    /// Takes the lease if no other process holds it, renews it in time, and says whether this process holds it now. It asks the
    /// store every ten seconds, or at every call while another process holds the lease. If the holder dies, another process
    /// can take the lease after 30 seconds.
    ///
    /// If the clock has jumped ahead by more than ten minutes, also if that happened since any process last took the lease, no
    /// process gets the lease until the clock is set back or has been steady for an hour: what a job deletes at a wrong time
    /// does not come back. The jump is logged.
    ///
    /// # Errors
    /// The store did not answer. Then this process does not hold the lease.
    pub async fn is_held(&mut self) -> Result<bool, StoreError> {
        let now = self.base.now();
        if !self.trusts_clock(now).await? {
            // The lease is not renewed either: from its row, a process that starts meanwhile learns when a clock was last
            // trusted.
            self.taken = None;
            return Ok(false);
        }
        // After a step of the clock in either direction the store is asked.
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
        let held = self.base.store.take_lease(command).await?;
        self.taken = held.then_some(now);
        Ok(held)
    }

    async fn trusts_clock(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        let job = self.job.name();
        let mut guard = match self.guard {
            Some(guard) => guard,
            None => {
                let ends = self.base.store.lease_ends(self.job).await?;
                ClockJumpGuard::since(ends.map(|ends| ends.plus(-LEASE)))
            }
        };
        let trust = guard.read(now);
        self.guard = Some(guard);
        match trust {
            ClockTrust::Trusted | ClockTrust::Distrusted => {}
            ClockTrust::TrustedAgain => tracing::info!(job, "the clock is trusted again; the job goes on"),
            ClockTrust::Jumped(seconds) => tracing::warn!(
                job,
                seconds,
                "the clock jumped ahead, or nothing ran for so long: the job waits for {} minutes of a steady clock, or until \
                 the clock is set back, so that a wrong time deletes nothing and makes no keys",
                STEADY / 60
            ),
        }
        Ok(matches!(trust, ClockTrust::Trusted | ClockTrust::TrustedAgain))
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
