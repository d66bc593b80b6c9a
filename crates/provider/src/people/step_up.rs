//! A step-up, in which the sign-in of a session goes on with a second factor, and the first one is not asked for again.

use super::authentication::pending::PendingSignIn;
use super::policy::{Demand, demand};
use super::session::Session;
use super::sign_in::{has_app, has_passkey};
use crate::base::Base;
use crate::keys::Keys;
use crate::seal::SealError;
use crate::store::StoreError;

/// The factors that the person of a session could still prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The application into which the provider is mounted knows how its people sign in.
    Unknown,
    /// The credentials of the account have no second factor, or the policy asks nobody for it.
    OneFactor,
    /// They have one.
    TwoFactors,
    /// They have a passkey.
    PhishingResistant,
}

pub(crate) async fn reach(base: &Base, session: &Session, demanded: Demand) -> Result<Reach, StoreError> {
    if demanded == Demand::None {
        return Ok(Reach::OneFactor);
    }
    let credentials = base.store.list_credentials(session.account.id).await?;
    Ok(if has_passkey(base, &credentials) {
        Reach::PhishingResistant
    } else if has_app(&credentials) {
        Reach::TwoFactors
    } else if session.account.external_id.is_some() {
        Reach::Unknown
    } else {
        Reach::OneFactor
    })
}

pub(crate) fn begin_step_up(base: &Base, keys: &Keys, session: &Session) -> Result<String, SealError> {
    PendingSignIn::seal_step_up(base, keys, session)
}

/// `true` if the policy demands a second factor that a session of this server's own account does not have.
pub(crate) fn lacks_second_factor(base: &Base, session: &Session) -> bool {
    let settings = &base.settings;
    let demand = demand(&settings.sign_in, &session.account, None, base.now());
    demand == Demand::Required && !session.meets_policy(&settings.acr)
}

/// `true` if the policy lets the person of a session add a second factor.
pub(crate) fn may_add_second_factor(base: &Base, session: &Session) -> bool {
    demand(&base.settings.sign_in, &session.account, None, base.now()) != Demand::None
}
