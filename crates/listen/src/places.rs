//! The places of connections. When all are taken, the connection that can best be spared gives way to the next: of the
//! address that has the most, the one that was used least recently.

use std::collections::HashMap;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::activity::{Activity, InFlight};

/// How long a new connection waits for one that gives way.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// After so long without a place, another is asked: somebody else took the first, or it has become busy.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// How many new connections wait at once.
const MOST_WAITING: usize = 256;

/// The places.
pub(super) struct Places {
    free: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    taken: Mutex<Taken>,
    order: AtomicU64,
}

#[derive(Default)]
struct Taken {
    next: u64,
    by_number: HashMap<u64, (IpAddr, Arc<Activity>)>,
    by_address: HashMap<IpAddr, usize>,
}

/// Whether a connection finds a place.
pub(super) enum Found {
    /// It has one.
    Place(Place),
    /// Another was asked to give way.
    Soon(OneLeaves),
    /// Every connection waits for an answer of ours, or too many wait for a place.
    None,
}

/// A place, until it is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    number: u64,
    activity: Arc<Activity>,
    _permit: OwnedSemaphorePermit,
}

/// The hope for the place of one that was asked to give way.
pub(super) struct OneLeaves {
    places: Arc<Places>,
    address: IpAddr,
    _waiting: OwnedSemaphorePermit,
}

impl Places {
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            free: Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))),
            waiting: Arc::new(Semaphore::new(MOST_WAITING)),
            taken: Mutex::default(),
            order: AtomicU64::new(0),
        })
    }

    /// Looks for a place.
    pub(super) fn find(self: &Arc<Self>, address: IpAddr) -> Found {
        if let Ok(permit) = self.free.clone().try_acquire_owned() {
            return Found::Place(self.give(address, permit));
        }
        if !self.ask_one() && !self.taken().is_somebody_leaving() {
            return Found::None;
        }
        match self.waiting.clone().try_acquire_owned() {
            Ok(waiting) => Found::Soon(OneLeaves {
                places: self.clone(),
                address,
                _waiting: waiting,
            }),
            Err(_) => Found::None,
        }
    }

    /// Asks the connection that can best be spared to leave; false where none can.
    fn ask_one(&self) -> bool {
        let taken = self.taken();
        let spared = taken.best_spared();
        spared.map(Activity::ask_to_leave).is_some()
    }

    fn give(self: &Arc<Self>, address: IpAddr, permit: OwnedSemaphorePermit) -> Place {
        let activity = Arc::new(Activity::default());
        activity.use_now(&self.order);
        let mut taken = self.taken();
        let number = taken.next;
        taken.next += 1;
        taken.by_number.insert(number, (address, activity.clone()));
        *taken.by_address.entry(address).or_default() += 1;
        drop(taken);
        Place {
            places: self.clone(),
            number,
            activity,
            _permit: permit,
        }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn is_somebody_leaving(&self) -> bool {
        self.by_number
            .values()
            .any(|(_, activity)| activity.is_to_leave())
    }

    fn best_spared(&self) -> Option<&Activity> {
        let neighbours = |address| self.by_address.get(address).copied().unwrap_or_default();
        self.by_number
            .values()
            .filter(|(_, activity)| activity.waits_for_its_peer() && !activity.is_to_leave())
            .max_by_key(|(address, activity)| (neighbours(address), u64::MAX - activity.used()))
            .map(|(_, activity)| &**activity)
    }
}

impl OneLeaves {
    /// The place; none where it was not left in time.
    pub(super) async fn place(self) -> Option<Place> {
        let mut permit = pin!(self.places.free.clone().acquire_owned());
        let found = timeout(LONGEST_WAIT, async {
            loop {
                match timeout(ASK_AGAIN, permit.as_mut()).await {
                    Ok(permit) => return permit,
                    Err(_) => self.places.ask_one(),
                };
            }
        });
        let permit = found.await.ok()?.ok()?;
        Some(self.places.give(self.address, permit))
    }
}

impl Place {
    /// What its connection is doing.
    pub(super) fn activity(&self) -> &Arc<Activity> {
        &self.activity
    }

    /// Counts a request of its connection as in flight.
    pub(super) fn begin(&self) -> InFlight {
        self.activity.begin(&self.places.order)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        let Some((address, _)) = taken.by_number.remove(&self.number) else {
            return;
        };
        if let Some(count) = taken.by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                taken.by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const THERE: IpAddr = IpAddr::V6(std::net::Ipv6Addr::LOCALHOST);

    fn place(places: &Arc<Places>, address: IpAddr) -> Place {
        match places.find(address) {
            Found::Place(place) => place,
            _ => panic!("no place"),
        }
    }

    #[test]
    fn the_one_used_least_recently_gives_way() {
        let places = Places::new(2);
        let (first, second) = (place(&places, HERE), place(&places, HERE));
        drop(first.begin());
        assert!(matches!(places.find(HERE), Found::Soon(_)));
        assert!(second.activity().is_to_leave() && !first.activity().is_to_leave());
        assert!(matches!(places.find(HERE), Found::Soon(_)));
        assert!(first.activity().is_to_leave());
        assert!(matches!(places.find(HERE), Found::Soon(_)), "they are leaving");
    }

    #[test]
    fn one_that_is_worked_for_never_gives_way() {
        let places = Places::new(1);
        let busy = place(&places, HERE);
        let request = busy.begin();
        assert!(matches!(places.find(HERE), Found::None));
        assert!(!busy.activity().is_to_leave());
        drop(request);
        assert!(matches!(places.find(HERE), Found::Soon(_)), "it was answered");
    }

    #[test]
    fn the_address_with_the_most_connections_gives_way_first() {
        let places = Places::new(3);
        let (only, first, second) = (place(&places, THERE), place(&places, HERE), place(&places, HERE));
        drop((only.begin(), first.begin(), second.begin()));
        assert!(matches!(places.find(THERE), Found::Soon(_)));
        assert!(first.activity().is_to_leave() && !only.activity().is_to_leave());
    }

    #[tokio::test]
    async fn a_place_that_was_left_is_taken_by_whoever_waits_for_it() {
        let places = Places::new(1);
        let first = place(&places, HERE);
        let Found::Soon(soon) = places.find(THERE) else {
            panic!("the first can be spared");
        };
        drop(first);
        assert!(soon.place().await.is_some());
        assert!(places.taken().by_number.is_empty() && places.taken().by_address.is_empty());
    }
}
