//! The ways in which people sign in.

use super::Provider;
use crate::operate::credentials;
use crate::people::remembered_devices::remembered_devices;
use crate::store::StoreError;
use crate::{
    Account, AccountId, Actor, Credential, CredentialId, CredentialRefusal, FreshSession, NewTotp,
    RecoveryCodes, RequestOrigin, Session,
};

impl Provider {
    /// The credentials of an account, the oldest first.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn credentials(&self, account: AccountId) -> Result<Vec<Credential>, StoreError> {
        self.context.base.store.list_credentials(account).await
    }

    /// The devices on which a person is not asked for their second factor, the oldest first.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn remembered_devices(&self, account: &Account) -> Result<Vec<Credential>, StoreError> {
        remembered_devices(&self.context.base, account).await
    }

    /// Forgets a device of the person of a session: they are asked for their second factor there.
    ///
    /// # Errors
    /// There is no such device, or the store did not answer.
    pub async fn forget_device(
        &self,
        session: &Session,
        request: RequestOrigin<'_>,
        device: CredentialId,
    ) -> Result<(), CredentialRefusal> {
        credentials::forget_device(&self.context.base, session, request, device).await
    }

    /// The session, if its person has authenticated in the last ten minutes; otherwise they have to sign in again before they
    /// change how they sign in.
    pub fn fresh_session<'a>(
        &self,
        session: &'a Session,
        request: RequestOrigin<'a>,
    ) -> Option<FreshSession<'a>> {
        FreshSession::of(&self.context.base, session, request)
    }

    /// A new secret for an app that shows one-time codes (RFC 6238). It is a credential once [`Provider::add_totp`] has seen a
    /// code of it.
    ///
    /// # Errors
    /// No random bytes, or the library failed.
    pub fn new_totp(&self, session: &Session) -> Result<NewTotp, CredentialRefusal> {
        credentials::new_totp(&self.context.base, &self.context.keys, session)
    }

    /// The secret that [`Provider::new_totp`] gave this session, for a page that shows it again; a new one if that has ended.
    ///
    /// # Errors
    /// No random bytes, or the library failed.
    pub fn shown_totp(&self, session: &Session, sealed: &str) -> Result<NewTotp, CredentialRefusal> {
        credentials::shown_totp(&self.context.base, &self.context.keys, session, sealed)
    }

    /// Adds the app that shows this code. If the person has no recovery codes, they get some.
    ///
    /// # Errors
    /// See [`CredentialRefusal`].
    pub async fn add_totp(
        &self,
        person: FreshSession<'_>,
        sealed: &str,
        code: &str,
        label: &str,
    ) -> Result<Option<RecoveryCodes>, CredentialRefusal> {
        credentials::add_totp(
            &self.context.base,
            &self.context.keys,
            person,
            sealed,
            code,
            label,
        )
        .await
    }

    /// Makes recovery codes; those before stop working.
    ///
    /// # Errors
    /// See [`CredentialRefusal`].
    pub async fn make_recovery_codes(
        &self,
        person: FreshSession<'_>,
    ) -> Result<RecoveryCodes, CredentialRefusal> {
        credentials::make_recovery_codes(&self.context.base, &self.context.keys, person).await
    }

    /// Removes a credential of the person themselves; never the last one with which a sign-in can begin.
    ///
    /// # Errors
    /// See [`CredentialRefusal`].
    pub async fn remove_own_credential(
        &self,
        person: FreshSession<'_>,
        credential: CredentialId,
    ) -> Result<(), CredentialRefusal> {
        credentials::remove_own_credential(&self.context.base, person, credential).await
    }

    /// Removes a credential of somebody, also the last one.
    ///
    /// # Errors
    /// See [`CredentialRefusal`].
    pub async fn remove_credential(
        &self,
        actor: Actor<'_>,
        account: AccountId,
        credential: CredentialId,
    ) -> Result<(), CredentialRefusal> {
        credentials::remove_credential(&self.context.base, actor, account, credential).await
    }

    /// Gives a credential of the person themselves another name; an empty one takes the name away.
    ///
    /// # Errors
    /// See [`CredentialRefusal`].
    pub async fn rename_own_credential(
        &self,
        session: &Session,
        credential: CredentialId,
        label: &str,
    ) -> Result<(), CredentialRefusal> {
        credentials::rename_own_credential(&self.context.base, session, credential, label).await
    }

    /// Changes the password of the person themselves. Their sessions go on: see [`Provider::end_other_sessions`].
    ///
    /// # Errors
    /// See [`CredentialRefusal`].
    pub async fn change_own_password(
        &self,
        person: FreshSession<'_>,
        password: &str,
    ) -> Result<(), CredentialRefusal> {
        let outbox = self.context.outbox.as_ref();
        credentials::change_own_password(
            &self.context.base,
            &self.context.hashing,
            outbox,
            person,
            password,
        )
        .await
    }

    /// Ends all sessions of a person but the one that they are using; its applications are notified.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn end_other_sessions(
        &self,
        session: &Session,
        request: RequestOrigin<'_>,
    ) -> Result<(), StoreError> {
        credentials::end_other_sessions(&self.context.base, session, request).await
    }
}
