//! Signing tokens with the keys of the provider, and the public halves by which others verify them (RFC 7515, RFC 7517).

use std::collections::BTreeSet;
use std::sync::Arc;

use pixie_oauth::jose::{JwkSet, JwtType, SigningAlgorithm, SigningKey};
use serde::Serialize;

use super::error::{KeysError, SignError};
use super::ring::{HeldKeys, KeyTimes};
use crate::base::Base;
use crate::bounded_threads::{BoundedThreads, Bounds, Priority};
use crate::events::actor::Actor;
use crate::events::event::{Event, KeyAddedBy};
use crate::keys::Keys;
use crate::settings::KeySettings;
use crate::store::{RotateKey, RotateKeyOutcome};

/// The threads on which RSA keys work.
pub(crate) struct SigningThreads(BoundedThreads<()>);

impl SigningThreads {
    /// Starts them.
    pub(crate) fn start(settings: &KeySettings) -> Result<Self, SignError> {
        Ok(Self(BoundedThreads::start(Bounds {
            name: "signing",
            threads: settings.threads,
            queue: settings.queue,
            yielding: false,
        })?))
    }

    /// The threads, to be looked at.
    pub(crate) fn threads(&self) -> &BoundedThreads<()> {
        &self.0
    }

    /// Makes a key pair; an RSA key takes a noticeable part of a second.
    pub(crate) async fn generate(&self, algorithm: SigningAlgorithm) -> Result<SigningKey, SignError> {
        Ok(self
            .0
            .run(Priority::Later, move |()| SigningKey::generate(algorithm))
            .await??)
    }

    async fn sign<C: Serialize + Send + 'static>(
        &self,
        key: Arc<SigningKey>,
        typ: JwtType,
        claims: C,
    ) -> Result<String, SignError> {
        Ok(self
            .0
            .run(Priority::First, move |()| key.sign(typ, &claims))
            .await??)
    }
}

pub(crate) async fn sign<C: Serialize + Send + 'static>(
    base: &Base,
    keys: &Keys,
    typ: JwtType,
    algorithm: SigningAlgorithm,
    claims: C,
) -> Result<String, SignError> {
    let held = current_keys(base, keys).await;
    let signing = held.signing(algorithm, base.now());
    let key = Arc::clone(&signing.ok_or(SignError::NoKey(algorithm))?.key);
    match algorithm {
        SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 => keys.threads.sign(key, typ, claims).await,
        SigningAlgorithm::Es256 | SigningAlgorithm::Es384 | SigningAlgorithm::EdDsa => {
            Ok(key.sign(typ, &claims)?)
        }
    }
}

pub(crate) async fn own_keys(base: &Base, keys: &Keys) -> Arc<JwkSet> {
    current_keys(base, keys).await.public()
}

pub(crate) async fn jwks(base: &Base, keys: &Keys) -> Arc<[u8]> {
    current_keys(base, keys).await.jwks()
}

/// Makes the keys of the offered algorithms that have none, as at the first start.
pub(crate) async fn make_missing_keys(base: &Base, keys: &Keys) -> Result<(), KeysError> {
    let now = base.now();
    let held = current_keys(base, keys).await;
    let offered = &base.settings.signing_algorithms;
    let missing = offered
        .iter()
        .filter(|algorithm| held.newest(**algorithm).is_none());
    // Nodes that start at once on a new database all begin with the same algorithm. A node that is not the first finds
    // out whether its master key opens the first node's key, before it has stored anything.
    let missing: BTreeSet<SigningAlgorithm> = missing.copied().collect();
    for algorithm in &missing {
        let key = keys.threads.generate(*algorithm).await?;
        let times = KeyTimes {
            created_at: now,
            signs_from: now,
        };
        let command = RotateKey {
            key: keys.ring.seal(&key, times, &*base.randomness)?,
            expected_newest: None,
            old_until: now,
        };
        let event = Event::KeyAdded {
            kid: key.kid(),
            algorithm: *algorithm,
            signs_from: now,
            by: KeyAddedBy::Start,
        };
        let stored = base.stored_event(Actor::System, &event);
        if base.store.rotate_key(command, stored).await? == RotateKeyOutcome::Rotated {
            base.happened(Actor::System, &event);
        } else {
            keys.ring.reread(&*base.store, now).await?;
        }
    }
    if !missing.is_empty() {
        keys.ring.reread(&*base.store, now).await?;
    }
    Ok(())
}

pub(crate) async fn current_keys(base: &Base, keys: &Keys) -> Arc<HeldKeys> {
    keys.ring.current(&*base.store, base.now()).await
}
