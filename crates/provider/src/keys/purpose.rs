//! Keys that are derived from the root key: one for each purpose, derived once.

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use super::RootKey;
use crate::seal::{CipherError, SealingKey};

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
    /// The times at which requests came.
    pub(crate) arrivals: hmac::Key,
    /// Consent forms, and the codes with which they are answered.
    pub(crate) consent_forms: hmac::Key,
    /// Requests in addresses of host applications.
    pub(crate) sealed_requests: SealingKey,
    /// Half-finished sign-ins, which browsers keep.
    pub(crate) pending_sign_ins: SealingKey,
    /// Challenges for passkeys, which forms keep.
    #[cfg(feature = "passkeys")]
    pub(crate) passkey_challenges: SealingKey,
    /// Sign-ins at upstream providers, which browsers keep.
    pub(crate) upstream: SealingKey,
    /// Secrets of apps that show one-time codes.
    pub(crate) totp_secrets: SealingKey,
    /// Recovery codes: without this key nobody tries them against the database.
    pub(crate) recovery_codes: hmac::Key,
    /// Browsers in which somebody has signed in before.
    pub(crate) devices: hmac::Key,
    /// Client secrets that were right a moment ago.
    pub(crate) shown_secrets: Zeroizing<[u8; 32]>,
    /// Seals the secrets of clients that sign with them.
    pub(crate) client_secrets: SealingKey,
    /// Seals mails that wait to be sent.
    pub(crate) mails: SealingKey,
    /// Tokens against forged forms, which the pages sign.
    pub(crate) form_tokens: Zeroizing<[u8; 32]>,
}

impl PurposeKeys {
    pub(crate) fn derive(root: &RootKey) -> Result<Self, CipherError> {
        let key = |purpose| {
            let key = root.derive(purpose)?;
            Ok(hmac::Key::new(hmac::HMAC_SHA256, &*key))
        };
        Ok(Self {
            subjects: key("pairwise subjects")?,
            session_identifiers: key("session identifiers")?,
            browser_states: key("browser states")?,
            interaction: key("what was asked")?,
            arrivals: key("arrivals of requests")?,
            consent_forms: key("consent forms")?,
            sealed_requests: SealingKey::derive(&*root.derive("sealed requests")?, "addresses")?,
            pending_sign_ins: SealingKey::derive(&*root.derive("pending sign-ins")?, "cookies")?,
            #[cfg(feature = "passkeys")]
            passkey_challenges: SealingKey::derive(&*root.derive("passkey challenges")?, "forms")?,
            upstream: SealingKey::derive(&*root.derive("sign-ins at upstream providers")?, "cookies")?,
            totp_secrets: SealingKey::derive(&*root.derive("totp secrets")?, "credentials")?,
            recovery_codes: key("recovery codes")?,
            devices: key("known devices")?,
            shown_secrets: root.derive("shown client secrets")?,
            client_secrets: SealingKey::derive(&*root.derive("client secrets")?, "client secrets")?,
            mails: SealingKey::derive(&*root.derive("waiting mails")?, "mails")?,
            form_tokens: root.derive("form tokens")?,
        })
    }
}
