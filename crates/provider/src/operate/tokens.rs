//! Revoking tokens of anybody, and taking back what people allowed.

use thiserror::Error;

use super::roles::{Command, Target, may};
use crate::base::Base;
use crate::events::actor::Actor;
use crate::events::event::Event;
use crate::ids::{AccountId, ClientKey};
use crate::keys::Keys;
use crate::store::{RevokeGrants, RevokeOutcome, RevokeToken, StoreError, WithdrawConsent};
use crate::token::revoke;

/// Nothing is revoked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RevocationRefusal {
    /// The actor may not do this.
    #[error("only administrators revoke what belongs to others")]
    NotAllowed,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(crate) async fn withdraw_authorization(
    base: &Base,
    actor: Actor<'_>,
    account: AccountId,
    client: ClientKey,
) -> Result<(), RevocationRefusal> {
    allow(
        base,
        actor,
        Command::WithdrawAuthorization,
        Target::Account(account),
    )?;
    let event = Event::AuthorizationWithdrawn { client, account };
    let command = WithdrawConsent {
        account,
        client,
        now: base.now(),
    };
    let stored = base.stored_event(actor, &event);
    base.store.withdraw_consent(command, stored).await?;
    base.happened(actor, &event);
    Ok(())
}

pub(crate) async fn revoke_any_token(
    base: &Base,
    keys: &Keys,
    actor: Actor<'_>,
    text: &str,
) -> Result<bool, RevocationRefusal> {
    allow(base, actor, Command::RevokeTokens, Target::Server)?;
    let Some(token) = revoke::revocable(base, keys, text).await else {
        return Ok(false);
    };
    let command = RevokeToken {
        token,
        client: None,
        now: base.now(),
    };
    let stored = base.stored_event(actor, &Event::TokenRevoked);
    let revoked = base.store.revoke_token(command, stored).await? == RevokeOutcome::Revoked;
    if revoked {
        base.happened(actor, &Event::TokenRevoked);
    }
    Ok(revoked)
}

pub(crate) async fn revoke_tokens_of(
    base: &Base,
    actor: Actor<'_>,
    account: Option<AccountId>,
    client: Option<ClientKey>,
) -> Result<u64, RevocationRefusal> {
    allow(base, actor, Command::RevokeTokens, Target::Server)?;
    let event = |revoked| Event::TokensRevoked {
        account,
        client,
        revoked,
    };
    let command = RevokeGrants {
        account,
        client,
        now: base.now(),
    };
    let stored = base.stored_event(actor, &event(0));
    let revoked = base.store.revoke_grants(command, stored).await?;
    base.happened(actor, &event(revoked));
    Ok(revoked)
}

fn allow(
    base: &Base,
    actor: Actor<'_>,
    command: Command,
    target: Target<'_>,
) -> Result<(), RevocationRefusal> {
    if may(actor, command, target, &base.settings) {
        Ok(())
    } else {
        Err(RevocationRefusal::NotAllowed)
    }
}
