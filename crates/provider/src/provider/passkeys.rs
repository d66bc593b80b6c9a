//! Passkeys of people: adding one, and signing in with one.

use super::Provider;
use crate::operate::passkeys;
use crate::people::authentication::passkey::registration::challenge_for_registration;
use crate::people::passkey_sign_in;
use crate::store::StoreError;
use crate::{
    Account, Credential, CredentialRefusal, FreshSession, PasskeyAnswer, PasskeyChallenge, PasskeyRefusal,
    PasskeySignIn, PasskeySignals, Session, SignedIn,
};

impl Provider {
    /// The challenge for a browser for a sign-in with a passkey: by anybody, or by the person of a half-finished sign-in
    /// ([`crate::SignInProgress::SecondFactor`]). Nothing is stored.
    ///
    /// # Errors
    /// See [`PasskeyRefusal`].
    pub async fn passkey_challenge(&self, pending: Option<&str>) -> Result<PasskeyChallenge, PasskeyRefusal> {
        passkey_sign_in::passkey_challenge(&self.context.base, &self.context.keys, pending).await
    }

    /// Checks the answer of a browser, ends its former session and opens a new one.
    ///
    /// # Errors
    /// See [`PasskeyRefusal`].
    pub async fn sign_in_with_passkey(&self, request: PasskeySignIn<'_>) -> Result<SignedIn, PasskeyRefusal> {
        passkey_sign_in::sign_in_with_passkey(&self.context.base, &self.context.keys, request).await
    }

    /// The challenge for a browser for a new passkey of the person of a session.
    ///
    /// # Errors
    /// See [`PasskeyRefusal`].
    pub async fn new_passkey(&self, session: &Session) -> Result<PasskeyChallenge, PasskeyRefusal> {
        challenge_for_registration(&self.context.base, &self.context.keys, session).await
    }

    /// Adds the passkey that the answer of a browser proves; if `label` is empty, it is named after its authenticator.
    ///
    /// # Errors
    /// See [`CredentialRefusal`].
    pub async fn add_passkey(
        &self,
        person: FreshSession<'_>,
        answer: PasskeyAnswer<'_>,
        label: &str,
    ) -> Result<(), CredentialRefusal> {
        passkeys::add_passkey(&self.context.base, &self.context.keys, person, answer, label).await
    }

    /// The relying party id of the passkey that was made last, if it is another one than that of the settings: passkeys that were made
    /// for it do not work.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn former_relying_party(&self) -> Result<Option<String>, StoreError> {
        passkeys::former_relying_party(&self.context.base).await
    }

    /// The facts for the password manager of a person about these credentials of their account; `None` if there are no passkeys here.
    pub fn passkey_signals(&self, account: &Account, credentials: &[Credential]) -> Option<PasskeySignals> {
        passkeys::passkey_signals(self.settings(), account, credentials)
    }
}
