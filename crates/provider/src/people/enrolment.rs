//! Enrolment in the sign-in: somebody who has proved one factor adds a second one, because the policy asks for it.

use pixie_oauth::SessionToken;

use super::authentication::pending::PendingSignIn;
use super::authentication::second_factor::SecondFactorRefusal;
use super::policy::{Demand, demand, required_from};
use super::session::NewSession;
use super::sign_in::{SignedIn, has_second_factor, is_in_its_session, open_for_browser};
use crate::base::Base;
use crate::clock::Timestamp;
use crate::entities::Account;
use crate::events::actor::RequestOrigin;
use crate::keys::Keys;
use crate::store::{StoreError, UseOnceOutcome};

/// Somebody who has proved one factor and has no other.
pub(crate) struct Enrolling {
    pub(crate) pending: PendingSignIn,
    pub(crate) account: Account,
    /// The time from which a second factor is required, if the person may put it off until then.
    pub(crate) required_from: Option<Timestamp>,
}

/// The enrolment of a browser; `None` if its sign-in has ended, or if the person has a second factor and has to prove it.
pub(crate) async fn enrolling(
    base: &Base,
    keys: &Keys,
    pending: &str,
    session: Option<&SessionToken>,
) -> Result<Option<Enrolling>, StoreError> {
    let pending = PendingSignIn::open(base, keys, pending).filter(|pending| pending.may_enrol);
    let Some(pending) = pending else {
        return Ok(None);
    };
    let account = base.store.find_account(pending.account).await?;
    let account = account.filter(|account| account.disabled_at.is_none());
    let Some(account) = account else {
        return Ok(None);
    };
    let ended = !is_in_its_session(base, &pending, session).await?;
    if ended || has_second_factor(base, account.id).await? {
        return Ok(None);
    }
    let rules = &base.settings.sign_in;
    // An application that requires a second factor of a session does so now.
    let suggested = pending.session.is_none() && demand(rules, &account, None, base.now()) < Demand::Required;
    Ok(Some(Enrolling {
        required_from: required_from(rules, &account).filter(|_| suggested),
        pending,
        account,
    }))
}

/// Uses the half-finished sign-in up; `false` if it was completed before.
pub(crate) async fn complete_once(base: &Base, pending: &PendingSignIn) -> Result<bool, StoreError> {
    let value = pending.to_use_once(base.now());
    Ok(base.store.use_once(value).await? == UseOnceOutcome::First)
}

/// Signs the person in with one factor, while the policy lets them put the other off.
pub(crate) async fn put_off_enrolment(
    base: &Base,
    keys: &Keys,
    pending: &str,
    replaces: Option<&SessionToken>,
    request: RequestOrigin<'_>,
) -> Result<SignedIn, SecondFactorRefusal> {
    let enrolling = enrolling(base, keys, pending, replaces).await?;
    let enrolling = enrolling.filter(|enrolling| enrolling.required_from.is_some());
    let Enrolling { pending, account, .. } = enrolling.ok_or(SecondFactorRefusal::Ended)?;
    if !complete_once(base, &pending).await? {
        return Err(SecondFactorRefusal::Ended);
    }
    let new = NewSession {
        replaces,
        persistent: pending.persistent,
        ..NewSession::default()
    };
    Ok(open_for_browser(base, keys, pending.with_one_factor(account), new, request).await?)
}
