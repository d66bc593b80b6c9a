//! Authentication by passkey (WebAuthn Level 3 section 7.2): as the only factor or as the second one. The person is verified by their
//! device in both cases. `webauthn-rs` checks signatures and data; challenges, accounts, and what counts once are decided here.

mod authenticators;
mod challenge;
mod refusal;
pub(crate) mod registration;
mod relying_party;
pub(crate) mod stored;

use std::fmt;

use pixie_oauth::{Acr, AuthenticationMethod, AuthenticationMethods};
use webauthn_rs::prelude::{AuthenticationResult, DiscoverableAuthentication, PublicKeyCredential};

use self::challenge::Ceremony;
use self::relying_party::RelyingParty;
use self::stored::StoredPasskey;
use super::AuthenticatedPerson;
use super::pending::PendingSignIn;
use crate::base::Base;
use crate::entities::{Account, Credential, CredentialKind};
use crate::ids::AccountId;
use crate::keys::Keys;
use crate::store::{SpendCredential, SpendProof};

pub use refusal::PasskeyRefusal;

/// A challenge for a browser, which asks a device or a password manager.
#[derive(Clone, Debug)]
pub struct PasskeyChallenge {
    /// `PublicKeyCredentialRequestOptions` or `PublicKeyCredentialCreationOptions` in JSON (WebAuthn Level 3 section 5.4 and 5.5).
    pub options: String,
    /// The challenge, sealed: it comes back with the answer. It works once, and for ten minutes.
    pub sealed: String,
}

/// The answer of a browser.
#[derive(Clone, Copy)]
pub struct PasskeyAnswer<'a> {
    /// [`PasskeyChallenge::sealed`].
    pub challenge: &'a str,
    /// The `PublicKeyCredential` in JSON (WebAuthn Level 3 section 5.1).
    pub credential: &'a str,
}

impl fmt::Debug for PasskeyAnswer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// The challenge for a sign-in: to anybody, or to the person who has proved another factor.
pub(crate) async fn challenge_for_sign_in(
    base: &Base,
    keys: &Keys,
    pending: Option<&PendingSignIn>,
) -> Result<PasskeyChallenge, PasskeyRefusal> {
    let party = RelyingParty::of(&base.settings)?;
    let (request, state) = party.webauthn.start_discoverable_authentication()?;
    let mut options = serde_json::to_value(&request.public_key)?;
    let mut ceremony = Ceremony::SignIn;
    if let Some(pending) = pending {
        ceremony = Ceremony::SecondFactor(pending);
        let credentials = base.store.list_credentials(pending.account).await?;
        let passkeys = credentials.iter().filter_map(StoredPasskey::of);
        options["allowCredentials"] = passkeys.map(|passkey| passkey.descriptor()).collect();
    }
    Ok(PasskeyChallenge {
        options: options.to_string(),
        sealed: challenge::seal(base, keys, ceremony, &state)?,
    })
}

/// The person who has answered with their passkey. The answer, and the half-finished sign-in with it, count once.
pub(crate) async fn authenticate_by_passkey(
    base: &Base,
    keys: &Keys,
    answer: PasskeyAnswer<'_>,
    pending: Option<&PendingSignIn>,
) -> Result<AuthenticatedPerson, PasskeyRefusal> {
    let party = RelyingParty::of(&base.settings)?;
    let ceremony = pending.map_or(Ceremony::SignIn, Ceremony::SecondFactor);
    let sent = challenge::open::<DiscoverableAuthentication>(base, keys, ceremony, answer.challenge)
        .ok_or(PasskeyRefusal::Ended)?;
    let response: PublicKeyCredential = serde_json::from_str(answer.credential)?;
    let (account, credential) = owner(base, &response, pending).await?;
    let passkey = StoredPasskey::of(&credential).ok_or(PasskeyRefusal::Unknown)?;
    party.check_origin(&response.response.client_data_json)?;
    let proved = party
        .webauthn
        .finish_discoverable_authentication_v2(&response, sent.state, &passkey.key)?;
    if account.disabled_at.is_some() {
        return Err(PasskeyRefusal::Disabled);
    }
    let now = base.now();
    let spend = SpendProof {
        account: account.id,
        credential: (credential.id, spent(&proved, &credential)),
        value: pending.map_or(sent.value, |pending| pending.to_use_once(now)),
    };
    if !base.store.spend_proof(spend).await? {
        return Err(PasskeyRefusal::Ended);
    }
    let methods = methods(&proved);
    Ok(AuthenticatedPerson {
        account,
        methods: pending.map_or(methods, |pending| pending.methods.with(methods)),
        acr: Acr::phishing_resistant(),
        at: now,
        credential: Some(credential.id),
    })
}

/// The account and the credential that the answer names (WebAuthn Level 3 section 7.2 step 6).
async fn owner(
    base: &Base,
    response: &PublicKeyCredential,
    pending: Option<&PendingSignIn>,
) -> Result<(Account, Credential), PasskeyRefusal> {
    let lookup = stored::lookup(&response.raw_id);
    let found = base.store.find_credential_by_lookup(lookup).await?;
    let (id, credential) = found
        .filter(|(_, credential)| credential.kind == CredentialKind::Passkey)
        .ok_or(PasskeyRefusal::Unknown)?;
    let named = response.get_user_unique_id();
    let is_owner = |handle: &[u8]| handle == AccountId::as_uuid(id).as_bytes();
    // A security key need not name the person if the request named its credential.
    let expected = match (named, pending) {
        (Some(handle), _) if !is_owner(handle) => false,
        (_, Some(pending)) => pending.account == id,
        (named, None) => named.is_some(),
    };
    if !expected {
        return Err(PasskeyRefusal::SomebodyElse);
    }
    let account = base
        .store
        .find_account(id)
        .await?
        .ok_or(PasskeyRefusal::Unknown)?;
    Ok((account, credential))
}

/// A counter only grows. Passkeys that are kept in several places have none: theirs stays 0 (WebAuthn Level 3 section 6.1.1).
fn spent(proved: &AuthenticationResult, credential: &Credential) -> SpendCredential {
    let counter = i64::from(proved.counter());
    if counter == 0 && credential.counter == 0 {
        SpendCredential::Keep
    } else {
        SpendCredential::Advance(counter)
    }
}

/// The device has verified the person, which is a factor of its own; how it did is not known (RFC 8176 section 2). A key that can be
/// backed up is one in software.
fn methods(proved: &AuthenticationResult) -> AuthenticationMethods {
    let key = if proved.backup_eligible() {
        AuthenticationMethod::SoftwareKey
    } else {
        AuthenticationMethod::HardwareKey
    };
    AuthenticationMethods::of(&[
        key,
        AuthenticationMethod::UserPresence,
        AuthenticationMethod::MultiFactor,
    ])
}
