//! Work that no request waits for, and which of several processes does it.

mod clock;
mod deliver;
pub(crate) mod lease;
mod rotate;
pub(crate) mod runner;
pub(crate) mod sweep;

use std::time::Duration;

pub use lease::JobLease;

/// The pause after a failure, before a job is tried again.
const RETRY: Duration = Duration::from_secs(60);
