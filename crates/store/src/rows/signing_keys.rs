//! Signing keys.

use pixie_provider::store::SealedKey;

use super::{Read, Row, bytes, optional_time, text, time};

/// Reads a signing key.
pub(crate) fn signing_key<R: Row>(row: &R) -> Read<SealedKey, R> {
    Ok(SealedKey {
        kid: text(row, 0)?,
        algorithm: text(row, 1)?,
        public_jwk: text(row, 2)?,
        sealed_private: bytes(row, 3)?,
        created_at: time(row, 4)?,
        signs_from: time(row, 5)?,
        verifies_until: optional_time(row, 6)?,
    })
}
