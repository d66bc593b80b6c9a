//! The activity of a connection: whether it is idle, and whether it may be closed to admit another.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};

use tokio::sync::Notify;

/// Counts the requests of one connection, and tells it when it is evicted.
#[derive(Default)]
pub(super) struct Activity {
    begun: AtomicUsize,
    in_flight: AtomicUsize,
    /// Requests in flight that wait for the peer to send more of their body.
    receiving: AtomicUsize,
    /// The number of its last use, counted over all connections.
    last_use: AtomicU64,
    is_evicted: AtomicBool,
    eviction: Notify,
}

impl Activity {
    /// Counts a request as in flight until the answer is dropped.
    pub(super) fn begin(self: &Arc<Self>, uses: &AtomicU64) -> InFlight {
        self.begun.fetch_add(1, Relaxed);
        self.in_flight.fetch_add(1, Relaxed);
        self.use_now(uses);
        InFlight(self.clone())
    }

    /// Notes that it is used now.
    pub(super) fn use_now(&self, uses: &AtomicU64) {
        self.last_use.store(uses.fetch_add(1, Relaxed), Relaxed);
    }

    /// The number of its last use: the lowest was used least recently.
    pub(super) fn last_use(&self) -> u64 {
        self.last_use.load(Relaxed)
    }

    /// `true` if nothing is in flight and no request began since `last`, which is set to the requests that began so far.
    pub(super) fn is_idle_since(&self, last: &mut usize) -> bool {
        let begun = self.begun.load(Relaxed);
        let idle = begun == *last && self.in_flight.load(Relaxed) == 0;
        *last = begun;
        idle
    }

    /// `true` if every request in flight waits for bytes from the peer.
    pub(super) fn waits_for_its_peer(&self) -> bool {
        self.in_flight.load(Relaxed) <= self.receiving.load(Relaxed)
    }

    /// Tells the connection to close, because another one needs its slot.
    pub(super) fn evict(&self) {
        self.is_evicted.store(true, Relaxed);
        self.eviction.notify_one();
    }

    /// `true` if the connection must close.
    pub(super) fn is_evicted(&self) -> bool {
        self.is_evicted.load(Relaxed)
    }

    /// Waits until the connection must close.
    pub(super) async fn evicted(&self) {
        while !self.is_evicted() {
            self.eviction.notified().await;
        }
    }
}

/// A request in flight, until this is dropped.
pub(super) struct InFlight(Arc<Activity>);

impl InFlight {
    /// The activity of its connection.
    pub(super) fn activity(&self) -> Arc<Activity> {
        self.0.clone()
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}

/// A request that waits for the rest of its body, until this is dropped.
pub(super) struct Receiving(Arc<Activity>);

impl Receiving {
    pub(super) fn from_now(activity: Arc<Activity>) -> Self {
        activity.receiving.fetch_add(1, Relaxed);
        Self(activity)
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        self.0.receiving.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_idle_when_nothing_began_and_nothing_is_in_flight() {
        let (activity, uses) = (Arc::new(Activity::default()), AtomicU64::new(0));
        let mut last = 0;
        assert!(activity.is_idle_since(&mut last));
        let request = activity.begin(&uses);
        assert!(!activity.is_idle_since(&mut last));
        assert!(!activity.is_idle_since(&mut last), "it is still in flight");
        drop(request);
        assert!(activity.is_idle_since(&mut last));
        drop(activity.begin(&uses));
        assert!(!activity.is_idle_since(&mut last), "one came and went");
    }

    #[test]
    fn a_request_that_waits_for_its_body_waits_for_its_peer() {
        let (activity, uses) = (Arc::new(Activity::default()), AtomicU64::new(0));
        assert!(activity.waits_for_its_peer());
        let request = activity.begin(&uses);
        assert!(!activity.waits_for_its_peer());
        let receiving = Receiving::from_now(request.activity());
        assert!(activity.waits_for_its_peer());
        let other = activity.begin(&uses);
        assert!(!activity.waits_for_its_peer(), "the other is worked on");
        drop((other, receiving));
        assert!(!activity.waits_for_its_peer());
    }
}
