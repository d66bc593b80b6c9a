//! The keys of a running provider: the signing keys, the threads that sign with them, and the derived keys.

use super::{KeyRing, MasterKey, PurposeKeys, SigningThreads};

/// The keys of a provider.
pub(crate) struct Keys {
    pub(crate) master: MasterKey,
    pub(crate) ring: KeyRing,
    pub(crate) threads: SigningThreads,
    pub(crate) purpose: PurposeKeys,
}
