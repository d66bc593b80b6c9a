//! Keys that clients and upstream providers keep at an address (RFC 7591 section 2, `jwks_uri`), fetched when they are needed and
//! kept for a while.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use moka::sync::Cache;
use pixie_oauth::jose::{JwkSet, RequiredKeys};
use serde_json::Value;
use tokio::sync::OwnedMutexGuard;
use tracing::Instrument;

use super::ClientKeysError;
use crate::clock::{Clock, Timestamp};
use crate::ids::ClientKey;
use crate::outbound::{Fetch, Outbound, Purpose};

/// Addresses whose keys are kept at once; a bound on memory.
const MAX_ADDRESSES: u64 = 1000;

/// Bytes of a key set at most.
const MAX_BYTES: usize = 64 * 1024;

/// Seconds for which a set counts as fresh at least and at most; other values from its server are clamped.
const FRESH: (i64, i64) = (60, 60 * 60);

/// Seconds from one attempt to the next, also from a failed one: a stranger who sends tokens with unknown key ids causes
/// no more requests than this.
const BETWEEN_ATTEMPTS: i64 = 10;

/// Seconds for which an old set is used if no new one can be fetched: a withdrawn key must not be accepted for ever
/// because the server of the client cannot be reached.
const STALE: i64 = 24 * 60 * 60;

/// The one whose keys are at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum KeyOwner {
    /// A client.
    Client(ClientKey),
    /// An upstream provider.
    Upstream {
        /// See [`Purpose::Upstream`].
        named_by_operator: bool,
    },
}

/// The key sets of all addresses, those of each client for itself: a client that registers an address that is known gets the keys
/// that are there now (OpenID Connect Core section 10.1.1).
pub(crate) struct RemoteKeys {
    addresses: Cache<(KeyOwner, String), Arc<Address>>,
    outside: Outside,
}

/// The dependencies of a fetch.
#[derive(Clone)]
struct Outside {
    outbound: Arc<dyn Outbound>,
    clock: Arc<dyn Clock>,
}

/// One address.
#[derive(Default)]
struct Address {
    known: Mutex<Known>,
    /// Held by the one who fetches, so that many who need the keys at once cause one request.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// The keys that an address gave, and the last attempt to fetch them.
#[derive(Default)]
struct Known {
    keys: Option<Arc<JwkSet>>,
    fresh_until: Option<Timestamp>,
    stale_until: Option<Timestamp>,
    tried_at: Option<Timestamp>,
    failure: Option<ClientKeysError>,
}

impl RemoteKeys {
    /// None yet.
    pub(crate) fn new(outbound: Arc<dyn Outbound>, clock: Arc<dyn Clock>) -> Self {
        Self {
            addresses: Cache::builder()
                .max_capacity(MAX_ADDRESSES)
                .time_to_idle(Duration::from_secs(STALE.unsigned_abs()))
                .build(),
            outside: Outside { outbound, clock },
        }
    }

    /// The keys at an address: the cached ones if they are fresh and have the required key, otherwise fetched ones.
    pub(super) async fn at(
        &self,
        owner: KeyOwner,
        uri: &str,
        required: RequiredKeys<'_>,
    ) -> Result<Arc<JwkSet>, ClientKeysError> {
        let address = self
            .addresses
            .entry((owner, uri.to_owned()))
            .or_default()
            .into_value();
        if let Some(answer) = address.known().answer(self.outside.clock.now(), required) {
            return answer;
        }
        let turn = address.turn.clone().lock_owned().await;
        // Somebody may have fetched them meanwhile.
        if let Some(answer) = address.known().answer(self.outside.clock.now(), required) {
            return answer;
        }
        // A task of its own: a caller that hangs up does not cancel the fetch for the other callers.
        let outside = self.outside.clone();
        let task = outside.refresh((owner, uri.to_owned()), address, turn);
        let task = tokio::spawn(task.in_current_span());
        task.await.unwrap_or(Err(ClientKeysError::Unavailable))
    }
}

impl Outside {
    async fn refresh(
        self,
        (owner, url): (KeyOwner, String),
        address: Arc<Address>,
        _turn: OwnedMutexGuard<()>,
    ) -> Result<Arc<JwkSet>, ClientKeysError> {
        // The path and the query are the client's own; no log needs them.
        let host = url.split('/').nth(2).unwrap_or_default().to_owned();
        let fetched = self.fetch(owner, url).await;
        let (now, mut known) = (self.clock.now(), address.known());
        known.tried_at = Some(now);
        match fetched {
            Ok((keys, max_age)) => {
                tracing::debug!(host, keys = keys.keys().len(), "keys fetched");
                known.fresh_until = Some(now.plus(max_age.unwrap_or(FRESH.0).clamp(FRESH.0, FRESH.1)));
                known.stale_until = Some(now.plus(STALE));
                known.failure = None;
                Ok(known.keys.insert(Arc::new(keys)).clone())
            }
            Err(error) => {
                tracing::warn!(host, %error, "keys cannot be fetched");
                known.failure = Some(error);
                known.without_new_ones(now)
            }
        }
    }

    /// The keys, and for how many seconds they may be kept.
    async fn fetch(&self, owner: KeyOwner, url: String) -> Result<(JwkSet, Option<i64>), ClientKeysError> {
        let request = Fetch {
            url,
            purpose: match owner {
                KeyOwner::Client(_) => Purpose::JwksUri,
                KeyOwner::Upstream { named_by_operator } => Purpose::Upstream { named_by_operator },
            },
            accept: "application/jwk-set+json, application/json",
            max_bytes: MAX_BYTES,
        };
        let document = self.outbound.fetch(request).await?;
        let json: Value = serde_json::from_slice(&document.body).map_err(|_| ClientKeysError::NotJson)?;
        Ok((JwkSet::parse(&json)?, document.max_age))
    }
}

impl Address {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The answer without a request; `None` if a request may help.
    fn answer(
        &self,
        now: Timestamp,
        required: RequiredKeys<'_>,
    ) -> Option<Result<Arc<JwkSet>, ClientKeysError>> {
        let is_fresh = self.fresh_until.is_some_and(|until| now < until);
        match &self.keys {
            Some(keys) if is_fresh && required.are_in(keys) => Some(Ok(keys.clone())),
            _ if self.was_just_tried(now) => Some(self.without_new_ones(now)),
            _ => None,
        }
    }

    fn was_just_tried(&self, now: Timestamp) -> bool {
        // A clock that was set back must not stop the requests until it is there again.
        self.tried_at
            .is_some_and(|at| (at..at.plus(BETWEEN_ATTEMPTS)).contains(&now))
    }

    /// The last keys, while they are not too old.
    fn without_new_ones(&self, now: Timestamp) -> Result<Arc<JwkSet>, ClientKeysError> {
        let keys = self.keys.as_ref();
        keys.filter(|_| self.stale_until.is_some_and(|until| now < until))
            .cloned()
            .ok_or_else(|| self.failure.clone().unwrap_or(ClientKeysError::Unavailable))
    }
}
