//! Making a passkey (WebAuthn Level 3 section 7.1). It is one that names its person, so that they sign in without a username.

use webauthn_rs::prelude::{PasskeyRegistration, RegisterPublicKeyCredential};

use super::challenge::{self, Ceremony};
use super::relying_party::RelyingParty;
use super::stored::{self, StoredPasskey};
use super::{PasskeyAnswer, PasskeyChallenge, PasskeyRefusal, authenticators};
use crate::base::Base;
use crate::entities::{Credential, CredentialKind};
use crate::ids::CredentialId;
use crate::keys::Keys;
use crate::people::Session;
use crate::store::UseOnceOutcome;

/// The challenge for a new passkey of the person of a session. Authenticators that have one of theirs already refuse.
pub(crate) async fn challenge_for_registration(
    base: &Base,
    keys: &Keys,
    session: &Session,
) -> Result<PasskeyChallenge, PasskeyRefusal> {
    let party = RelyingParty::of(&base.settings)?;
    let account = &session.account;
    let credentials = base.store.list_credentials(account.id).await?;
    let passkeys = credentials.iter().filter_map(StoredPasskey::of);
    let excluded = passkeys.map(|passkey| passkey.credential_id().to_vec()).collect();
    let name = account.username.as_str();
    let (request, state) =
        party
            .webauthn
            .start_passkey_registration(account.id.as_uuid(), name, name, Some(excluded))?;
    let mut options = serde_json::to_value(&request.public_key)?;
    // The library discourages keys that name their person.
    let selection = &mut options["authenticatorSelection"];
    selection["residentKey"] = "required".into();
    selection["requireResidentKey"] = true.into();
    Ok(PasskeyChallenge {
        options: options.to_string(),
        sealed: challenge::seal(base, keys, Ceremony::Registration(session), &state)?,
    })
}

/// The passkey that the answer proves, named after its authenticator. The answer counts once.
pub(crate) async fn registered_passkey(
    base: &Base,
    keys: &Keys,
    session: &Session,
    answer: PasskeyAnswer<'_>,
) -> Result<Credential, PasskeyRefusal> {
    let party = RelyingParty::of(&base.settings)?;
    let ceremony = Ceremony::Registration(session);
    let sent = challenge::open::<PasskeyRegistration>(base, keys, ceremony, answer.challenge)
        .ok_or(PasskeyRefusal::Ended)?;
    let response: RegisterPublicKeyCredential = serde_json::from_str(answer.credential)?;
    party.check_origin(&response.response.client_data_json)?;
    let key: webauthn_rs::prelude::Credential = party
        .webauthn
        .finish_passkey_registration(&response, &sent.state)?
        .into();
    if base.store.use_once(sent.value).await? != UseOnceOutcome::First {
        return Err(PasskeyRefusal::Ended);
    }
    let name = authenticators::name_of(&response.response.attestation_object, &key.cred_id);
    let (lookup, counter) = (stored::lookup(&key.cred_id), i64::from(key.counter));
    let passkey = StoredPasskey {
        relying_party: party.id.to_owned(),
        key,
    };
    Ok(Credential {
        id: CredentialId::new(base.milliseconds(), &*base.randomness)?,
        kind: CredentialKind::Passkey,
        label: name.map(str::to_owned),
        lookup: Some(lookup),
        secret: passkey.to_secret()?,
        counter,
        created_at: base.now(),
        last_used_at: None,
    })
}
