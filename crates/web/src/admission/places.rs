//! The places of each class, and the few requests that wait a moment for one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use pixie_provider::metrics::Label as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::class::RequestClass;

/// How long a request may wait for a place: a burst passes, and a flood that sends again as soon as it is answered is
/// slowed down to what costs little.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// How many requests of each class are worked on at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    tokens: usize,
    people: usize,
    passwords: usize,
    management: usize,
    waiting: usize,
}

impl Shares {
    /// Of so many in all, half are for [`RequestClass::Tokens`], a quarter for [`RequestClass::People`], and an eighth
    /// each for the others; at least one for each. Of each class as many wait as are worked on in all.
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

    /// The same with no more [`RequestClass::Passwords`] than that: there is no use in more than the hashing threads and
    /// their queue can take.
    #[must_use]
    pub fn with_passwords_at_most(self, most: usize) -> Self {
        Self {
            passwords: self.passwords.min(most.max(1)),
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

/// How busy a class is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassLoad {
    /// Requests that are worked on.
    pub in_flight: usize,
    /// Requests that wait for a place.
    pub waiting: usize,
    /// Requests that were turned away since the start.
    pub turned_away: u64,
}

/// The places of all classes.
pub(crate) struct Admission {
    classes: Box<[Places]>,
}

struct Places {
    most: usize,
    places: Arc<Semaphore>,
    most_waiting: usize,
    waiting: Semaphore,
    turned_away: AtomicU64,
}

impl Admission {
    pub(crate) fn new(shares: Shares) -> Self {
        Self {
            classes: RequestClass::ALL
                .iter()
                .map(|&class| {
                    let most = shares.of_class(class);
                    Places {
                        most,
                        places: Arc::new(Semaphore::new(most)),
                        most_waiting: shares.waiting,
                        waiting: Semaphore::new(shares.waiting),
                        turned_away: AtomicU64::new(0),
                    }
                })
                .collect(),
        }
    }

    /// A place, at once or after a moment; none where too many wait already or the moment is over.
    pub(super) async fn enter(&self, class: RequestClass) -> Option<OwnedSemaphorePermit> {
        let places = self.of(class);
        let place = places.find().await;
        if place.is_none() {
            places.turned_away.fetch_add(1, Relaxed);
        }
        place
    }

    /// How busy a class is.
    pub(crate) fn load(&self, class: RequestClass) -> ClassLoad {
        let places = self.of(class);
        ClassLoad {
            in_flight: places.most - places.places.available_permits(),
            waiting: places.most_waiting - places.waiting.available_permits(),
            turned_away: places.turned_away.load(Relaxed),
        }
    }

    fn of(&self, class: RequestClass) -> &Places {
        &self.classes[class.index()]
    }
}

impl Places {
    async fn find(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = self.places.clone().try_acquire_owned() {
            return Some(place);
        }
        let _waiting = self.waiting.try_acquire().ok()?;
        timeout(LONGEST_WAIT, self.places.clone().acquire_owned())
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
        let asked = tokio::time::Instant::now();
        assert!(admission.enter(RequestClass::Management).await.is_none());
        assert_eq!(asked.elapsed(), Duration::ZERO);
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
