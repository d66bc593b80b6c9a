//! Names of common authenticators, by which people recognise their passkeys. Nothing else depends on them: an authenticator may claim
//! any AAGUID.

use uuid::{Uuid, uuid};

/// From the community's list, <https://github.com/passkeydeveloper/passkey-authenticator-aaguids>, and for security keys from the
/// FIDO Metadata Service, as of November 2026.
const NAMES: &[(Uuid, &str)] = &[
    (uuid!("fbfc3007-154e-4ecc-8c0b-6e020557d7bd"), "Apple Passwords"),
    (uuid!("dd4ec289-e01d-41c9-bb89-70fa845d4bf2"), "Apple Passwords"),
    (
        uuid!("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4"),
        "Google Password Manager",
    ),
    (uuid!("08987058-cadc-4b81-b6e1-30de50dcbe96"), "Windows Hello"),
    (uuid!("9ddd1817-af5a-4672-a2b9-3e3dd95000a9"), "Windows Hello"),
    (uuid!("6028b017-b1d4-4c02-b4b3-afcdafc96bb2"), "Windows Hello"),
    (uuid!("adce0002-35bc-c60a-648b-0b25f1f05503"), "Chrome on Mac"),
    (uuid!("b5397666-4885-aa6b-cebf-e52262a439a2"), "Chromium"),
    (uuid!("771b48fd-d3d4-4f74-9232-fc157ab0507a"), "Edge on Mac"),
    (uuid!("53414d53-554e-4700-0000-000000000000"), "Samsung Pass"),
    (uuid!("bada5566-a7aa-401f-bd96-45619a55120d"), "1Password"),
    (uuid!("d548826e-79b4-db40-a3d8-11116f7e8349"), "Bitwarden"),
    (uuid!("531126d6-e717-415c-9320-3d9aa6981239"), "Dashlane"),
    (uuid!("f3809540-7f14-49c1-a8b3-8f813b225541"), "Enpass"),
    (uuid!("fdb141b2-5d84-443e-8a35-4698c205a502"), "KeePassXC"),
    (uuid!("0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6"), "Keeper"),
    (uuid!("b84e4048-15dc-4dd0-8640-f4f60813c8af"), "NordPass"),
    (uuid!("50726f74-6f6e-5061-7373-50726f746f6e"), "Proton Pass"),
    (uuid!("cb69481e-8ff7-4039-93ec-0a2729a154a8"), "YubiKey 5"),
    (uuid!("ee882879-721c-4913-9775-3dfcce97072a"), "YubiKey 5"),
    (uuid!("fa2b99dc-9e39-4257-8f92-4a30d23c4118"), "YubiKey 5 NFC"),
    (uuid!("2fc0579f-8113-47ea-b116-bb5a8db9202a"), "YubiKey 5 NFC"),
];

/// The name of the authenticator that made a credential, by the AAGUID in its attestation object: the 16 bytes before the credential's
/// id and the length of that id (WebAuthn Level 3 section 6.5.2).
pub(super) fn name_of(attestation_object: &[u8], credential_id: &[u8]) -> Option<&'static str> {
    let length = u16::try_from(credential_id.len()).ok()?;
    let end = [&length.to_be_bytes(), credential_id].concat();
    let position = attestation_object
        .windows(end.len())
        .position(|window| window == end)?;
    let aaguid = attestation_object.get(position.checked_sub(16)?..position)?;
    let aaguid = Uuid::from_slice(aaguid).ok()?;
    let found = NAMES.iter().find(|(known, _)| *known == aaguid)?;
    Some(found.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authenticator_is_named_by_the_bytes_before_the_credential() {
        let id = [7; 20];
        let object = |aaguid: Uuid| [&[1; 60], &aaguid.as_bytes()[..], &[0, 20], &id, &[2; 40]].concat();
        let known = object(uuid!("d548826e-79b4-db40-a3d8-11116f7e8349"));
        assert_eq!(name_of(&known, &id), Some("Bitwarden"));
        assert_eq!(name_of(&object(Uuid::nil()), &id), None);
        assert_eq!(name_of(&known, &[8; 20]), None);
        assert_eq!(name_of(&known[70..], &id), None);
    }
}
