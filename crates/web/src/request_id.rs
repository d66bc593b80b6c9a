//! The ids of requests: a random number of this process, then a counter.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use http::HeaderValue;
use pixie_provider::Randomness;

const DIGITS: usize = 20;

/// The id of a request: in its answer's `X-Request-Id`, in the log, on error pages. Twenty hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct RequestId([u8; DIGITS]);

impl RequestId {
    /// The id as text.
    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The id as the value of a header.
    pub(crate) fn header(self) -> Option<HeaderValue> {
        HeaderValue::from_bytes(&self.0).ok()
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(formatter)
    }
}

/// Gives a server's requests their ids. The first half of each is random, so that the lines of several servers and of
/// several starts differ; the second half begins at random and counts.
pub(crate) struct RequestIds {
    server: u64,
    next: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new(randomness: &dyn Randomness) -> Self {
        let mut random = [0; 16];
        // A request without an id of its own is still answered: what is secret asks for randomness itself.
        let _ = randomness.fill(&mut random);
        let random = u128::from_be_bytes(random);
        Self {
            server: (random >> 64) as u64,
            next: AtomicU64::new(random as u64),
        }
    }

    pub(crate) fn next(&self) -> RequestId {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut digits = [0; DIGITS];
        let (server, count) = digits.split_at_mut(DIGITS / 2);
        write_hex(self.server, server);
        write_hex(number, count);
        RequestId(digits)
    }
}

/// The last digits of a number, as many as there is room for.
fn write_hex(mut number: u64, digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(number % 16) as usize];
        number /= 16;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use pixie_provider::CountedRandomness;

    use super::*;

    #[test]
    fn no_two_requests_have_one_id_and_those_of_a_server_begin_alike() {
        let randomness = CountedRandomness::default();
        let [one, other] = [(); 2].map(|()| RequestIds::new(&randomness));
        let ids: Vec<String> = [&one, &one, &other]
            .map(|ids| ids.next().as_str().to_owned())
            .into();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 3);
        assert!(
            ids.iter()
                .all(|id| id.len() == DIGITS && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
        );
        assert_eq!(ids[0][..10], ids[1][..10]);
        assert_ne!(ids[0][..10], ids[2][..10]);
    }

    #[test]
    fn the_count_goes_on_after_its_last_number() {
        let ids = RequestIds {
            server: 0xabc,
            next: AtomicU64::new(u64::MAX),
        };
        assert_eq!(ids.next().as_str(), "0000000abcffffffffff");
        assert_eq!(ids.next().as_str(), "0000000abc0000000000");
    }
}
