//! Remembered devices: browsers in which a person has proved their second factor, and that are not asked for it for some days. Each is a
//! credential, bound to the second factor that was proved and to the password: when one of them goes, the device is as any other.

use pixie_oauth::DeviceToken;

use crate::clock::Timestamp;
use crate::entities::{Credential, CredentialKind, CredentialSecret};
use crate::ids::CredentialId;

/// Devices of an account that are remembered at most; the next one takes the place of the oldest.
pub(crate) const MAX_DEVICES: usize = 10;

/// The device of a token, which was proved to have this second factor.
pub(crate) fn new_device(
    id: CredentialId,
    token: &DeviceToken,
    second_factor: CredentialId,
    credentials: &[Credential],
    (label, now): (Option<String>, Timestamp),
) -> Credential {
    Credential {
        id,
        kind: CredentialKind::RememberedDevice,
        label,
        lookup: Some(*token.hash().as_bytes()),
        secret: CredentialSecret::from_stored(binding(second_factor, credentials)),
        counter: 0,
        created_at: now,
        last_used_at: None,
    }
}

/// The device among the credentials of an account that has this token, if it is remembered.
pub(crate) fn device_of<'a>(
    credentials: &'a [Credential],
    token: &DeviceToken,
    remembered_for: i64,
    now: Timestamp,
) -> Option<&'a Credential> {
    let lookup = Some(*token.hash().as_bytes());
    remembered(credentials, remembered_for, now).find(|device| device.lookup == lookup)
}

/// The devices among the credentials of an account that are remembered, in the order in which they were.
pub(crate) fn remembered(
    credentials: &[Credential],
    remembered_for: i64,
    now: Timestamp,
) -> impl Iterator<Item = &Credential> {
    let devices = credentials
        .iter()
        .filter(|one| one.kind == CredentialKind::RememberedDevice);
    devices.filter(move |device| {
        now.since(device.created_at) < remembered_for
            && credentials.iter().any(|second_factor| {
                second_factor.kind != CredentialKind::RememberedDevice
                    && device.secret.as_stored() == binding(second_factor.id, credentials)
            })
    })
}

/// The ids of a second factor and of the password. A password that is changed has another id.
fn binding(second_factor: CredentialId, credentials: &[Credential]) -> Vec<u8> {
    let mut passwords = credentials
        .iter()
        .filter(|one| one.kind == CredentialKind::Password);
    let ids = [Some(second_factor), passwords.next().map(|password| password.id)];
    ids.iter()
        .flatten()
        .flat_map(|id| *id.as_uuid().as_bytes())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const DAY: i64 = 24 * 3600;

    fn id(number: u128) -> CredentialId {
        CredentialId::from_uuid(uuid::Uuid::from_u128(number))
    }

    fn credential(number: u128, kind: CredentialKind) -> Credential {
        Credential {
            id: id(number),
            kind,
            label: None,
            lookup: None,
            secret: CredentialSecret::from_stored(Vec::new()),
            counter: 0,
            created_at: NOW,
            last_used_at: None,
        }
    }

    #[test]
    fn a_device_is_remembered_until_its_time_its_second_factor_or_the_password_has_gone() {
        let token = DeviceToken::new(0, &[7; 32]);
        let (password, app) = (
            credential(1, CredentialKind::Password),
            credential(2, CredentialKind::Totp),
        );
        let before = [password.clone(), app.clone()];
        let device = new_device(id(3), &token, app.id, &before, (None, NOW));
        let found = |others: &[&Credential], token: &DeviceToken, later| {
            let mut all: Vec<_> = others.iter().map(|one| (*one).clone()).collect();
            all.push(device.clone());
            device_of(&all, token, 30 * DAY, NOW.plus(later)).is_some()
        };
        assert!(found(&[&password, &app], &token, 0));
        assert!(found(&[&password, &app], &token, 30 * DAY - 1));
        assert!(!found(&[&password, &app], &token, 30 * DAY));
        assert!(!found(&[&password, &app], &DeviceToken::new(0, &[8; 32]), 0));
        assert!(!found(&[&password], &token, 0));
        assert!(!found(&[&app], &token, 0));
        let (changed, another) = (
            credential(4, CredentialKind::Password),
            credential(5, CredentialKind::Totp),
        );
        assert!(!found(&[&changed, &app], &token, 0));
        assert!(!found(&[&password, &another], &token, 0));
        assert!(found(&[&password, &app, &another], &token, 0));
    }
}
