//! The limit of connections. If it is reached, an idle connection is evicted for a new one: of the address that has the most
//! connections, the one used least recently.

use std::collections::HashMap;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::activity::{Activity, InFlight};

/// How long a new connection waits for an eviction.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// How long before another connection is evicted: the slot of the first was taken, or the first became busy.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);

/// How many new connections wait at once.
const MAX_WAITING: usize = 256;

/// The slots for connections.
pub(super) struct ConnectionLimit {
    free: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    open: Mutex<OpenConnections>,
    uses: AtomicU64,
}

#[derive(Default)]
struct OpenConnections {
    next: u64,
    by_number: HashMap<u64, (IpAddr, Arc<Activity>)>,
    by_address: HashMap<IpAddr, usize>,
}

/// The decision about a new connection.
pub(super) enum Admission {
    /// It is served.
    Admitted(Slot),
    /// It waits for the slot of a connection that is evicted.
    Evicting(Eviction),
    /// It is refused: every connection is busy, or too many wait.
    Full,
}

/// The slot of one connection, until it is dropped.
pub(super) struct Slot {
    limit: Arc<ConnectionLimit>,
    number: u64,
    activity: Arc<Activity>,
    _permit: OwnedSemaphorePermit,
}

/// The wait for the slot of an evicted connection.
pub(super) struct Eviction {
    limit: Arc<ConnectionLimit>,
    address: IpAddr,
    _waiting: OwnedSemaphorePermit,
}

impl ConnectionLimit {
    pub(super) fn new(max_connections: usize) -> Arc<Self> {
        Arc::new(Self {
            free: Arc::new(Semaphore::new(max_connections.min(Semaphore::MAX_PERMITS))),
            waiting: Arc::new(Semaphore::new(MAX_WAITING)),
            open: Mutex::default(),
            uses: AtomicU64::new(0),
        })
    }

    /// Decides about a new connection from an address.
    pub(super) fn admit(self: &Arc<Self>, address: IpAddr) -> Admission {
        if let Ok(permit) = self.free.clone().try_acquire_owned() {
            return Admission::Admitted(self.open(address, permit));
        }
        if !self.evict_one() && !self.connections().is_one_evicted() {
            return Admission::Full;
        }
        match self.waiting.clone().try_acquire_owned() {
            Ok(waiting) => Admission::Evicting(Eviction {
                limit: self.clone(),
                address,
                _waiting: waiting,
            }),
            Err(_) => Admission::Full,
        }
    }

    /// Evicts one connection; false if all are busy or evicted already.
    fn evict_one(&self) -> bool {
        let connections = self.connections();
        let idle = connections.to_evict();
        idle.map(Activity::evict).is_some()
    }

    fn open(self: &Arc<Self>, address: IpAddr, permit: OwnedSemaphorePermit) -> Slot {
        let activity = Arc::new(Activity::default());
        activity.use_now(&self.uses);
        let mut connections = self.connections();
        let number = connections.next;
        connections.next += 1;
        connections.by_number.insert(number, (address, activity.clone()));
        *connections.by_address.entry(address).or_default() += 1;
        drop(connections);
        Slot {
            limit: self.clone(),
            number,
            activity,
            _permit: permit,
        }
    }

    fn connections(&self) -> MutexGuard<'_, OpenConnections> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenConnections {
    fn is_one_evicted(&self) -> bool {
        self.by_number.values().any(|(_, activity)| activity.is_evicted())
    }

    fn to_evict(&self) -> Option<&Activity> {
        let neighbours = |address| self.by_address.get(address).copied().unwrap_or_default();
        self.by_number
            .values()
            .filter(|(_, activity)| activity.waits_for_its_peer() && !activity.is_evicted())
            .max_by_key(|(address, activity)| (neighbours(address), u64::MAX - activity.last_use()))
            .map(|(_, activity)| &**activity)
    }
}

impl Eviction {
    /// Waits for the slot; none if no connection closed in time.
    pub(super) async fn slot(self) -> Option<Slot> {
        let mut permit = pin!(self.limit.free.clone().acquire_owned());
        let freed = timeout(MAX_WAIT, async {
            loop {
                match timeout(RETRY_INTERVAL, permit.as_mut()).await {
                    Ok(permit) => return permit,
                    Err(_) => self.limit.evict_one(),
                };
            }
        });
        let permit = freed.await.ok()?.ok()?;
        Some(self.limit.open(self.address, permit))
    }
}

impl Slot {
    /// The activity of its connection.
    pub(super) fn activity(&self) -> &Arc<Activity> {
        &self.activity
    }

    /// Counts a request of its connection as in flight.
    pub(super) fn begin(&self) -> InFlight {
        self.activity.begin(&self.limit.uses)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut connections = self.limit.connections();
        let Some((address, _)) = connections.by_number.remove(&self.number) else {
            return;
        };
        if let Some(count) = connections.by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                connections.by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const THERE: IpAddr = IpAddr::V6(std::net::Ipv6Addr::LOCALHOST);

    fn slot(limit: &Arc<ConnectionLimit>, address: IpAddr) -> Slot {
        match limit.admit(address) {
            Admission::Admitted(slot) => slot,
            _ => panic!("no slot"),
        }
    }

    #[test]
    fn the_connection_used_least_recently_is_evicted() {
        let limit = ConnectionLimit::new(2);
        let (first, second) = (slot(&limit, HERE), slot(&limit, HERE));
        drop(first.begin());
        assert!(matches!(limit.admit(HERE), Admission::Evicting(_)));
        assert!(second.activity().is_evicted() && !first.activity().is_evicted());
        assert!(matches!(limit.admit(HERE), Admission::Evicting(_)));
        assert!(first.activity().is_evicted());
        assert!(
            matches!(limit.admit(HERE), Admission::Evicting(_)),
            "both are being closed"
        );
    }

    #[test]
    fn a_busy_connection_is_never_evicted() {
        let limit = ConnectionLimit::new(1);
        let busy = slot(&limit, HERE);
        let request = busy.begin();
        assert!(matches!(limit.admit(HERE), Admission::Full));
        assert!(!busy.activity().is_evicted());
        drop(request);
        assert!(
            matches!(limit.admit(HERE), Admission::Evicting(_)),
            "it was answered"
        );
    }

    #[test]
    fn the_address_with_the_most_connections_loses_one_first() {
        let limit = ConnectionLimit::new(3);
        let (only, first, second) = (slot(&limit, THERE), slot(&limit, HERE), slot(&limit, HERE));
        drop((only.begin(), first.begin(), second.begin()));
        assert!(matches!(limit.admit(THERE), Admission::Evicting(_)));
        assert!(first.activity().is_evicted() && !only.activity().is_evicted());
    }

    #[tokio::test]
    async fn the_slot_of_a_closed_connection_goes_to_one_that_waits() {
        let limit = ConnectionLimit::new(1);
        let first = slot(&limit, HERE);
        let Admission::Evicting(eviction) = limit.admit(THERE) else {
            panic!("the first is idle");
        };
        drop(first);
        assert!(eviction.slot().await.is_some());
        assert!(limit.connections().by_number.is_empty() && limit.connections().by_address.is_empty());
    }
}
