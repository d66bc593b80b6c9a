//! The keys of a running provider: the signing keys, the threads that sign with them, and the derived keys.

use super::{KeyRing, PurposeKeys, RootKey, SigningThreads};

/// The keys of a provider.
pub(crate) struct Keys {
    pub(crate) root: RootKey,
    pub(crate) ring: KeyRing,
    pub(crate) threads: SigningThreads,
    /// They are large, and the future that starts a provider holds them several times: a box keeps it small.
    pub(crate) purpose: Box<PurposeKeys>,
}
