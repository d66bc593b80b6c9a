//! Signing in with a passkey at the login page: as the only factor, or to complete a sign-in.

use pixie_oauth::SessionToken;

use super::authentication::passkey::{
    PasskeyAnswer, PasskeyChallenge, PasskeyRefusal, authenticate_by_passkey, challenge_for_sign_in,
};
use super::authentication::pending::PendingSignIn;
use super::sign_in::{SignedIn, open_for_browser};
use crate::base::Base;
use crate::events::actor::{Actor, RequestOrigin};
use crate::events::event::Event;
use crate::keys::Keys;

/// A sign-in with a passkey.
#[derive(Clone, Copy, Debug)]
pub struct PasskeySignIn<'a> {
    /// The answer of the browser.
    pub answer: PasskeyAnswer<'a>,
    /// The half-finished sign-in that it completes ([`crate::SignInProgress::SecondFactor`]), from this browser; `None` if the passkey is
    /// the only factor.
    pub pending: Option<&'a str>,
    /// The request.
    pub request: RequestOrigin<'a>,
    /// The browser's session until now; it ends.
    pub replaces: Option<&'a SessionToken>,
}

/// The challenge for a sign-in. Nothing is stored.
pub(crate) async fn passkey_challenge(
    base: &Base,
    keys: &Keys,
    pending: Option<&str>,
) -> Result<PasskeyChallenge, PasskeyRefusal> {
    let pending = opened(base, keys, pending)?;
    challenge_for_sign_in(base, keys, pending.as_ref()).await
}

pub(crate) async fn sign_in_with_passkey(
    base: &Base,
    keys: &Keys,
    request: PasskeySignIn<'_>,
) -> Result<SignedIn, PasskeyRefusal> {
    let ended = try_to_sign_in(base, keys, request).await;
    if let Err(refusal) = &ended {
        let event = Event::SignInFailed {
            outcome: refusal.into(),
        };
        base.happened(Actor::Anonymous(request.request), &event);
    }
    ended
}

async fn try_to_sign_in(
    base: &Base,
    keys: &Keys,
    request: PasskeySignIn<'_>,
) -> Result<SignedIn, PasskeyRefusal> {
    let pending = opened(base, keys, request.pending)?;
    let person = authenticate_by_passkey(base, keys, request.answer, pending.as_ref()).await?;
    Ok(open_for_browser(base, keys, person, request.replaces, request.request).await?)
}

fn opened(base: &Base, keys: &Keys, pending: Option<&str>) -> Result<Option<PendingSignIn>, PasskeyRefusal> {
    let open = |sealed| PendingSignIn::open(base, keys, sealed).ok_or(PasskeyRefusal::Ended);
    pending.map(open).transpose()
}
