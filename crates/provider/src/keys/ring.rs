//! The signing keys of the store, opened once and kept. They are read again every second of use, so that a rotation by
//! another process is soon seen.

use std::sync::{Arc, PoisonError, RwLock};

use pixie_oauth::jose::{JwkSet, SigningAlgorithm, SigningKey};
use tokio::sync::Mutex;

use super::error::{KeysError, SignError};
use super::root_key::RootKey;
use crate::clock::Timestamp;
use crate::randomness::Randomness;
use crate::seal::SealingKey;
use crate::store::{SealedKey, Store};

/// Seconds for which keys are used on while another request is reading them again: what another node has changed counts
/// within two seconds.
const USABLE: i64 = 1;

/// The opened keys of a store.
pub(crate) struct KeyRing {
    sealing: SealingKey,
    held: RwLock<Arc<HeldKeys>>,
    reading: Mutex<()>,
}

impl KeyRing {
    /// Opens every key of a store.
    ///
    /// # Errors
    /// See [`KeysError`].
    pub(crate) async fn open(store: &dyn Store, root: &RootKey, now: Timestamp) -> Result<Self, KeysError> {
        let sealing = root.sealing_key()?;
        let held = HeldKeys::read(store, &sealing, now, &[]).await?;
        Ok(Self {
            sealing,
            held: RwLock::new(Arc::new(held)),
            reading: Mutex::new(()),
        })
    }

    /// The keys as they are now. If the store does not answer, they are as they were: what is known can still be
    /// verified, and nothing is given out without the store.
    pub(crate) async fn current(&self, store: &dyn Store, now: Timestamp) -> Arc<HeldKeys> {
        let held = self.held();
        let age = now.since(held.read_at);
        if age == 0 {
            return held;
        }
        let _alone = match self.reading.try_lock() {
            Ok(alone) => alone,
            Err(_) if (0..=USABLE).contains(&age) => return held,
            // A request that has waited does not read again: while the store does not answer, the requests would wait
            // one after the other.
            Err(_) => {
                drop(self.reading.lock().await);
                return self.held();
            }
        };
        if self.held().read_at != now
            && let Err(cause) = self.read(store, now).await
        {
            tracing::error!(%cause, "the signing keys cannot be read again; those known are used on");
        }
        self.held()
    }

    /// Reads the keys again, as after a change.
    pub(crate) async fn reread(&self, store: &dyn Store, now: Timestamp) -> Result<Arc<HeldKeys>, KeysError> {
        let _alone = self.reading.lock().await;
        self.read(store, now).await?;
        Ok(self.held())
    }

    /// Seals a key pair for the store.
    pub(crate) fn seal(
        &self,
        key: &SigningKey,
        times: KeyTimes,
        randomness: &dyn Randomness,
    ) -> Result<SealedKey, KeysError> {
        let private = key.to_pkcs8().map_err(SignError::from)?;
        let sealed_private = self.sealing.seal(&private, key.kid().as_bytes(), randomness)?;
        Ok(SealedKey {
            kid: key.kid().to_owned(),
            algorithm: key.algorithm().to_string(),
            public_jwk: serde_json::to_string(key.public()).unwrap_or_default(),
            sealed_private,
            created_at: times.created_at,
            signs_from: times.signs_from,
            verifies_until: None,
        })
    }

    async fn read(&self, store: &dyn Store, now: Timestamp) -> Result<(), KeysError> {
        let read = HeldKeys::read(store, &self.sealing, now, &self.held().keys).await?;
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(read);
        Ok(())
    }

    /// The keys as they were last read.
    pub(crate) fn held(&self) -> Arc<HeldKeys> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The time at which a key was made and from when on it signs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyTimes {
    pub(crate) created_at: Timestamp,
    pub(crate) signs_from: Timestamp,
}

/// The keys that were there at a moment, without those that nothing needs any more; by algorithm, the oldest first.
pub(crate) struct HeldKeys {
    read_at: Timestamp,
    keys: Vec<HeldKey>,
    public: Arc<JwkSet>,
    jwks: Arc<[u8]>,
}

/// An opened key with its times.
pub(crate) struct HeldKey {
    pub(crate) key: Arc<SigningKey>,
    pub(crate) created_at: Timestamp,
    pub(crate) signs_from: Timestamp,
    pub(crate) verifies_until: Option<Timestamp>,
}

impl HeldKeys {
    async fn read(
        store: &dyn Store,
        sealing: &SealingKey,
        now: Timestamp,
        known: &[HeldKey],
    ) -> Result<Self, KeysError> {
        let mut keys = Vec::new();
        for sealed in store.list_keys().await? {
            if sealed.verifies_until.is_some_and(|until| until <= now) {
                continue;
            }
            let known = known.iter().find(|held| held.key.kid() == sealed.kid);
            let key = match known {
                Some(held) => Arc::clone(&held.key),
                None => Arc::new(open(sealing, &sealed)?),
            };
            keys.push(HeldKey {
                key,
                created_at: sealed.created_at,
                signs_from: sealed.signs_from,
                verifies_until: sealed.verifies_until,
            });
        }
        // RS256 comes first: it is what those take who take the first.
        keys.sort_by_key(|held| (held.key.algorithm(), held.signs_from, held.created_at));
        let public = JwkSet::new(keys.iter().map(|held| held.key.public().clone()).collect());
        Ok(Self {
            read_at: now,
            jwks: serde_json::to_vec(&public).unwrap_or_default().into(),
            public: Arc::new(public),
            keys,
        })
    }

    /// Every key.
    pub(crate) fn keys(&self) -> &[HeldKey] {
        &self.keys
    }

    /// The key of an algorithm that signs at a moment: the last that has begun. If the clock was set back before all of
    /// them, the first.
    pub(crate) fn signing(&self, algorithm: SigningAlgorithm, now: Timestamp) -> Option<&HeldKey> {
        let of_algorithm = || self.keys.iter().filter(|held| held.key.algorithm() == algorithm);
        of_algorithm()
            .filter(|held| held.signs_from <= now)
            .max_by_key(|held| (held.signs_from, held.verifies_until.is_none()))
            .or_else(|| of_algorithm().min_by_key(|held| held.signs_from))
    }

    /// The newest key of an algorithm, which may not sign yet.
    pub(crate) fn newest(&self, algorithm: SigningAlgorithm) -> Option<&HeldKey> {
        let newest = |held: &&HeldKey| held.key.algorithm() == algorithm && held.verifies_until.is_none();
        self.keys.iter().find(newest)
    }

    /// The public halves.
    pub(crate) fn public(&self) -> Arc<JwkSet> {
        Arc::clone(&self.public)
    }

    /// The public halves as a JWK Set (RFC 7517 section 5), JSON.
    pub(crate) fn jwks(&self) -> Arc<[u8]> {
        Arc::clone(&self.jwks)
    }
}

/// A key pair with its private half, which only the root key opens that sealed it.
fn open(sealing: &SealingKey, sealed: &SealedKey) -> Result<SigningKey, KeysError> {
    let private = sealing
        .open(&sealed.sealed_private, sealed.kid.as_bytes())
        .ok_or(KeysError::WrongMasterKey)?;
    SigningAlgorithm::named(&sealed.algorithm)
        .and_then(|algorithm| SigningKey::from_pkcs8(algorithm, &private).ok())
        .ok_or_else(|| KeysError::Unreadable(sealed.kid.clone()))
}
