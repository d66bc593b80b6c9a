//! Work in the background, and what is counted.

use super::Provider;
use super::metrics;
use crate::jobs::{count, lease, mails, runner, sweep};
use crate::logout::back_channel;
use crate::metrics::Metric;
use crate::store::{Job, StoreError, Swept};
use crate::{Delivered, JobLease, RandomnessError, SentMails, StoreCountsError};
use std::sync::Arc;

impl Provider {
    /// Does everything that a provider does beside answering requests, until the future is dropped: deletes expired rows and
    /// gives their disk space back, publishes the next signing keys in time, tells applications of ended sessions
    /// (OpenID Connect Back-Channel Logout 1.0), sends the mails that wait, and adds what was counted to the stored counts of the hour.
    ///
    /// Run it once in each process that serves requests: `tokio::spawn(provider.run_jobs())`. Of several processes on one
    /// database, one at a time sweeps and one rotates keys, and each delivery and mail is made by one of them. A failure is logged, and
    /// the job tries again. The other methods of this kind ([`Provider::sweep`], [`Provider::rotate_due_keys`],
    /// [`Provider::deliver_logouts`], [`Provider::send_mails`], [`Provider::store_event_counts`]) are single steps, for commands and for applications that have a schedule of their own.
    pub fn run_jobs(&self) -> impl Future<Output = ()> + Send + use<> {
        runner::run(Arc::clone(&self.context))
    }

    /// The lease of a job, not taken yet, for applications that run single steps on a schedule of their own. Each call makes
    /// another holder.
    ///
    /// # Errors
    /// No random bytes.
    pub fn job_lease(&self, job: Job) -> Result<JobLease, RandomnessError> {
        lease::job_lease(&self.context.base, job)
    }

    /// Sweeps until no expired row is left, and then gives unused disk space back. It needs no lease and makes no pauses.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn sweep(&self) -> Result<Swept, StoreError> {
        sweep::sweep(&self.context.base).await
    }

    /// Tells every client whose delivery is due, several at once, and counts the outcomes. Each attempt takes as long as the
    /// [`crate::Outbound`] of this provider allows. Several tasks and several nodes may do this at the same time.
    ///
    /// # Errors
    /// The store did not answer. Deliveries that were begun are tried again a minute later.
    pub async fn deliver_logouts(&self) -> Result<Delivered, StoreError> {
        back_channel::deliver_logouts(&self.context).await
    }

    /// Sends every mail that is due, a few at once, and says how that ended. Several tasks and several nodes may do this at the
    /// same time: each mail is sent by one of them. A mail whose sender died is sent again two minutes later, by another.
    ///
    /// # Errors
    /// The store did not answer. Mails that were begun are tried again two minutes later.
    pub async fn send_mails(&self) -> Result<SentMails, StoreError> {
        mails::send_due_mails(&self.context).await
    }

    /// Adds what this process has counted since the last time to the stored counts of the hour.
    ///
    /// # Errors
    /// See [`StoreCountsError`]. What was not added is added the next time.
    pub async fn store_event_counts(&self) -> Result<(), StoreCountsError> {
        count::store_counts(&self.context.base, &self.context.stored_counts).await
    }

    /// The metrics of this provider and its store, as plain numbers; the list of [`Web`](https://docs.rs/pixie-web)
    /// includes it.
    pub fn metrics(&self) -> Vec<Metric> {
        metrics::metrics(&self.context)
    }
}
