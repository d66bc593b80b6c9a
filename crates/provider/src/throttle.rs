//! Slowing down those who guess, without locking anybody out (RFC 6819 section 5.1.4.2.3, OWASP ASVS 6.3.1).
//!
//! Failures are counted, not logins. Each failure beyond the free ones doubles the wait until the next try, up to a
//! bound; a try during the wait is turned away and does not prolong it. What is kept is bounded and forgotten.

use std::net::IpAddr;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use moka::sync::Cache;

use crate::clock::Timestamp;
use crate::settings::ThrottleSettings;

/// The number of entries that are kept at the most: some 8 MiB.
const MAX_ENTRIES: u64 = 100_000;

/// The time for which an address of an account or client is remembered after its last use.
const HOME_TTL: Duration = Duration::from_secs(90 * 24 * 3600);

/// An attempt to prove a secret: the account, and the address and browser that try.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt<'a> {
    /// The account or client aimed at.
    pub(crate) account: &'a str,
    /// The address of the sender, if that is known.
    pub(crate) address: Option<IpAddr>,
    /// `true` if this browser has signed in to this account before: failures of strangers then do not slow it down.
    pub(crate) known_device: bool,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

type Key = [u8; 32];

/// Counts failures.
pub(crate) struct Throttle {
    settings: ThrottleSettings,
    failures: Cache<Key, Failures>,
    /// From where a client has shown its secret before.
    homes: Cache<Key, ()>,
}

impl Throttle {
    pub(crate) fn new(settings: ThrottleSettings) -> Self {
        Self {
            settings,
            failures: Cache::builder()
                .max_capacity(MAX_ENTRIES)
                .time_to_live(Duration::from_secs(settings.forget_after.max(1).unsigned_abs()))
                .build(),
            homes: Cache::builder()
                .max_capacity(MAX_ENTRIES)
                .time_to_idle(HOME_TTL)
                .build(),
        }
    }

    /// How many seconds to wait before this attempt, zero for none.
    pub(crate) fn wait(&self, attempt: Attempt<'_>, now: Timestamp) -> i64 {
        self.buckets(attempt)
            .map(|(key, free)| self.wait_of(&key, free, now))
            .into_iter()
            .max()
            .unwrap_or(0)
    }

    /// Notes that it failed.
    pub(crate) fn failed(&self, attempt: Attempt<'_>, now: Timestamp) {
        for (key, _) in self.buckets(attempt) {
            self.failures.entry(key).and_upsert_with(|before| {
                let before = before.map(moka::Entry::into_value);
                let count = before
                    .filter(|failures| self.is_current(failures, now))
                    .map_or(0, |failures| failures.count)
                    .saturating_add(1);
                Failures { count, last: now }
            });
        }
    }

    /// Notes that it succeeded, and forgets the failures before: a sender that knows the secret was not guessing.
    pub(crate) fn succeeded(&self, attempt: Attempt<'_>) {
        let [own, ..] = self.buckets(attempt);
        self.failures.invalidate(&own.0);
    }

    /// Remembers that the account has authenticated from this address. A client has no cookie by which it is known again.
    pub(crate) fn remember_home(&self, account: &str, address: Option<IpAddr>) {
        if let Some(home) = home(account, address) {
            self.homes.insert(home, ());
        }
    }

    /// Returns `true` if the account has authenticated from this address before.
    pub(crate) fn is_home(&self, account: &str, address: Option<IpAddr>) -> bool {
        home(account, address).is_some_and(|home| self.homes.contains_key(&home))
    }

    /// The account from this address, the account from anywhere, the address at any account, each with its number of
    /// free failures. An office shares one address; an attacker has many: so the narrow one is the strict one. A known
    /// device answers only for its own failures. Who has no address is nobody's neighbour.
    fn buckets(&self, attempt: Attempt<'_>) -> [(Key, u32); 3] {
        let address = attempt
            .address
            .map_or_else(String::new, |address| address.to_canonical().to_string());
        let free = self.settings.free_attempts;
        let (own, anywhere, neighbours) = if attempt.known_device {
            ("known device", u32::MAX, u32::MAX)
        } else if attempt.address.is_none() {
            ("both", free.saturating_mul(10), u32::MAX)
        } else {
            ("both", free.saturating_mul(10), free.saturating_mul(20))
        };
        [
            (key(own, attempt.account, &address), free),
            (key("account", attempt.account, ""), anywhere),
            (key("address", "", &address), neighbours),
        ]
    }

    fn current(&self, key: &Key, now: Timestamp) -> Option<Failures> {
        self.failures
            .get(key)
            .filter(|failures| self.is_current(failures, now))
    }

    fn is_current(&self, failures: &Failures, now: Timestamp) -> bool {
        now.since(failures.last).abs() < self.settings.forget_after
    }

    fn wait_of(&self, key: &Key, free: u32, now: Timestamp) -> i64 {
        let Some(failures) = self.current(key, now) else {
            return 0;
        };
        let Some(beyond) = failures.count.checked_sub(free) else {
            return 0;
        };
        let doubled = self
            .settings
            .first_delay
            .saturating_mul(1_i64.checked_shl(beyond.min(30)).unwrap_or(i64::MAX));
        // A clock that was set back makes nobody wait until it is where it was.
        let passed = now.since(failures.last).abs();
        (doubled.min(self.settings.max_delay) - passed).max(0)
    }
}

fn home(account: &str, address: Option<IpAddr>) -> Option<Key> {
    Some(key("home", account, &address?.to_canonical().to_string()))
}

fn key(bucket: &str, account: &str, address: &str) -> Key {
    let mut key = [0; 32];
    key.copy_from_slice(digest(&SHA256, format!("{bucket}\0{account}\0{address}").as_bytes()).as_ref());
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn from(address: [u8; 4]) -> Attempt<'static> {
        Attempt {
            account: "alice",
            address: Some(IpAddr::from(address)),
            known_device: false,
        }
    }

    fn failed(throttle: &Throttle, attempt: Attempt<'_>, times: u32) {
        for _ in 0..times {
            throttle.failed(attempt, START);
        }
    }

    #[test]
    fn each_failure_beyond_the_free_ones_doubles_the_wait_up_to_a_bound() {
        let throttle = Throttle::new(ThrottleSettings::default());
        let attempt = from([192, 0, 2, 1]);
        failed(&throttle, attempt, 4);
        assert_eq!(throttle.wait(attempt, START), 0);
        failed(&throttle, attempt, 1);
        assert_eq!(throttle.wait(attempt, START), 1);
        failed(&throttle, attempt, 3);
        assert_eq!(throttle.wait(attempt, START), 8);
        failed(&throttle, attempt, 60);
        assert_eq!(throttle.wait(attempt, START), 60);
        assert_eq!(throttle.wait(attempt, START.plus(60)), 0);
    }

    #[test]
    fn strangers_do_not_slow_down_another_address_or_a_known_device() {
        let throttle = Throttle::new(ThrottleSettings::default());
        failed(&throttle, from([192, 0, 2, 1]), 20);
        assert_eq!(throttle.wait(from([198, 51, 100, 7]), START), 0);
        failed(&throttle, from([192, 0, 2, 1]), 40);
        assert!(throttle.wait(from([198, 51, 100, 7]), START) > 0);
        assert_eq!(
            throttle.wait(
                Attempt {
                    known_device: true,
                    ..from([198, 51, 100, 7])
                },
                START
            ),
            0
        );
    }

    #[test]
    fn strangers_at_the_same_address_do_not_slow_down_a_known_device() {
        let throttle = Throttle::new(ThrottleSettings::default());
        let stranger = from([192, 0, 2, 1]);
        let known = Attempt {
            known_device: true,
            ..stranger
        };
        failed(&throttle, stranger, 200);
        assert_eq!(throttle.wait(known, START), 0);
        failed(&throttle, known, 5);
        assert_eq!(throttle.wait(known, START), 1);
    }

    #[test]
    fn without_addresses_only_the_account_is_slowed_down() {
        let throttle = Throttle::new(ThrottleSettings::default());
        let nowhere = |account| Attempt {
            account,
            address: None,
            known_device: false,
        };
        failed(&throttle, nowhere("alice"), 200);
        assert_eq!(throttle.wait(nowhere("alice"), START), 60);
        assert_eq!(throttle.wait(nowhere("bob"), START), 0);
    }

    #[test]
    fn success_forgets_what_the_account_failed_from_here_and_nothing_else() {
        let throttle = Throttle::new(ThrottleSettings::default());
        let (here, there) = (from([192, 0, 2, 1]), from([192, 0, 2, 2]));
        failed(&throttle, here, 9);
        failed(&throttle, there, 9);
        throttle.succeeded(here);
        assert_eq!(throttle.wait(here, START), 0);
        assert!(throttle.wait(there, START) > 0);
    }

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_the_same_address() {
        let throttle = Throttle::new(ThrottleSettings::default());
        failed(&throttle, from([192, 0, 2, 1]), 9);
        let mapped = Attempt {
            address: Some("::ffff:192.0.2.1".parse().unwrap()),
            ..from([192, 0, 2, 1])
        };
        assert!(throttle.wait(mapped, START) > 0);
    }

    #[test]
    fn success_and_time_forget_failures() {
        let throttle = Throttle::new(ThrottleSettings::default());
        let attempt = from([192, 0, 2, 1]);
        failed(&throttle, attempt, 9);
        throttle.succeeded(attempt);
        assert_eq!(throttle.wait(attempt, START), 0);
        failed(&throttle, attempt, 9);
        assert_eq!(throttle.wait(attempt, START.plus(900)), 0);
    }

    #[test]
    fn what_is_kept_of_a_flood_of_failures_is_bounded() {
        let throttle = Throttle::new(ThrottleSettings::default());
        for number in 0..60_000_u32 {
            failed(&throttle, from(number.to_be_bytes()), 1);
            throttle.remember_home("client", Some(IpAddr::from(number.to_be_bytes())));
        }
        throttle.failures.run_pending_tasks();
        throttle.homes.run_pending_tasks();
        for kept in [throttle.failures.entry_count(), throttle.homes.entry_count()] {
            assert!(kept > 0 && kept <= MAX_ENTRIES, "{kept}");
        }
        let forgotten = throttle.failures.policy().time_to_live();
        assert_eq!(forgotten, Some(Duration::from_secs(900)));
        assert_eq!(throttle.homes.policy().time_to_idle(), Some(HOME_TTL));
    }

    #[test]
    fn a_clock_that_steps_back_does_not_lock_anybody_out() {
        let throttle = Throttle::new(ThrottleSettings::default());
        let attempt = from([192, 0, 2, 1]);
        failed(&throttle, attempt, 9);
        assert!(throttle.wait(attempt, START.plus(-3600)) <= 60);
    }
}
