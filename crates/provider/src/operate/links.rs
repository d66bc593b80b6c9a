//! Links that administrators and the operator make and hand over: invitations, and links to choose another password.

use pixie_oauth::OneTimeLink;
use thiserror::Error;
use zeroize::Zeroizing;

use super::roles::{Command, Target, may};
use crate::base::Base;
use crate::clock::Timestamp;
use crate::entities::{
    Account, AccountLink, LinkPurpose, ProfileError, Username, UsernameError, settled_groups,
};
use crate::events::actor::Actor;
use crate::events::event::Event;
use crate::people::links::link_address;
use crate::randomness::RandomnessError;
use crate::settings::SignUpMode;
use crate::store::{NewAccountLink, StoreError};

/// Uses of an invitation at most.
const MAX_USES: u32 = 10_000;

/// Seconds that a link lasts at most.
const MAX_LIFETIME: i64 = 90 * 24 * 3600;

/// An invitation to be made.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// The username that the form suggests.
    pub username: Option<String>,
    /// The groups of the accounts.
    pub groups: Vec<String>,
    /// The number of accounts, from 1 to 10,000.
    pub uses: u32,
    /// Seconds until it ends, 90 days at most.
    pub lifetime: i64,
}

/// A link that was just made. Its address is shown once and cannot be read again.
pub struct MadeLink {
    /// The address, with the secret.
    pub address: Zeroizing<String>,
    /// The time from which on it does not work.
    pub ends_at: Timestamp,
}

/// Why a link is not made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LinkRefusal {
    /// The actor may not do this.
    #[error("only administrators make such links")]
    NotAllowed,
    /// Nobody makes an account by a link here.
    #[error("accounts are made by administrators here: `accounts.sign_up` is `closed`")]
    InvitationsOff,
    /// Not a number of uses.
    #[error("an invitation has 1 to 10000 uses")]
    Uses,
    /// Not a lifetime.
    #[error("a link lasts from a second to 90 days")]
    Lifetime,
    /// Not a username.
    #[error(transparent)]
    Username(#[from] UsernameError),
    /// Not the names of groups.
    #[error(transparent)]
    Groups(#[from] ProfileError),
    /// The account is gone.
    #[error("there is no such account")]
    Unknown,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There are no random bytes.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

pub(crate) async fn invite(
    base: &Base,
    actor: Actor<'_>,
    new: NewInvitation,
) -> Result<MadeLink, LinkRefusal> {
    if !may(actor, Command::Invite, Target::Server, &base.settings) {
        return Err(LinkRefusal::NotAllowed);
    }
    if base.settings.sign_up == SignUpMode::Closed {
        return Err(LinkRefusal::InvitationsOff);
    }
    if !(1..=MAX_USES).contains(&new.uses) {
        return Err(LinkRefusal::Uses);
    }
    let username = new.username.as_deref().map(Username::parse).transpose()?;
    let purpose = LinkPurpose::Invitation {
        username,
        groups: settled_groups(new.groups)?,
    };
    let link = new_link(base, actor, purpose, new.uses, new.lifetime)?;
    let event = Event::InvitationMade {
        uses: link.uses_left,
        expires_at: link.ends_at,
    };
    make(base, actor, link, &event).await
}

pub(crate) async fn make_reset_link(
    base: &Base,
    actor: Actor<'_>,
    account: &Account,
    removes_factors: bool,
    lifetime: i64,
) -> Result<MadeLink, LinkRefusal> {
    let target = Target::Account(account.id);
    if !may(actor, Command::MakeResetLink, target, &base.settings) {
        return Err(LinkRefusal::NotAllowed);
    }
    let purpose = LinkPurpose::Reset {
        account: account.id,
        removes_factors,
    };
    let link = new_link(base, actor, purpose, 1, lifetime)?;
    let event = Event::ResetLinkMade {
        account: account.id,
        removes_factors,
        expires_at: link.ends_at,
    };
    make(base, actor, link, &event).await
}

fn new_link(
    base: &Base,
    actor: Actor<'_>,
    purpose: LinkPurpose,
    uses: u32,
    lifetime: i64,
) -> Result<AccountLink, LinkRefusal> {
    if !(1..=MAX_LIFETIME).contains(&lifetime) {
        return Err(LinkRefusal::Lifetime);
    }
    Ok(AccountLink {
        purpose,
        uses_left: uses,
        made_by: actor.account().map(|account| account.id),
        made_at: base.now(),
        ends_at: base.now().plus(lifetime),
    })
}

async fn make(
    base: &Base,
    actor: Actor<'_>,
    link: AccountLink,
    event: &Event<'_>,
) -> Result<MadeLink, LinkRefusal> {
    let token: OneTimeLink = base.random_token()?;
    let made = MadeLink {
        address: link_address(base, link.purpose.kind(), &token),
        ends_at: link.ends_at,
    };
    let new = NewAccountLink {
        hash: token.hash(),
        link,
        replaces: true,
        mail: None,
    };
    let stored = base.stored_event(actor, event);
    if !base.store.insert_account_link(new, stored).await? {
        return Err(LinkRefusal::Unknown);
    }
    base.happened(actor, event);
    Ok(made)
}
