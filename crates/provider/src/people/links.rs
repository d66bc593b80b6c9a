//! The use of a link that somebody was given: making an account by an invitation, choosing another password.

use pixie_oauth::{OneTimeLink, SessionToken};
use thiserror::Error;
use zeroize::Zeroizing;

use super::authentication::password::authenticated_by_choosing;
use super::session::NewSession;
use super::sign_in::{
    FirstFactor, SignInProgress, SignInRefusal, SignedIn, after_first_factor, open_for_browser,
};
use super::sign_up::{AccountRefusal, NewPerson, acting, new_password, prepare_account};
use crate::base::Base;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::entities::{Account, AccountLink, AccountLinkKind, LinkPurpose};
use crate::events::actor::RequestOrigin;
use crate::events::event::{AddedBy, Event};
use crate::paths;
use crate::store::{
    AcceptInvitation, AcceptedInvitation, NewAccount, ResetPassword, SetPassword, StoreError,
};

/// The state of a link that somebody presents.
#[derive(Clone, Debug)]
pub enum LinkState {
    /// It works.
    Active(Box<ShownLink>),
    /// It ended at this time.
    Expired(Timestamp),
    /// It has no use left.
    Used,
    /// The account that it is for is disabled.
    Disabled,
    /// There is no such link, or it ended long ago.
    Unknown,
}

/// A link that works.
#[derive(Clone, Debug)]
pub struct ShownLink {
    /// The link.
    pub link: AccountLink,
    /// The account that gets another password, if that is its purpose.
    pub account: Option<Account>,
    /// The person who made it; `None` if it was the operator.
    pub made_by: Option<Account>,
}

/// Why no other password is set by a link.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ResetRefusal {
    /// The link does not work any more.
    #[error("the link has been used or has expired")]
    LinkGone,
    /// Not an acceptable password.
    #[error(transparent)]
    Account(#[from] AccountRefusal),
    /// The password is set, but the person is not signed in.
    #[error(transparent)]
    SignIn(#[from] SignInRefusal),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(crate) async fn link_state(base: &Base, token: &OneTimeLink) -> Result<LinkState, StoreError> {
    let Some(link) = base.store.find_account_link(token.hash()).await? else {
        return Ok(LinkState::Unknown);
    };
    if link.uses_left == 0 {
        return Ok(LinkState::Used);
    }
    if link.ends_at <= base.now() {
        return Ok(LinkState::Expired(link.ends_at));
    }
    let account = match link.purpose {
        LinkPurpose::Invitation { .. } => None,
        LinkPurpose::Reset { account, .. } => match base.store.find_account(account).await? {
            None => return Ok(LinkState::Unknown),
            Some(account) if account.disabled_at.is_some() => return Ok(LinkState::Disabled),
            Some(account) => Some(account),
        },
    };
    let made_by = match link.made_by {
        Some(maker) => base.store.find_account(maker).await?,
        None => None,
    };
    Ok(LinkState::Active(Box::new(ShownLink {
        link,
        account,
        made_by,
    })))
}

/// Makes the account of somebody who was invited, in the groups of the invitation, and signs them in.
pub(crate) async fn accept_invitation(
    context: &Context,
    token: &OneTimeLink,
    new: NewPerson,
    replaces: Option<&SessionToken>,
    request: RequestOrigin<'_>,
) -> Result<SignedIn, AccountRefusal> {
    let (base, keys) = (&context.base, &context.keys);
    let groups = match link_state(base, token).await? {
        LinkState::Active(shown) => match shown.link.purpose {
            LinkPurpose::Invitation { groups, .. } => groups,
            LinkPurpose::Reset { .. } => return Err(AccountRefusal::LinkGone),
        },
        _ => return Err(AccountRefusal::LinkGone),
    };
    let new = NewPerson {
        username: new.username,
        name: new.name,
        email: new.email,
        password: Some(new.password.unwrap_or_default()),
        groups,
        ..NewPerson::default()
    };
    let prepared = prepare_account(base, &context.hashing, new).await?;
    let person = authenticated_by_choosing(base, prepared.clone());
    let actor = acting(person.account(), request);
    let event = Event::AccountAdded {
        account: person.account().id,
        administrator: false,
        by: AddedBy::Invitation,
    };
    let stored = base.stored_event(actor, &event);
    let command = AcceptInvitation {
        link: token.hash(),
        account: prepared,
        now: base.now(),
    };
    match base.store.accept_invitation(command, stored).await? {
        AcceptedInvitation::Accepted => base.happened(actor, &event),
        AcceptedInvitation::LinkGone => return Err(AccountRefusal::LinkGone),
        AcceptedInvitation::UsernameTaken => return Err(AccountRefusal::UsernameTaken),
    }
    Ok(open_for_browser(base, keys, person, NewSession::in_place_of(replaces), request).await?)
}

/// Gives the account of a link another password. Who has a second factor proves it before they are signed in.
pub(crate) async fn reset_password(
    context: &Context,
    token: &OneTimeLink,
    password: &str,
    ends_sessions: bool,
    replaces: Option<&SessionToken>,
    request: RequestOrigin<'_>,
) -> Result<SignInProgress, ResetRefusal> {
    let (base, keys) = (&context.base, &context.keys);
    let LinkState::Active(shown) = link_state(base, token).await? else {
        return Err(ResetRefusal::LinkGone);
    };
    let (LinkPurpose::Reset { removes_factors, .. }, Some(account)) = (&shown.link.purpose, shown.account)
    else {
        return Err(ResetRefusal::LinkGone);
    };
    let credential = new_password(base, &context.hashing, password, &account).await?;
    let outbox = context.outbox.as_ref();
    let command = ResetPassword {
        link: token.hash(),
        password: SetPassword {
            account: account.id,
            credential: credential.clone(),
            mail: outbox.and_then(|outbox| outbox.password_changed(&account, ends_sessions)),
            ends_everything: ends_sessions,
            now: base.now(),
        },
    };
    let event = Event::PasswordReset {
        account: account.id,
        removed_factors: *removes_factors,
    };
    let actor = acting(&account, request);
    let stored = base.stored_event(actor, &event);
    if !base.store.reset_password(command, stored).await? {
        return Err(ResetRefusal::LinkGone);
    }
    outbox.inspect(|outbox| outbox.wake());
    base.happened(actor, &event);
    let chosen = NewAccount {
        account,
        credentials: vec![credential],
    };
    let person = authenticated_by_choosing(base, chosen);
    // Another password ends the memory of all devices.
    let first = FirstFactor {
        new: NewSession::in_place_of(replaces),
        remembered_device: None,
        request,
    };
    Ok(after_first_factor(base, keys, person, first).await?)
}

/// The address of a link, with its secret.
pub(crate) fn link_address(base: &Base, kind: AccountLinkKind, token: &OneTimeLink) -> Zeroizing<String> {
    let page = match kind {
        AccountLinkKind::Invitation => paths::INVITATION,
        AccountLinkKind::Reset => paths::RESET_PASSWORD,
    };
    Zeroizing::new(format!(
        "{}?token={}",
        base.issuer().endpoint(page),
        token.expose()
    ))
}
