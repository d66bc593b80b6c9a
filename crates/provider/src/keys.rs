//! The master key and the signing keys it seals (RFC 7517, RFC 7638).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::jose::{JwkSet, SigningAlgorithm, SigningKey, SigningKeyError};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::clock::Timestamp;
use crate::randomness::{NoRandomness, Randomness, bytes};
use crate::seal::{SealingKey, derive};
use crate::store::{SealedKey, Store, StoreError};

/// The one secret that is kept outside the store: it seals what must not be readable in a copy of the database.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Why a text is not a master key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a master key is 43 characters of base64url, as the server made it")]
pub struct MasterKeyError;

impl MasterKey {
    /// Makes a key.
    ///
    /// # Errors
    /// No random bytes.
    pub fn generate(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Ok(Self(Zeroizing::new(bytes(randomness)?)))
    }

    /// Reads a key from a file's or variable's text.
    ///
    /// # Errors
    /// Not 32 bytes in base64url.
    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        let decoded = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| MasterKeyError)?);
        let key = <[u8; 32]>::try_from(decoded.as_slice()).map_err(|_| MasterKeyError)?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// The text for the file that keeps it.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(*self.0))
    }

    /// 32 bytes for one purpose, such as signing form tokens. Different purposes give unrelated keys.
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        derive(&*self.0, purpose)
    }

    fn sealing(&self) -> SealingKey {
        SealingKey::derive(&*self.0, "signing keys")
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// Why the keys cannot be used.
#[derive(Debug, Error)]
pub enum KeysError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No random bytes.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// The master key is not the one the signing keys were sealed with.
    #[error(
        "the master key does not open the signing keys of this database: put back the master key that was made with \
         it (it is not in the database's backups), or start with a fresh data folder"
    )]
    WrongMasterKey,
    /// The cryptographic library made no key.
    #[error(transparent)]
    Key(#[from] SigningKeyError),
}

/// The public keys, as clients and APIs fetch them.
#[derive(Clone, Debug)]
pub struct KeyRing {
    jwks: String,
}

impl KeyRing {
    /// Opens the keys of a store, making the first one where there is none.
    ///
    /// # Errors
    /// See [`KeysError`].
    pub async fn open(
        store: &dyn Store,
        master: &MasterKey,
        now: Timestamp,
        randomness: &dyn Randomness,
    ) -> Result<Self, KeysError> {
        let mut keys = store.list_keys().await?;
        if keys.is_empty() {
            store.insert_first_key(make(master, now, randomness)?).await?;
            keys = store.list_keys().await?;
        }
        let opened = keys
            .iter()
            .map(|key| open(master, key))
            .collect::<Result<Vec<_>, _>>()?;
        let public = JwkSet::new(opened.iter().map(|key| key.public().clone()).collect());
        Ok(Self {
            jwks: serde_json::to_string(&public).unwrap_or_default(),
        })
    }

    /// The JWK Set (RFC 7517 section 5), JSON.
    pub fn jwks(&self) -> &str {
        &self.jwks
    }
}

/// An ES256 key pair, the private half sealed.
fn make(master: &MasterKey, now: Timestamp, randomness: &dyn Randomness) -> Result<SealedKey, KeysError> {
    let key = SigningKey::generate(SigningAlgorithm::Es256)?;
    let sealed_private = master
        .sealing()
        .seal(&key.to_pkcs8()?, key.kid().as_bytes(), randomness)?;
    Ok(SealedKey {
        kid: key.kid().to_owned(),
        algorithm: key.algorithm().to_string(),
        public_jwk: serde_json::to_string(key.public()).unwrap_or_default(),
        sealed_private,
        created_at: now,
    })
}

/// A key pair with its private half, which only the right master key opens.
fn open(master: &MasterKey, key: &SealedKey) -> Result<SigningKey, KeysError> {
    let private = master.sealing().open(&key.sealed_private, key.kid.as_bytes());
    let private = private.ok_or(KeysError::WrongMasterKey)?;
    let algorithm = SigningAlgorithm::parse(&key.algorithm).map_err(|_| KeysError::WrongMasterKey)?;
    SigningKey::from_pkcs8(algorithm, &private).map_err(|_| KeysError::WrongMasterKey)
}
