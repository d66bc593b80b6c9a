//! A half-finished sign-in: its person has proved one factor, now or when their session was opened, and has to prove another. The browser keeps it, sealed, for some minutes, so
//! that nothing is stored of people who have not signed in. The store lets it be completed once.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::{Acr, AuthenticationMethods};
use serde::{Deserialize, Serialize};

use super::AuthenticatedPerson;
use super::second_factor::with_one_time_code;
use crate::base::Base;
use crate::clock::Timestamp;
use crate::entities::{Account, Credential};
use crate::ids::{AccountId, CredentialId, SessionId};
use crate::keys::Keys;
use crate::people::Session;
use crate::randomness::bytes;
use crate::seal::SealError;
use crate::settings::AcrSettings;
use crate::store::UseOnce;

/// Seconds in which the other factor has to be proved.
const TTL: i64 = 10 * 60;

const CONTEXT: &[u8] = b"pending sign-in";

/// The factor that was proved, and when.
#[derive(Serialize, Deserialize)]
pub(crate) struct PendingSignIn {
    pub(crate) account: AccountId,
    pub(super) methods: AuthenticationMethods,
    acr: Acr,
    pub(super) credential: Option<CredentialId>,
    /// The session that proves the first factor, if it was proved before: it has to be alive when the other one is proved.
    pub(crate) session: Option<SessionId>,
    /// `true` if the person stays signed in on this device.
    pub(crate) persistent: bool,
    /// `true` if the person adds a second factor, because they have none.
    pub(crate) may_enrol: bool,
    at: i64,
    id: [u8; 16],
}

impl PendingSignIn {
    /// The half that this person has proved, sealed for the browser.
    pub(crate) fn seal(
        base: &Base,
        keys: &Keys,
        person: &AuthenticatedPerson,
        (persistent, may_enrol): (bool, bool),
    ) -> Result<String, SealError> {
        let pending = Self {
            account: person.account.id,
            methods: person.methods,
            acr: person.acr.clone(),
            credential: person.credential,
            session: None,
            persistent,
            may_enrol,
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
            acr: session.acr.clone(),
            credential: None,
            session: Some(session.id),
            persistent: session.persistent,
            // Somebody else may sit before an open session.
            may_enrol: session.is_fresh(base.now()),
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

    /// The value that no other half-finished sign-in has.
    pub(crate) fn id(&self) -> &[u8; 16] {
        &self.id
    }

    /// The person, if the one factor that they have proved is enough after all.
    pub(crate) fn with_one_factor(&self, account: Account) -> AuthenticatedPerson {
        AuthenticatedPerson {
            account,
            methods: self.methods,
            acr: self.acr.clone(),
            at: Timestamp::from_seconds(self.at),
            credential: self.credential,
        }
    }

    /// The person, who has just shown that the app which they added shows the right code.
    pub(crate) fn with_new_app(
        &self,
        names: &AcrSettings,
        account: Account,
        app: &Credential,
    ) -> AuthenticatedPerson {
        AuthenticatedPerson {
            account,
            methods: with_one_time_code(self.methods),
            acr: names.two_factors.clone(),
            at: app.created_at,
            credential: Some(app.id),
        }
    }

    /// The value that is used up when it is completed.
    pub(crate) fn to_use_once(&self, now: Timestamp) -> UseOnce {
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
