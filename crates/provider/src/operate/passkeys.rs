//! Passkeys of a person, added by themselves, and what their browser may know of them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::credentials::{CredentialRefusal, FreshSession, MAX_CREDENTIALS, add, read_label};
use crate::base::Base;
use crate::entities::{Account, Credential};
use crate::keys::Keys;
use crate::people::PasskeyAnswer;
use crate::people::authentication::passkey::registration::registered_passkey;
use crate::people::authentication::passkey::stored::StoredPasskey;
use crate::settings::{PasskeySettings, Settings};
use crate::store::StoreError;

/// The facts for a password manager about the passkeys of a person, so that it offers no others (WebAuthn Level 3 section 5.1.10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeySignals {
    /// The relying party id.
    pub relying_party_id: String,
    /// The user handle, in base64url.
    pub user_id: String,
    /// The ids of the credentials that are accepted, in base64url.
    pub credential_ids: Vec<String>,
    /// The username.
    pub username: String,
}

/// Adds the passkey that the answer proves.
pub(crate) async fn add_passkey(
    base: &Base,
    keys: &Keys,
    person: FreshSession<'_>,
    answer: PasskeyAnswer<'_>,
    label: &str,
) -> Result<(), CredentialRefusal> {
    let (account, label) = (person.account().id, read_label(label)?);
    if base.store.list_credentials(account).await?.len() >= MAX_CREDENTIALS {
        return Err(CredentialRefusal::TooMany);
    }
    let passkey = registered_passkey(base, keys, person.session, answer).await?;
    let passkey = Credential {
        label: label.or(passkey.label),
        ..passkey
    };
    add(base, person.actor(), account, vec![passkey], None).await
}

/// The relying party id of the passkey that was made last, if the settings have another one, or none.
pub(crate) async fn former_relying_party(base: &Base) -> Result<Option<String>, StoreError> {
    let newest = base.store.newest_passkey().await?;
    let id = newest
        .as_ref()
        .and_then(StoredPasskey::of)
        .map(|passkey| passkey.relying_party);
    let present = base.settings.passkeys.as_ref();
    let present = present.map(PasskeySettings::relying_party_id);
    Ok(id.filter(|id| present != Some(id)))
}

/// The passkeys among these credentials of an account, for its person's password manager; `None` if there are no passkeys here.
pub(crate) fn passkey_signals(
    settings: &Settings,
    account: &Account,
    credentials: &[Credential],
) -> Option<PasskeySignals> {
    let id = settings.passkeys.as_ref()?.relying_party_id();
    let passkeys = credentials.iter().filter_map(StoredPasskey::of);
    let accepted = passkeys.filter(|passkey| passkey.relying_party == id);
    Some(PasskeySignals {
        relying_party_id: id.to_owned(),
        user_id: URL_SAFE_NO_PAD.encode(account.id.as_uuid().as_bytes()),
        credential_ids: accepted
            .map(|passkey| URL_SAFE_NO_PAD.encode(passkey.credential_id()))
            .collect(),
        username: account.username.to_string(),
    })
}
