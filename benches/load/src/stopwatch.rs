//! The only clock of the measurement.

use std::time::{Duration, Instant};

/// A running stopwatch.
#[derive(Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts one.
    pub(crate) fn start() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "measuring real time is this program's purpose"
        )]
        let now = Instant::now();
        Self(now)
    }

    /// What has passed since the start.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
