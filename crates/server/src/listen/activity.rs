//! Whether a connection is used: by this, peers that say nothing are told from peers that wait for an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Counts the requests of one connection.
#[derive(Default)]
pub(super) struct Activity {
    begun: AtomicUsize,
    in_flight: AtomicUsize,
}

impl Activity {
    /// Counts a request as in flight until the answer is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> InFlight {
        self.begun.fetch_add(1, Relaxed);
        self.in_flight.fetch_add(1, Relaxed);
        InFlight(self.clone())
    }

    /// Whether nothing is in flight and nothing began since `last`, which then moves on.
    pub(super) fn is_idle_since(&self, last: &mut usize) -> bool {
        let begun = self.begun.load(Relaxed);
        let idle = begun == *last && self.in_flight.load(Relaxed) == 0;
        *last = begun;
        idle
    }
}

/// A request that is not answered yet.
pub(super) struct InFlight(Arc<Activity>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_idle_when_nothing_began_and_nothing_is_in_flight() {
        let activity = Arc::new(Activity::default());
        let mut last = 0;
        assert!(activity.is_idle_since(&mut last));
        let request = activity.begin();
        assert!(!activity.is_idle_since(&mut last));
        assert!(!activity.is_idle_since(&mut last), "it is still in flight");
        drop(request);
        assert!(activity.is_idle_since(&mut last));
        drop(activity.begin());
        assert!(!activity.is_idle_since(&mut last), "one came and went");
    }
}
