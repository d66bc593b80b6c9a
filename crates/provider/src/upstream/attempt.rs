//! A sign-in at an upstream provider that is under way. The browser keeps it, sealed, in a cookie: the answer counts in that
//! browser only (RFC 9700 section 4.7), and nothing is stored of people who have not signed in.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::base::Base;
use crate::clock::Timestamp;
use crate::ids::SessionId;
use crate::keys::Keys;
use crate::randomness::{RandomnessError, bytes};
use crate::seal::SealError;
use crate::settings::Upstream;
use crate::store::UseOnce;

/// Seconds in which the provider has to answer.
const TTL: i64 = 20 * 60;

const CONTEXT: &[u8] = b"upstream attempt";

/// The values with which a browser was sent to a provider.
#[derive(Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// The id of the provider.
    upstream: String,
    state: String,
    nonce: String,
    verifier: String,
    at: i64,
    /// The path to return to.
    pub(crate) next: String,
    /// The session to whose account the identity is to be linked; `None` to sign in.
    pub(crate) link: Option<SessionId>,
    /// `true` if the person has to prove again who they are, although they may have a session at the provider.
    again: bool,
}

/// The purpose of an attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AttemptPurpose {
    /// Signing in.
    SignIn,
    /// Signing in although the browser has a session here: the person is asked to prove again who they are.
    SignInAgain,
    /// Linking the identity to the account of this session.
    Link(SessionId),
}

impl Attempt {
    pub(crate) fn new(
        base: &Base,
        upstream: &Upstream,
        next: &str,
        purpose: AttemptPurpose,
    ) -> Result<Self, RandomnessError> {
        let secret = || -> Result<String, RandomnessError> {
            let secret: [u8; 32] = bytes(&*base.randomness)?;
            Ok(URL_SAFE_NO_PAD.encode(secret))
        };
        Ok(Self {
            upstream: upstream.id.as_str().to_owned(),
            state: secret()?,
            nonce: secret()?,
            verifier: secret()?,
            at: base.now().seconds(),
            next: next.to_owned(),
            link: match purpose {
                AttemptPurpose::Link(session) => Some(session),
                AttemptPurpose::SignIn | AttemptPurpose::SignInAgain => None,
            },
            again: matches!(purpose, AttemptPurpose::SignInAgain),
        })
    }

    /// The value for the cookie.
    pub(crate) fn seal(&self, base: &Base, keys: &Keys) -> Result<String, SealError> {
        let text = serde_json::to_vec(self).unwrap_or_default();
        let sealed = keys.purpose.upstream.seal(&text, CONTEXT, &*base.randomness)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// The attempt that a browser kept; `None` if it was not sealed here for this provider, or is too old.
    pub(crate) fn open(base: &Base, keys: &Keys, upstream: &Upstream, sealed: &str) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let text = keys.purpose.upstream.open(&sealed, CONTEXT)?;
        let attempt: Self = serde_json::from_slice(&text).ok()?;
        let age = base.now().since(Timestamp::from_seconds(attempt.at));
        let is_this = attempt.upstream == upstream.id.as_str();
        (is_this && (0..TTL).contains(&age)).then_some(attempt)
    }

    /// Returns `true` if the answer has the state of this attempt.
    pub(crate) fn is_answered_by(&self, state: Option<&str>) -> bool {
        let state = state.unwrap_or_default();
        verify_slices_are_equal(state.as_bytes(), self.state.as_bytes()).is_ok()
    }

    /// The value that is used up when the answer has counted.
    pub(crate) fn to_use_once(&self, now: Timestamp) -> UseOnce {
        UseOnce {
            hash: sha256(&[CONTEXT, self.state.as_bytes()].concat()),
            denied: false,
            now,
            expires_at: Timestamp::from_seconds(self.at).plus(TTL),
        }
    }

    /// `true` if the provider is asked to authenticate the person again.
    pub(super) fn is_again(&self) -> bool {
        self.again
    }

    pub(super) fn state(&self) -> &str {
        &self.state
    }

    pub(super) fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The secret for the token request (RFC 7636 section 4.1).
    pub(super) fn verifier(&self) -> &str {
        &self.verifier
    }

    /// The challenge for the authorization request (RFC 7636 section 4.2).
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(sha256(self.verifier.as_bytes()))
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}
