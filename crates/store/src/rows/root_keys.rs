//! The root key.

use pixie_provider::store::SealedRootKey;

use super::{Read, Row, bytes, text};

/// Reads the root key as a master key seals it.
pub(crate) fn root_key<R: Row>(row: &R) -> Read<SealedRootKey, R> {
    Ok(SealedRootKey {
        master_key_id: text(row, 0)?,
        sealed: bytes(row, 1)?,
    })
}
