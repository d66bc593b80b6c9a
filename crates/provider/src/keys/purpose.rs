//! Keys that only the holder of the master key can make: one for each purpose, derived once.

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use super::MasterKey;
use crate::seal::CipherError;

/// A key for each purpose. The names are part of what is derived: another name is another key.
pub(crate) struct PurposeKeys {
    /// Subjects of pairwise clients.
    pub(crate) subjects: hmac::Key,
    /// Makes the `sid` of sessions, another one for each client.
    pub(crate) session_identifiers: hmac::Key,
    /// States of browsers that clients' pages watch.
    pub(crate) browser_states: hmac::Key,
    /// Proofs of what was asked.
    pub(crate) interaction: hmac::Key,
    /// Browsers in which somebody has signed in before.
    pub(crate) devices: hmac::Key,
    /// Tokens against forged forms, which the pages sign.
    pub(crate) form_tokens: Zeroizing<[u8; 32]>,
}

impl PurposeKeys {
    pub(crate) fn derive(master: &MasterKey) -> Result<Self, CipherError> {
        let key = |purpose| {
            let key = master.derive(purpose)?;
            Ok(hmac::Key::new(hmac::HMAC_SHA256, &*key))
        };
        Ok(Self {
            subjects: key("pairwise subjects")?,
            session_identifiers: key("session identifiers")?,
            browser_states: key("browser states")?,
            interaction: key("what was asked")?,
            devices: key("known devices")?,
            form_tokens: master.derive("form tokens")?,
        })
    }
}
