//! Remembering a device on which a second factor was proved, and the devices that are.

use pixie_oauth::DeviceToken;

use super::authentication::AuthenticatedPerson;
use super::authentication::remembered_device::{MAX_DEVICES, new_device, remembered};
use super::policy::remember_devices;
use crate::base::Base;
use crate::entities::{Account, Credential, CredentialKind};
use crate::events::actor::{ActingPerson, Actor, RequestOrigin};
use crate::events::event::Event;
use crate::ids::CredentialId;
use crate::people::SecondFactorRefusal;
use crate::store::{AddCredentials, AddedCredentials, RemoveCredential, StoreError};

/// A browser that is not asked for a second factor for some days.
#[derive(Debug)]
pub struct RememberedDevice {
    /// The value for its cookie.
    pub token: DeviceToken,
    /// Seconds for which it is remembered.
    pub lifetime: i64,
}

/// Remembers the browser in which a person has proved their second factor, if the policy allows it. Devices that are remembered no more
/// go.
pub(super) async fn remember_device(
    base: &Base,
    person: &AuthenticatedPerson,
    name: &str,
    request: RequestOrigin<'_>,
) -> Result<Option<RememberedDevice>, SecondFactorRefusal> {
    let (account, now) = (person.account(), base.now());
    let lifetime = remember_devices(&base.settings.sign_in, account);
    let Some((lifetime, second_factor)) = lifetime.zip(person.credential()) else {
        return Ok(None);
    };
    let credentials = base.store.list_credentials(account.id).await?;
    remove_stale(base, account, &credentials, lifetime).await?;
    let token: DeviceToken = base.random_token()?;
    let id = CredentialId::new(base.milliseconds(), &*base.randomness)?;
    let label = Some(name.to_owned()).filter(|name| !name.is_empty());
    let device = new_device(id, &token, second_factor, &credentials, (label, now));
    let event = Event::CredentialAdded {
        account: account.id,
        kind: device.kind,
    };
    let actor = Actor::Person(ActingPerson {
        account,
        request,
        fresh: true,
    });
    let command = AddCredentials {
        account: account.id,
        credentials: vec![device],
        replaces: None,
    };
    let stored = base.stored_event(actor, &event);
    if base.store.add_credentials(command, stored).await? != AddedCredentials::Added {
        return Ok(None);
    }
    base.happened(actor, &event);
    Ok(Some(RememberedDevice { token, lifetime }))
}

/// Removes the devices that are remembered no more, and the oldest if there are too many for one more.
async fn remove_stale(
    base: &Base,
    account: &Account,
    credentials: &[Credential],
    lifetime: i64,
) -> Result<(), StoreError> {
    let alive: Vec<_> = remembered(credentials, lifetime, base.now()).collect();
    let kept = &alive[alive.len().saturating_sub(MAX_DEVICES - 1)..];
    let devices = credentials
        .iter()
        .filter(|one| one.kind == CredentialKind::RememberedDevice);
    for device in devices.filter(|device| kept.iter().all(|kept| kept.id != device.id)) {
        let command = RemoveCredential {
            account: account.id,
            credential: device.id,
            even_last: false,
        };
        base.store.remove_credential(command, None).await?;
    }
    Ok(())
}

/// The devices of an account that are remembered, the oldest first.
pub(crate) async fn remembered_devices(
    base: &Base,
    account: &Account,
) -> Result<Vec<Credential>, StoreError> {
    let Some(lifetime) = remember_devices(&base.settings.sign_in, account) else {
        return Ok(Vec::new());
    };
    let credentials = base.store.list_credentials(account.id).await?;
    Ok(remembered(&credentials, lifetime, base.now()).cloned().collect())
}
