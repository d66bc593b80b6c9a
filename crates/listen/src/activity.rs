//! What a connection is doing: by this, peers that say nothing are told from peers that wait for an answer, and a
//! connection that can be spared from one that cannot.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};

use tokio::sync::Notify;

/// Counts the requests of one connection, and carries the wish that it leave.
#[derive(Default)]
pub(super) struct Activity {
    begun: AtomicUsize,
    in_flight: AtomicUsize,
    /// Requests in flight that wait for the peer to send more of their body.
    receiving: AtomicUsize,
    /// When it was last used, as a place in the order of all uses of all connections.
    used: AtomicU64,
    is_to_leave: AtomicBool,
    told: Notify,
}

impl Activity {
    /// Counts a request as in flight until the answer is dropped.
    pub(super) fn begin(self: &Arc<Self>, order: &AtomicU64) -> InFlight {
        self.begun.fetch_add(1, Relaxed);
        self.in_flight.fetch_add(1, Relaxed);
        self.use_now(order);
        InFlight(self.clone())
    }

    /// Notes that it is used.
    pub(super) fn use_now(&self, order: &AtomicU64) {
        self.used.store(order.fetch_add(1, Relaxed), Relaxed);
    }

    /// Its place in the order of uses.
    pub(super) fn used(&self) -> u64 {
        self.used.load(Relaxed)
    }

    /// Whether nothing is in flight and nothing began since `last`, which then moves on.
    pub(super) fn is_idle_since(&self, last: &mut usize) -> bool {
        let begun = self.begun.load(Relaxed);
        let idle = begun == *last && self.in_flight.load(Relaxed) == 0;
        *last = begun;
        idle
    }

    /// Whether the peer is waited for, rather than the peer waiting for us.
    pub(super) fn waits_for_its_peer(&self) -> bool {
        self.in_flight.load(Relaxed) <= self.receiving.load(Relaxed)
    }

    /// Asks the connection to leave its place.
    pub(super) fn ask_to_leave(&self) {
        self.is_to_leave.store(true, Relaxed);
        self.told.notify_one();
    }

    /// Whether it was asked to leave.
    pub(super) fn is_to_leave(&self) -> bool {
        self.is_to_leave.load(Relaxed)
    }

    /// Waits until it is asked to leave.
    pub(super) async fn asked_to_leave(&self) {
        while !self.is_to_leave() {
            self.told.notified().await;
        }
    }
}

/// A request that is not answered yet.
pub(super) struct InFlight(Arc<Activity>);

impl InFlight {
    /// The connection it came on.
    pub(super) fn activity(&self) -> Arc<Activity> {
        self.0.clone()
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}

/// A request that waits for the rest of its body.
pub(super) struct Receiving(Arc<Activity>);

impl Receiving {
    /// From now until this is dropped.
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
        let (activity, order) = (Arc::new(Activity::default()), AtomicU64::new(0));
        let mut last = 0;
        assert!(activity.is_idle_since(&mut last));
        let request = activity.begin(&order);
        assert!(!activity.is_idle_since(&mut last));
        assert!(!activity.is_idle_since(&mut last), "it is still in flight");
        drop(request);
        assert!(activity.is_idle_since(&mut last));
        drop(activity.begin(&order));
        assert!(!activity.is_idle_since(&mut last), "one came and went");
    }

    #[test]
    fn a_request_that_waits_for_its_body_waits_for_its_peer() {
        let (activity, order) = (Arc::new(Activity::default()), AtomicU64::new(0));
        assert!(activity.waits_for_its_peer());
        let request = activity.begin(&order);
        assert!(!activity.waits_for_its_peer());
        let receiving = Receiving::from_now(request.activity());
        assert!(activity.waits_for_its_peer());
        let other = activity.begin(&order);
        assert!(!activity.waits_for_its_peer(), "the other is worked on");
        drop((other, receiving));
        assert!(!activity.waits_for_its_peer());
    }
}
