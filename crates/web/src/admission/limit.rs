//! The limit of each class, and the requests that wait for a place.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use pixie_provider::metrics::Label as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::class::RequestClass;

/// The time that a request waits for a place. A burst passes within it, and a client that sends again as soon as it is
/// answered is slowed down.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// The number of requests of each class that are worked on at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    tokens: usize,
    people: usize,
    passwords: usize,
    management: usize,
    waiting: usize,
}

impl Shares {
    /// The shares of `requests` in all: half for [`RequestClass::Tokens`], a quarter for [`RequestClass::People`], an eighth
    /// each for the others, at least one for each. Of each class, `requests` more may wait.
    #[must_use]
    pub fn of(requests: usize) -> Self {
        let part = |of: usize| (requests / of).clamp(1, Semaphore::MAX_PERMITS);
        Self {
            tokens: part(2),
            people: part(4),
            passwords: part(8),
            management: part(8),
            waiting: part(1),
        }
    }

    /// The same shares with at most `max` requests of [`RequestClass::Passwords`]. More than the hashing threads and their
    /// queue take are of no use.
    #[must_use]
    pub fn with_max_passwords(self, max: usize) -> Self {
        Self {
            passwords: self.passwords.min(max.max(1)),
            ..self
        }
    }

    const fn of_class(self, class: RequestClass) -> usize {
        match class {
            RequestClass::Tokens => self.tokens,
            RequestClass::People => self.people,
            RequestClass::Passwords => self.passwords,
            RequestClass::Management => self.management,
        }
    }
}

/// The load of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassLoad {
    /// Requests that are worked on.
    pub in_flight: usize,
    /// Requests that wait for a place.
    pub waiting: usize,
    /// Requests that were turned away since the start.
    pub turned_away: u64,
}

/// The limits of all classes.
pub(crate) struct Admission {
    classes: Box<[ClassLimit]>,
}

struct ClassLimit {
    max: usize,
    permits: Arc<Semaphore>,
    max_waiting: usize,
    waiting: Semaphore,
    turned_away: AtomicU64,
}

impl Admission {
    pub(crate) fn new(shares: Shares) -> Self {
        Self {
            classes: RequestClass::ALL
                .iter()
                .map(|&class| {
                    let max = shares.of_class(class);
                    ClassLimit {
                        max,
                        permits: Arc::new(Semaphore::new(max)),
                        max_waiting: shares.waiting,
                        waiting: Semaphore::new(shares.waiting),
                        turned_away: AtomicU64::new(0),
                    }
                })
                .collect(),
        }
    }

    /// Waits for a place. `None` if too many wait already, or if none is free within [`MAX_WAIT`].
    pub(super) async fn enter(&self, class: RequestClass) -> Option<OwnedSemaphorePermit> {
        let limit = self.of(class);
        let place = limit.find().await;
        if place.is_none() {
            limit.turned_away.fetch_add(1, Relaxed);
        }
        place
    }

    /// The load of a class.
    pub(crate) fn load(&self, class: RequestClass) -> ClassLoad {
        let limit = self.of(class);
        ClassLoad {
            in_flight: limit.max - limit.permits.available_permits(),
            waiting: limit.max_waiting - limit.waiting.available_permits(),
            turned_away: limit.turned_away.load(Relaxed),
        }
    }

    fn of(&self, class: RequestClass) -> &ClassLimit {
        &self.classes[class.index()]
    }
}

impl ClassLimit {
    async fn find(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = self.permits.clone().try_acquire_owned() {
            return Some(place);
        }
        let _waiting = self.waiting.try_acquire().ok()?;
        timeout(MAX_WAIT, self.permits.clone().acquire_owned())
            .await
            .ok()?
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_class_that_is_full_leaves_the_others_their_places() {
        let admission = Admission::new(Shares::of(8));
        let held = admission.enter(RequestClass::Passwords).await;
        assert!(held.is_some());
        assert!(
            admission.enter(RequestClass::Passwords).await.is_none(),
            "its moment is over"
        );
        for class in [
            RequestClass::Tokens,
            RequestClass::People,
            RequestClass::Management,
        ] {
            assert!(admission.enter(class).await.is_some(), "{class:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_bounded_number_waits_and_the_rest_is_turned_away_at_once() {
        let shares = Shares {
            waiting: 1,
            ..Shares::of(8)
        };
        let admission = Admission::new(shares);
        let held = admission.enter(RequestClass::Management).await;
        let mut waits = pin!(admission.enter(RequestClass::Management));
        assert!(is_pending(waits.as_mut()).await);
        let started = tokio::time::Instant::now();
        assert!(admission.enter(RequestClass::Management).await.is_none());
        assert_eq!(started.elapsed(), Duration::ZERO);
        let load = |in_flight, waiting, turned_away| ClassLoad {
            in_flight,
            waiting,
            turned_away,
        };
        assert_eq!(admission.load(RequestClass::Management), load(1, 1, 1));
        drop(held);
        assert!(waits.await.is_some());
        assert_eq!(admission.load(RequestClass::Management), load(0, 0, 1));
    }

    async fn is_pending<T>(future: std::pin::Pin<&mut impl Future<Output = T>>) -> bool {
        tokio::select! {
            biased;
            _ = future => false,
            () = std::future::ready(()) => true,
        }
    }
}
