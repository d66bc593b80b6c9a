//! The keys of a running provider: the signing keys, the threads that sign with them, and the derived keys.

use super::{KeyRing, PurposeKeys, SigningThreads};

/// The keys of a provider.
pub(crate) struct Keys {
    pub(crate) ring: KeyRing,
    pub(crate) threads: SigningThreads,
    pub(crate) purpose: PurposeKeys,
}
