//! Signing keys.

use super::Provider;
use crate::keys::rotation;
use crate::keys::signing;
use crate::{KeysError, ListedKey, SignError};
use pixie_oauth::jose::{JwkSet, JwtType, SigningAlgorithm};
use serde::Serialize;
use std::sync::Arc;

impl Provider {
    /// Publishes the next key of each offered algorithm whose key has signed for so long that the next one must be known
    /// when its time is over. Of several nodes that do this, one does it. [`Provider::run_jobs`] does this once a minute.
    ///
    /// # Errors
    /// The store did not answer, or no key could be made.
    pub async fn rotate_due_keys(&self) -> Result<Vec<ListedKey>, KeysError> {
        rotation::rotate_due_keys(&self.context.base, &self.context.keys).await
    }

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
        signing::sign(&self.context.base, &self.context.keys, typ, algorithm, claims).await
    }

    /// The public keys by which what this provider has signed is verified: those that sign, those that will, and those
    /// that did as long as something they signed may be presented.
    pub async fn own_keys(&self) -> Arc<JwkSet> {
        signing::own_keys(&self.context.base, &self.context.keys).await
    }

    /// The same as a JWK Set (RFC 7517 section 5), JSON, for clients and APIs to fetch.
    pub async fn jwks(&self) -> Arc<[u8]> {
        signing::jwks(&self.context.base, &self.context.keys).await
    }
}
