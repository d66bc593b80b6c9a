//! Signing tokens with the keys of the provider, and the public halves by which others verify them (RFC 7515, RFC 7517).

use std::collections::BTreeSet;
use std::sync::Arc;

use pixie_oauth::jose::{JwkSet, JwtType, SigningAlgorithm, SigningKey};
use serde::Serialize;

use super::error::{KeysError, SignError};
use super::ring::{HeldKeys, KeyTimes};
use crate::bounded_threads::{BoundedThreads, Bounds, Turn};
use crate::provider::Provider;
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
            .run(Turn::Later, move |()| SigningKey::generate(algorithm))
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
            .run(Turn::First, move |()| key.sign(typ, &claims))
            .await??)
    }
}

impl Provider {
    /// Signs claims with the key of an algorithm that signs at present: the compact serialization (RFC 7515 section 7.1).
    /// RSA keys work on threads of their own, so that nobody else waits.
    ///
    /// # Errors
    /// See [`SignError`].
    pub async fn sign<C: Serialize + Send + 'static>(
        &self,
        typ: JwtType,
        algorithm: SigningAlgorithm,
        claims: C,
    ) -> Result<String, SignError> {
        let held = self.current_keys().await;
        let signing = held.signing(algorithm, self.now());
        let key = Arc::clone(&signing.ok_or(SignError::NoKey(algorithm))?.key);
        match algorithm {
            SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 => {
                self.signing_threads().sign(key, typ, claims).await
            }
            SigningAlgorithm::Es256 | SigningAlgorithm::Es384 | SigningAlgorithm::EdDsa => {
                Ok(key.sign(typ, &claims)?)
            }
        }
    }

    /// The public keys by which what this provider has signed is verified: those that sign, those that will, and those
    /// that did as long as something they signed may be presented.
    pub async fn own_keys(&self) -> Arc<JwkSet> {
        self.current_keys().await.public()
    }

    /// The same as a JWK Set (RFC 7517 section 5), JSON, for clients and APIs to fetch.
    pub async fn jwks(&self) -> Arc<[u8]> {
        self.current_keys().await.jwks()
    }

    /// Makes the keys of the offered algorithms that have none, as at the first start.
    pub(crate) async fn make_missing_keys(&self) -> Result<(), KeysError> {
        let now = self.now();
        let held = self.current_keys().await;
        let offered = &self.settings().signing_algorithms;
        let missing = offered
            .iter()
            .filter(|algorithm| held.newest(**algorithm).is_none());
        // Of nodes that start at once on a new database, each begins with the same algorithm. Whoever is not the first there
        // finds out whether its master key opens the first one's key, before it has stored anything.
        let missing: BTreeSet<SigningAlgorithm> = missing.copied().collect();
        for algorithm in &missing {
            let key = self.signing_threads().generate(*algorithm).await?;
            let times = KeyTimes {
                created_at: now,
                signs_from: now,
            };
            let command = RotateKey {
                key: self.key_ring().seal(&key, times, self.randomness())?,
                expected_newest: None,
                old_until: now,
            };
            if self.store().rotate_key(command).await? == RotateKeyOutcome::Rotated {
                tracing::debug!(%algorithm, kid = key.kid(), "made a signing key");
            } else {
                self.key_ring().reread(self.store(), now).await?;
            }
        }
        if !missing.is_empty() {
            self.key_ring().reread(self.store(), now).await?;
        }
        Ok(())
    }

    pub(crate) async fn current_keys(&self) -> Arc<HeldKeys> {
        self.key_ring().current(self.store(), self.now()).await
    }
}
