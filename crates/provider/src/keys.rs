//! The master key and the signing keys it seals (RFC 7517, RFC 7638).

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
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
    #[error("no signing key could be made")]
    Generation,
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
        let mut public = Vec::new();
        for key in &keys {
            let private = master
                .sealing()
                .open(&key.sealed_private, key.kid.as_bytes())
                .ok_or(KeysError::WrongMasterKey)?;
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &private)
                .map_err(|_| KeysError::WrongMasterKey)?;
            public.push(serde_json::from_str(&key.public_jwk).unwrap_or_else(|_| json!({})));
        }
        Ok(Self {
            jwks: json!({ "keys": serde_json::Value::Array(public) }).to_string(),
        })
    }

    /// The JWK Set (RFC 7517 section 5), JSON.
    pub fn jwks(&self) -> &str {
        &self.jwks
    }
}

/// An ES256 key pair, the private half sealed.
fn make(master: &MasterKey, now: Timestamp, randomness: &dyn Randomness) -> Result<SealedKey, KeysError> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| KeysError::Generation)?;
    let private = pair.to_pkcs8v1().map_err(|_| KeysError::Generation)?;
    let point = pair.public_key().as_ref();
    let (x, y) = point
        .get(1..33)
        .zip(point.get(33..65))
        .ok_or(KeysError::Generation)?;
    let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
    // RFC 7638 section 3.2: the required members, in this order, without spaces.
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    let kid = URL_SAFE_NO_PAD.encode(digest(&SHA256, canonical.as_bytes()));
    let sealed_private = master
        .sealing()
        .seal(private.as_ref(), kid.as_bytes(), randomness)?;
    let public_jwk =
        json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "use": "sig", "alg": "ES256" })
            .to_string();
    Ok(SealedKey {
        kid,
        algorithm: "ES256".to_owned(),
        public_jwk,
        sealed_private,
        created_at: now,
    })
}
