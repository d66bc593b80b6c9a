//! Challenges on their way to a browser and back. The page keeps the state of the library, sealed, so that any node goes on with it
//! and nothing is stored for people who have not signed in; the store lets it be answered once (WebAuthn Level 3 section 13.4.3).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::PasskeyRefusal;
use crate::base::Base;
use crate::clock::Timestamp;
use crate::keys::Keys;
use crate::people::Session;
use crate::people::authentication::pending::PendingSignIn;
use crate::store::UseOnce;

/// Seconds in which a challenge is answered.
const TTL: i64 = 10 * 60;

/// The purpose of a challenge: an answer to one counts for nothing elsewhere.
#[derive(Clone, Copy)]
pub(super) enum Ceremony<'a> {
    /// Anybody signs in.
    SignIn,
    /// The person of this half-finished sign-in completes it.
    SecondFactor(&'a PendingSignIn),
    /// The person of this session adds a passkey.
    Registration(&'a Session),
}

impl Ceremony<'_> {
    fn context(self) -> Vec<u8> {
        match self {
            Self::SignIn => b"passkey sign-in".to_vec(),
            Self::SecondFactor(pending) => [b"passkey second factor ", pending.id()].concat(),
            Self::Registration(session) => {
                let ids = [session.account.id.as_uuid(), session.id.as_uuid()];
                let ids: Vec<u8> = ids.iter().flat_map(|id| *id.as_bytes()).collect();
                [&b"passkey registration "[..], &ids].concat()
            }
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Challenge<S> {
    state: S,
    at: i64,
}

/// A challenge that came back.
pub(super) struct Sent<S> {
    pub(super) state: S,
    /// The value that its answer uses up.
    pub(super) value: UseOnce,
}

/// The state of a ceremony, for the form that comes back with the answer.
pub(super) fn seal<S: Serialize>(
    base: &Base,
    keys: &Keys,
    ceremony: Ceremony<'_>,
    state: &S,
) -> Result<String, PasskeyRefusal> {
    let challenge = Challenge {
        state,
        at: base.now().seconds(),
    };
    let text = serde_json::to_vec(&challenge)?;
    let key = &keys.purpose.passkey_challenges;
    let sealed = key.seal(&text, &ceremony.context(), &*base.randomness)?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// The state that a form brought back; `None` if it was not sealed here, for another ceremony, or too long ago.
pub(super) fn open<S: DeserializeOwned>(
    base: &Base,
    keys: &Keys,
    ceremony: Ceremony<'_>,
    sealed: &str,
) -> Option<Sent<S>> {
    let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let text = keys
        .purpose
        .passkey_challenges
        .open(&sealed, &ceremony.context())?;
    let challenge: Challenge<S> = serde_json::from_slice(&text).ok()?;
    let (now, at) = (base.now(), Timestamp::from_seconds(challenge.at));
    if !(0..TTL).contains(&now.since(at)) {
        return None;
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, &sealed).as_ref());
    Some(Sent {
        state: challenge.state,
        value: UseOnce {
            hash,
            denied: false,
            now,
            expires_at: at.plus(TTL),
        },
    })
}
