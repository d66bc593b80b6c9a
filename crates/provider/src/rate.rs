//! How often strangers may have something stored in an hour, such as a client or an account, from one address and in all.
//!
//! A bucket holds an hour's worth and fills evenly. What is kept is one moment for each address, bounded and forgotten.

use std::net::IpAddr;
use std::time::Duration;

use moka::sync::Cache;

use crate::clock::Timestamp;

/// Addresses that are kept at the most: some 8 MiB.
const MAX_ENTRIES: u64 = 100_000;
const HOUR: i64 = 3_600_000;
/// A bucket that nobody took from for an hour is full, and so is one that is not kept.
const ENTRY_TTL: Duration = Duration::from_secs(3600);

/// The owner of a bucket. A network of IPv6 that one customer is given counts as one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Bucket {
    Everybody,
    Address([u8; 8]),
}

/// Attempts an hour; 0 if there is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// From one address.
    pub(crate) per_address: u32,
    /// From all of them.
    pub(crate) in_all: u32,
}

/// Counts attempts for each key, and refuses those above the rate.
pub(crate) struct Rate {
    /// When each bucket is full again, milliseconds since 1970.
    full_at: Cache<Bucket, i64>,
    limits: Limits,
}

impl Rate {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            full_at: Cache::builder()
                .max_capacity(MAX_ENTRIES)
                .time_to_live(ENTRY_TTL)
                .build(),
            limits,
        }
    }

    /// Takes one, or says how many seconds to wait for one.
    pub(crate) fn take(&self, address: Option<IpAddr>, now: Timestamp) -> Result<(), i64> {
        if let Some(address) = address {
            self.take_from(bucket_of(address), self.limits.per_address, now)?;
        }
        self.take_from(Bucket::Everybody, self.limits.in_all, now)
    }

    fn take_from(&self, bucket: Bucket, per_hour: u32, now: Timestamp) -> Result<(), i64> {
        if per_hour == 0 {
            return Ok(());
        }
        let interval = HOUR / i64::from(per_hour);
        let now = now.seconds().saturating_mul(1000);
        let mut taken = Ok(());
        self.full_at.entry(bucket).and_upsert_with(|before| {
            // A clock that stepped back must not lock anybody out.
            let before = before.map_or(now, |before| {
                before.into_value().clamp(now, now.saturating_add(HOUR))
            });
            let after = before.saturating_add(interval);
            let over = after - now - HOUR;
            if over > 0 {
                taken = Err((over + 999) / 1000);
                before
            } else {
                after
            }
        });
        taken
    }
}

fn bucket_of(address: IpAddr) -> Bucket {
    let mut bytes = [0; 8];
    match address.to_canonical() {
        // 2002::/16 would hold every IPv4 address; a leading 0 is nobody's network of IPv6.
        IpAddr::V4(address) => bytes[4..].copy_from_slice(&address.octets()),
        IpAddr::V6(address) => bytes.copy_from_slice(&address.octets()[..8]),
    }
    Bucket::Address(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn rate(per_address: u32, in_all: u32) -> Rate {
        Rate::new(Limits { per_address, in_all })
    }

    fn at(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn an_address_registers_an_hours_worth_and_then_waits() {
        let rate = rate(60, 0);
        for _ in 0..60 {
            assert_eq!(rate.take(at("192.0.2.1"), START), Ok(()));
        }
        assert_eq!(rate.take(at("192.0.2.1"), START), Err(60));
        assert_eq!(rate.take(at("192.0.2.2"), START), Ok(()));
        assert_eq!(rate.take(at("192.0.2.1"), START.plus(60)), Ok(()));
        assert_eq!(rate.take(at("192.0.2.1"), START.plus(60)), Err(60));
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        let rate = rate(1, 0);
        assert_eq!(rate.take(at("2001:db8:0:1::1"), START), Ok(()));
        assert_eq!(rate.take(at("2001:db8:0:1:ffff::2"), START), Err(3600));
        assert_eq!(rate.take(at("2001:db8:0:2::1"), START), Ok(()));
        assert_eq!(rate.take(at("::ffff:192.0.2.1"), START), Ok(()));
        assert_eq!(rate.take(at("192.0.2.1"), START), Err(3600));
    }

    #[test]
    fn all_addresses_together_are_bounded() {
        let rate = rate(0, 2);
        assert_eq!(rate.take(at("192.0.2.1"), START), Ok(()));
        assert_eq!(rate.take(None, START), Ok(()));
        assert_eq!(rate.take(at("192.0.2.3"), START), Err(1800));
    }

    #[test]
    fn what_is_kept_of_a_flood_of_addresses_is_bounded() {
        let rate = rate(1, 0);
        for number in 0..120_000_u32 {
            rate.take(Some(IpAddr::from(number.to_be_bytes())), START)
                .unwrap();
        }
        rate.full_at.run_pending_tasks();
        let kept = rate.full_at.entry_count();
        assert!(kept > 0 && kept <= MAX_ENTRIES, "{kept}");
        assert_eq!(rate.full_at.policy().time_to_live(), Some(ENTRY_TTL));
    }

    #[test]
    fn a_clock_that_steps_back_does_not_lock_anybody_out() {
        let rate = rate(2, 0);
        assert_eq!(rate.take(at("192.0.2.1"), START), Ok(()));
        let back = START.plus(-365 * 24 * 3600);
        assert_eq!(rate.take(at("192.0.2.1"), back), Err(1800));
        assert_eq!(rate.take(at("192.0.2.1"), back.plus(1800)), Ok(()));
    }
}
