//! Jobs that run once: of all processes on one database one has a job's lease, and nobody while the clock has just leapt.

use super::clock::{ClockCourse, SETTLED, Sight};
use crate::clock::Timestamp;
use std::sync::Arc;

use crate::base::Base;
use crate::randomness::{NoRandomness, bytes};
use crate::store::{Job, StoreError, TakeLease};

/// Seconds after which another process goes on with a job, where the one that ran it is gone.
const LEASE: i64 = 30;

/// Seconds after which the holder asks again, so that nobody comes between.
const RENEW: i64 = 10;

/// A job's lease as this process knows it.
pub struct JobLease {
    base: Arc<Base>,
    job: Job,
    holder: [u8; 16],
    /// When it was taken last; nothing where it is another's.
    taken: Option<Timestamp>,
    /// What the clock showed; nothing before the first look.
    course: Option<ClockCourse>,
}

pub(crate) fn job_lease(base: &Arc<Base>, job: Job) -> Result<JobLease, NoRandomness> {
    Ok(JobLease {
        base: Arc::clone(base),
        job,
        holder: bytes(&*base.randomness)?,
        taken: None,
        course: None,
    })
}

impl JobLease {
    /// Whether the job is this holder's now: takes the lease where nobody has it, and renews it in time. The store is asked
    /// every ten seconds, or at every call where the lease is another's. A holder that dies is followed after half a minute.
    ///
    /// After a leap of the clock, also one since any process had the lease, the job is not this holder's until the clock is
    /// back where it would be, or has gone on steadily for an hour: what is done at a wrong time is not undone by the right
    /// one. That is logged.
    ///
    /// # Errors
    /// The store did not answer; then the job is nobody's.
    pub async fn is_held(&mut self) -> Result<bool, StoreError> {
        let now = self.base.now();
        if !self.believes(now).await? {
            // Not renewed either: the row goes on to tell whoever starts meanwhile when the clock was last believed.
            self.taken = None;
            return Ok(false);
        }
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
        let held = self.base.store.take_lease(command).await?;
        self.taken = held.then_some(now);
        Ok(held)
    }

    async fn believes(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        let job = self.job.name();
        let mut course = match self.course {
            Some(course) => course,
            None => {
                let ends = self.base.store.lease_ends(self.job).await?;
                ClockCourse::since(ends.map(|ends| ends.plus(-LEASE)))
            }
        };
        let sight = course.look(now);
        self.course = Some(course);
        match sight {
            Sight::Believed | Sight::Doubted => {}
            Sight::BelievedAgain => tracing::info!(job, "the clock is believed again; the job goes on"),
            Sight::Leapt(seconds) => tracing::warn!(
                job,
                seconds,
                "the clock leapt ahead, or nothing ran for so long: the job waits for {} minutes of a steady clock, or until \
                 the clock is set back, so that a wrong time deletes nothing and makes no keys",
                SETTLED / 60
            ),
        }
        Ok(matches!(sight, Sight::Believed | Sight::BelievedAgain))
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
