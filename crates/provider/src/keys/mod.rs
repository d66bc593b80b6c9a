//! Signing keys: sealed in the store, opened once, rotated (RFC 7515, RFC 7517, RFC 7638).

mod error;
mod master_key;
mod opened;
mod purpose;
mod ring;
mod root_key;
pub(crate) mod rotation;
pub(crate) mod signing;

pub use error::{KeysError, SignError};
pub use master_key::{MasterKey, MasterKeyError};
pub(crate) use opened::Keys;
pub(crate) use purpose::PurposeKeys;
pub(crate) use ring::KeyRing;
pub(crate) use root_key::RootKey;
pub use rotation::{KeyState, ListedKey, RotationRefusal, When, WithdrawnKey};
pub(crate) use signing::SigningThreads;
