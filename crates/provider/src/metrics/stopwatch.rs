//! How long something took, for metrics. Decisions ask the injected [`Clock`](crate::Clock): nothing may depend on this one.

use std::time::{Duration, Instant};

/// A stopwatch that runs.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts one.
    #[expect(
        clippy::disallowed_methods,
        reason = "what is measured is the machine; no decision follows from it"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// How long it has run.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
