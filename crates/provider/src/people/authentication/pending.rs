//! A half-finished sign-in: its person has proved one factor and has to prove another. The browser keeps it, sealed, for some minutes, so
//! that nothing is stored of people who have not signed in. The store lets it be completed once.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::AuthenticationMethods;
use serde::{Deserialize, Serialize};

use super::AuthenticatedPerson;
use crate::base::Base;
use crate::clock::Timestamp;
use crate::ids::{AccountId, CredentialId};
use crate::keys::Keys;
use crate::randomness::bytes;
use crate::seal::SealError;
use crate::store::UseOnce;

/// Seconds in which the other factor has to be proved.
const TTL: i64 = 10 * 60;

const CONTEXT: &[u8] = b"pending sign-in";

/// The factor that was proved, and when.
#[derive(Serialize, Deserialize)]
pub(crate) struct PendingSignIn {
    pub(crate) account: AccountId,
    pub(super) methods: AuthenticationMethods,
    pub(super) credential: Option<CredentialId>,
    at: i64,
    id: [u8; 16],
}

impl PendingSignIn {
    /// The half that this person has proved, sealed for the browser.
    pub(crate) fn seal(base: &Base, keys: &Keys, person: &AuthenticatedPerson) -> Result<String, SealError> {
        let pending = Self {
            account: person.account.id,
            methods: person.methods,
            credential: person.credential,
            at: person.at.seconds(),
            id: bytes(&*base.randomness)?,
        };
        let text = serde_json::to_vec(&pending).unwrap_or_default();
        let sealed = keys
            .purpose
            .pending_sign_ins
            .seal(&text, CONTEXT, &*base.randomness)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// The half that a browser kept; `None` if it was not sealed here, or is too old.
    pub(crate) fn open(base: &Base, keys: &Keys, sealed: &str) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let text = keys.purpose.pending_sign_ins.open(&sealed, CONTEXT)?;
        let pending: Self = serde_json::from_slice(&text).ok()?;
        let age = base.now().since(Timestamp::from_seconds(pending.at));
        (0..TTL).contains(&age).then_some(pending)
    }

    /// The value that no other half-finished sign-in has.
    pub(super) fn id(&self) -> &[u8] {
        &self.id
    }

    /// The value that is used up when it is completed.
    pub(super) fn to_use_once(&self, now: Timestamp) -> UseOnce {
        let named = [CONTEXT, &self.id].concat();
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &named).as_ref());
        UseOnce {
            hash,
            denied: false,
            now,
            expires_at: Timestamp::from_seconds(self.at).plus(TTL),
        }
    }
}
