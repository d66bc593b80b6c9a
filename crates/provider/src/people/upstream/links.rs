//! Links between identities and accounts, and the accounts that are made for identities.

use serde_json::{Value, json};

use super::refusal::UpstreamRefusal;
use crate::base::Base;
use crate::context::Context;
use crate::entities::{Account, Credential, CredentialKind, CredentialSecret, Username};
use crate::events::actor::{ActingPerson, Actor, RequestOrigin};
use crate::events::event::{AddedBy, Event};
use crate::ids::{AccountId, CredentialId};
use crate::people::AccountRefusal;
use crate::randomness::bytes;
use crate::settings::Upstream;
use crate::store::{AddCredentials, AddedCredentials, InsertAccount, NewAccount, StoreError};
use crate::upstream::Identity;

use pixie_oauth::StandardClaim;

/// Links of an account at most.
const MAX_LINKS: usize = 20;

/// Characters of a credential's name at most.
const MAX_LABEL: usize = 60;

/// Usernames that are tried with a number before a random one is.
const NUMBERED: u32 = 9;

/// Random usernames that are tried.
const MAX_RANDOM: u32 = 5;

/// The account to which an identity is linked, and the credential.
pub(super) async fn find(
    base: &Base,
    identity: &Identity,
) -> Result<Option<(AccountId, CredentialId)>, StoreError> {
    let found = base.store.find_credential_by_lookup(identity.lookup()).await?;
    Ok(found.map(|(account, credential)| (account, credential.id)))
}

/// Links an identity to an account.
pub(super) async fn add(
    base: &Base,
    account: &Account,
    identity: &Identity,
    request: RequestOrigin<'_>,
) -> Result<CredentialId, UpstreamRefusal> {
    let credentials = base.store.list_credentials(account.id).await?;
    let links = credentials
        .iter()
        .filter(|one| one.kind == CredentialKind::Upstream);
    if links.count() >= MAX_LINKS {
        return Err(UpstreamRefusal::TooMany);
    }
    let credential = credential(base, identity)?;
    let id = credential.id;
    let command = AddCredentials {
        account: account.id,
        credentials: vec![credential],
        replaces: None,
    };
    let actor = Actor::Person(ActingPerson { account, request });
    let event = Event::CredentialAdded {
        account: account.id,
        kind: CredentialKind::Upstream,
    };
    let stored = base.stored_event(actor, &event);
    match base.store.add_credentials(command, stored).await? {
        AddedCredentials::Added => {
            base.happened(actor, &event);
            Ok(id)
        }
        AddedCredentials::Taken => Err(UpstreamRefusal::BelongsToSomebodyElse),
        AddedCredentials::AccountGone => Err(UpstreamRefusal::Disabled),
    }
}

/// Makes an account for an identity, which it is linked to. If somebody has the username, a number is added.
pub(super) async fn create(
    context: &Context,
    upstream: &Upstream,
    identity: &Identity,
    request: RequestOrigin<'_>,
) -> Result<(Account, CredentialId), UpstreamRefusal> {
    let base = &context.base;
    let sign_ups = &context.limits.sign_ups;
    sign_ups
        .take(request.address, base.now())
        .map_err(AccountRefusal::SlowDown)?;
    let preferred = username(identity);
    for attempt in 0..NUMBERED + MAX_RANDOM {
        let name = match attempt {
            0 => preferred.clone(),
            1..NUMBERED => format!("{preferred}{}", attempt + 1),
            _ => format!("{preferred}-{}", u32::from_be_bytes(bytes(&*base.randomness)?)),
        };
        let Ok(username) = Username::parse(&name) else {
            continue;
        };
        let account = account(base, upstream, identity, username)?;
        let credential = credential(base, identity)?;
        let id = credential.id;
        let new = NewAccount {
            account: account.clone(),
            credentials: vec![credential],
        };
        let actor = Actor::Person(ActingPerson {
            account: &account,
            request,
        });
        let event = Event::AccountAdded {
            account: account.id,
            administrator: false,
            by: AddedBy::Upstream,
        };
        let stored = base.stored_event(actor, &event);
        if base.store.insert_account(new, stored).await? == InsertAccount::Inserted {
            base.happened(actor, &event);
            return Ok((account, id));
        }
    }
    Err(AccountRefusal::UsernameTaken.into())
}

fn account(
    base: &Base,
    upstream: &Upstream,
    identity: &Identity,
    username: Username,
) -> Result<Account, UpstreamRefusal> {
    let id = AccountId::new(base.milliseconds(), &*base.randomness)?;
    let mut account = Account {
        name: identity.name.clone(),
        email: identity.email.clone(),
        groups: identity.groups.clone(),
        ..Account::new(id, username, base.now())
    };
    let trusted = identity
        .email
        .as_deref()
        .is_some_and(|email| upstream.is_trusted_for(email));
    if trusted {
        let claim = StandardClaim::EmailVerified.as_str();
        let claims = account.claims.with(claim, Value::Bool(true));
        account.claims = claims.map_err(|error| AccountRefusal::Profile(error.into()))?;
    }
    Ok(account.settled().map_err(AccountRefusal::from)?)
}

/// The username that the person would have chosen: theirs at the provider, or the first part of their address.
fn username(identity: &Identity) -> String {
    let local_part = |email: &str| email.rsplit_once('@').map(|(local, _)| local.to_owned());
    let address = identity.email.as_deref().and_then(local_part);
    let texts = [identity.username.clone(), address, identity.name.clone()];
    let mut usable = texts
        .into_iter()
        .flatten()
        .filter(|text| Username::parse(text).is_ok());
    usable.next().unwrap_or_else(|| "user".to_owned())
}

fn credential(base: &Base, identity: &Identity) -> Result<Credential, UpstreamRefusal> {
    // It proves nothing: it says where the identity is.
    let place =
        json!({ "upstream": identity.upstream, "issuer": identity.issuer, "subject": identity.subject });
    Ok(Credential {
        id: CredentialId::new(base.milliseconds(), &*base.randomness)?,
        kind: CredentialKind::Upstream,
        label: Some(identity.label().chars().take(MAX_LABEL).collect()),
        lookup: Some(identity.lookup()),
        secret: CredentialSecret::from_stored(place.to_string().into_bytes()),
        counter: 0,
        created_at: base.now(),
        last_used_at: None,
    })
}

/// The id of the upstream provider of a credential, as it was when the identity was linked.
pub(crate) fn upstream_of(credential: &Credential) -> Option<String> {
    let place: Value = serde_json::from_slice(credential.secret.as_stored()).ok()?;
    let is_link = credential.kind == CredentialKind::Upstream;
    Some(place.get("upstream")?.as_str()?.to_owned()).filter(|_| is_link)
}

/// Puts the person into the groups that the provider's groups mean, and takes them out of those that it does not name any more.
/// Other groups stay.
pub(super) async fn take_over_groups(
    base: &Base,
    upstream: &Upstream,
    identity: &Identity,
    account: Account,
) -> Result<Account, UpstreamRefusal> {
    let managed: Vec<_> = upstream.groups.values().collect();
    let mut groups = account.groups.clone();
    groups.retain(|group| !managed.contains(&group) || identity.groups.contains(group));
    let missing = identity
        .groups
        .iter()
        .filter(|group| !account.groups.contains(group));
    groups.extend(missing.cloned());
    if groups == account.groups {
        return Ok(account);
    }
    let changed = Account {
        groups,
        updated_at: base.now(),
        ..account
    };
    let changed = changed.settled().map_err(AccountRefusal::from)?;
    let event = Event::AccountChanged {
        account: changed.id,
        administrator: changed.administrator,
    };
    let stored = base.stored_event(Actor::System, &event);
    if !base.store.update_account(changed.clone(), stored).await? {
        return Err(UpstreamRefusal::Disabled);
    }
    base.happened(Actor::System, &event);
    Ok(changed)
}
