//! Responses cached for a short time, by the SHA-256 of their tokens; callers that wait for the same token share one
//! request.

use std::future::Future;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use pixie_oauth::IntrospectionResponse;

use crate::{CheckError, Clock};

/// The maximum time that a response is cached, also if the limits are higher.
const MAX_TTL: Duration = Duration::from_secs(24 * 60 * 60);

/// How much is kept, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheLimits {
    /// The maximum number of cached responses, about 500 bytes each.
    pub entries: u64,
    /// How long a good token counts as good, in whole seconds; never beyond its `exp`. A revocation is seen after at
    /// most this time.
    pub active: Duration,
    /// How long a bad token counts as bad, in whole seconds.
    pub inactive: Duration,
}

impl Default for CacheLimits {
    /// 10,000 answers, 10 seconds, 2 seconds.
    fn default() -> Self {
        Self {
            entries: 10_000,
            active: Duration::from_secs(10),
            inactive: Duration::from_secs(2),
        }
    }
}

/// The cache. It never holds a token: a memory dump or a debugger shows none.
pub(super) struct Cache {
    limits: CacheLimits,
    answers: moka::future::Cache<[u8; 32], CachedResponse>,
}

#[derive(Clone)]
struct CachedResponse {
    answer: Result<IntrospectionResponse, CheckError>,
    /// Seconds since 1970.
    requested_at: i64,
    /// Seconds since 1970; not good at this second any more.
    until: i64,
}

impl Cache {
    pub(super) fn new(limits: CacheLimits) -> Self {
        // The injected clock decides about expiry; this only frees the memory of tokens that are not used any more.
        let max_ttl = limits.active.max(limits.inactive).min(MAX_TTL);
        let answers = moka::future::Cache::builder()
            .max_capacity(limits.entries)
            .time_to_live(max_ttl)
            .build();
        Self { limits, answers }
    }

    /// The kept answer, or the one of `ask`, which runs once for all who want it now.
    pub(super) async fn answer(
        &self,
        token: &str,
        clock: &dyn Clock,
        ask: impl Future<Output = Result<IntrospectionResponse, CheckError>>,
    ) -> Result<IntrospectionResponse, CheckError> {
        let mut key = [0; 32];
        key.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        let fetch = async {
            // The time before the question: the answer may have been true at that moment only.
            let requested_at = clock.now();
            let answer = ask.await;
            let until = self.until(requested_at, &answer);
            CachedResponse {
                answer,
                requested_at,
                until,
            }
        };
        let entry = self.answers.entry(key);
        let kept = entry
            .or_insert_with_if(fetch, |kept| kept.is_over(clock.now()))
            .await;
        kept.into_value().answer
    }

    /// Failures are shared by those who wait for them and then forgotten.
    fn until(&self, requested_at: i64, answer: &Result<IntrospectionResponse, CheckError>) -> i64 {
        let after =
            |time: Duration| requested_at.saturating_add(i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
        match answer {
            Ok(answer) if answer.active => {
                let max_ttl = after(self.limits.active);
                answer.exp.map_or(max_ttl, |exp| exp.min(max_ttl))
            }
            Ok(_) => after(self.limits.inactive),
            Err(_) => requested_at,
        }
    }
}

impl CachedResponse {
    /// A clock that was set back makes old responses look new: these have expired, too.
    fn is_over(&self, now: i64) -> bool {
        now >= self.until || now < self.requested_at
    }
}
