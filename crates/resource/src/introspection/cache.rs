//! Answers kept for a short time, by the SHA-256 of their tokens; many who ask at once share one request.

use std::future::Future;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use pixie_oauth::IntrospectionResponse;

use crate::{CheckError, Clock};

/// Nothing is kept for longer than a day, whatever the limits say.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How much is kept, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheLimits {
    /// The most answers that are kept, about 500 bytes each.
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
    answers: moka::future::Cache<[u8; 32], Kept>,
}

#[derive(Clone)]
struct Kept {
    answer: Result<IntrospectionResponse, CheckError>,
    /// Seconds since 1970.
    asked_at: i64,
    /// Seconds since 1970; not good at this second any more.
    until: i64,
}

impl Cache {
    pub(super) fn new(limits: CacheLimits) -> Self {
        // The injected clock decides what is good; this only frees the memory of tokens that nobody sends again.
        let longest = limits.active.max(limits.inactive).min(LONGEST);
        let answers = moka::future::Cache::builder()
            .max_capacity(limits.entries)
            .time_to_live(longest)
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
            let asked_at = clock.now();
            let answer = ask.await;
            let until = self.until(asked_at, &answer);
            Kept {
                answer,
                asked_at,
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
    fn until(&self, asked_at: i64, answer: &Result<IntrospectionResponse, CheckError>) -> i64 {
        let after =
            |time: Duration| asked_at.saturating_add(i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
        match answer {
            Ok(answer) if answer.active => {
                let longest = after(self.limits.active);
                answer.exp.map_or(longest, |exp| exp.min(longest))
            }
            Ok(_) => after(self.limits.inactive),
            Err(_) => asked_at,
        }
    }
}

impl Kept {
    /// A clock that was set back makes old answers look new: they are over, too.
    fn is_over(&self, now: i64) -> bool {
        now >= self.until || now < self.asked_at
    }
}
