//! A half-finished sign-in: its person has proved one factor, now or when their session was opened, and has to prove another. The browser keeps it, sealed, for some minutes, so
//! that nothing is stored of people who have not signed in. The store lets it be completed once.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::AuthenticationMethods;
use serde::{Deserialize, Serialize};

use super::AuthenticatedPerson;
use crate::base::Base;
use crate::clock::Timestamp;
use crate::ids::{AccountId, CredentialId, SessionId};
use crate::keys::Keys;
use crate::people::Session;
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
    /// The session that proves the first factor, if it was proved before: it has to be alive when the other one is proved.
    pub(crate) session: Option<SessionId>,
    /// `true` if the person stays signed in on this device.
    pub(crate) persistent: bool,
    at: i64,
    id: [u8; 16],
}

impl PendingSignIn {
    /// The half that this person has proved, sealed for the browser.
    pub(crate) fn seal(
        base: &Base,
        keys: &Keys,
        person: &AuthenticatedPerson,
        persistent: bool,
    ) -> Result<String, SealError> {
        let pending = Self {
            account: person.account.id,
            methods: person.methods,
            credential: person.credential,
            session: None,
            persistent,
            at: person.at.seconds(),
            id: bytes(&*base.randomness)?,
        };
        pending.sealed(base, keys)
    }

    /// The sign-in of a session, which goes on with another factor, sealed for the browser.
    pub(crate) fn seal_step_up(base: &Base, keys: &Keys, session: &Session) -> Result<String, SealError> {
        let pending = Self {
            account: session.account.id,
            methods: session.methods,
            credential: None,
            session: Some(session.id),
            persistent: session.persistent,
            at: base.now().seconds(),
            id: bytes(&*base.randomness)?,
        };
        pending.sealed(base, keys)
    }

    fn sealed(&self, base: &Base, keys: &Keys) -> Result<String, SealError> {
        let text = serde_json::to_vec(self).unwrap_or_default();
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
