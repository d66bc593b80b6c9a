//! The cached keys of the issuer. One request serves all callers that wait, in a task that outlives each of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pixie_oauth::jose::{JwkSet, RequiredKeys};
use tokio::sync::OwnedMutexGuard;

use super::KeySource;
use crate::{CheckError, Clock};

/// Seconds for which keys are used without asking again.
const FRESH: i64 = 10 * 60;

/// Seconds from one attempt to the next, also from a failed one: a stranger who sends tokens with unknown key ids causes
/// no more requests than this.
const BETWEEN_ATTEMPTS: i64 = 10;

/// The number of seconds for which old keys are used if new ones cannot be fetched. A key that was withdrawn must not be
/// believed for ever because the issuer cannot be reached.
const STALE: i64 = 24 * 60 * 60;

/// The keys of one issuer.
pub(super) struct IssuerKeys(Arc<Shared>);

struct Shared {
    source: Arc<dyn KeySource>,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
    /// Held by the one who fetches.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// The cached keys. Times are seconds since 1970.
#[derive(Default)]
struct Known {
    keys: Option<Arc<JwkSet>>,
    fetched_at: Option<i64>,
    tried_at: Option<i64>,
    failure: Option<CheckError>,
}

/// The answer from the cache.
enum Answer {
    /// This, for now.
    Ready(Result<Arc<JwkSet>, CheckError>),
    /// This, but it is time to ask again.
    Ageing(Arc<JwkSet>),
    /// The keys are missing: wait for a request.
    Wait,
}

impl IssuerKeys {
    pub(super) fn new(source: Arc<dyn KeySource>, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Shared {
            source,
            clock,
            known: Mutex::default(),
            turn: Arc::default(),
        }))
    }

    /// The keys: the cached ones if they have what is required, otherwise fetched ones. Nobody waits while keys that serve
    /// are fetched again.
    pub(super) async fn having(&self, required: RequiredKeys<'_>) -> Result<Arc<JwkSet>, CheckError> {
        let shared = &self.0;
        match shared.answer(required) {
            Answer::Ready(answer) => return answer,
            Answer::Ageing(keys) => {
                if let Ok(turn) = shared.turn.clone().try_lock_owned() {
                    tokio::spawn(shared.clone().refresh(turn));
                }
                return Ok(keys);
            }
            Answer::Wait => {}
        }
        let turn = shared.turn.clone().lock_owned().await;
        // Somebody may have fetched them meanwhile.
        match shared.answer(required) {
            Answer::Ready(answer) => answer,
            Answer::Ageing(keys) => Ok(keys),
            Answer::Wait => {
                // A task of its own: if the first caller disconnects, the others still get the response.
                let _ended = tokio::spawn(shared.clone().refresh(turn)).await;
                let now = shared.clock.now();
                shared.known().without_new_ones(now, required)
            }
        }
    }
}

impl Shared {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, required: RequiredKeys<'_>) -> Answer {
        let now = self.clock.now();
        self.known().answer(now, required)
    }

    async fn refresh(self: Arc<Self>, _turn: OwnedMutexGuard<()>) {
        let fetched = self.source.fetch().await;
        let now = self.clock.now();
        let mut known = self.known();
        known.tried_at = Some(now);
        match fetched {
            Ok(keys) => {
                known.fetched_at = Some(now);
                known.failure = None;
                // The same keys stay the same, so that tokens verified with them are known still.
                let same = known.keys.take().filter(|old| **old == keys);
                known.keys = same.or_else(|| Some(Arc::new(keys)));
            }
            Err(error) => {
                tracing::warn!(%error, "the issuer's keys cannot be fetched; those known are used on");
                known.failure = Some(error);
            }
        }
    }
}

impl Known {
    fn answer(&self, now: i64, required: RequiredKeys<'_>) -> Answer {
        let just_tried = was_within(self.tried_at, now, BETWEEN_ATTEMPTS);
        let usable = self.usable(now).filter(|keys| required.are_in(keys));
        match usable {
            Some(keys) if just_tried || was_within(self.fetched_at, now, FRESH) => {
                Answer::Ready(Ok(keys.clone()))
            }
            Some(keys) => Answer::Ageing(keys.clone()),
            None if just_tried => Answer::Ready(self.without_new_ones(now, required)),
            None => Answer::Wait,
        }
    }

    /// The last keys, while they are not too old.
    fn usable(&self, now: i64) -> Option<&Arc<JwkSet>> {
        let not_too_old = self.fetched_at.is_some_and(|at| now.saturating_sub(at) < STALE);
        self.keys.as_ref().filter(|_| not_too_old)
    }

    /// The last keys, if they are not too old. If the request to the issuer failed, an unknown key may be the issuer's, so
    /// the result is an error.
    fn without_new_ones(&self, now: i64, required: RequiredKeys<'_>) -> Result<Arc<JwkSet>, CheckError> {
        match (self.usable(now), &self.failure) {
            (Some(keys), failure) if failure.is_none() || required.are_in(keys) => Ok(keys.clone()),
            (_, Some(failure)) => Err(failure.clone()),
            _ => Err(CheckError::Unavailable(
                "the issuer's keys are not known".to_owned(),
            )),
        }
    }
}

/// Returns `true` if something happened in the last seconds. If the clock was set back, the result is `false`, so that a
/// wrong time blocks nothing.
fn was_within(at: Option<i64>, now: i64, seconds: i64) -> bool {
    at.is_some_and(|at| (at..at.saturating_add(seconds)).contains(&now))
}
