//! Clients that authenticate, register and manage themselves.

use super::Provider;
use crate::clients::keys;
use crate::dynamic_registration::{access, create, manage};
use crate::store::{Logo, StoreError};
use crate::token::client_authentication::authenticate;
use crate::{
    AuthenticatedClient, Client, ClientEvidence, ClientInformation, ClientKey, ClientKeysError,
    RegistrationRefusal, RegistrationRequest, Timestamp, TokenRefusal,
};
use pixie_oauth::jose::JwkSet;
use std::sync::Arc;

impl Provider {
    /// Finds out which client sends a request, and has it prove that. `endpoint` is the path below the issuer that is
    /// called, as in [`paths`](crate::paths): an assertion may be made out to it.
    ///
    /// # Errors
    /// See [`TokenRefusal`]: no client, two methods at once, unknown client, wrong secret, an assertion that does not hold.
    pub async fn authenticate_client(
        &self,
        evidence: ClientEvidence<'_>,
        endpoint: &str,
    ) -> Result<AuthenticatedClient, TokenRefusal> {
        authenticate::authenticate_client(&self.context, evidence, endpoint).await
    }

    /// The time at which the logo of a client was fetched, if it is kept. A page shows it from our own origin; a missing or old one is
    /// fetched in the background if the client is approved.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn logo_kept_since(&self, client: &Client) -> Result<Option<Timestamp>, StoreError> {
        self.context.logos.kept_since(client).await
    }

    /// The logo of a client, if it is kept.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn logo(&self, client: ClientKey) -> Result<Option<Logo>, StoreError> {
        self.context.base.store.find_logo(client).await
    }

    /// Registers a client that asks for it. The identical public client is registered once: the next request gets it too,
    /// and from then on nobody can change it, since it is no longer one's own.
    ///
    /// # Errors
    /// See [`RegistrationRefusal`].
    pub async fn register_dynamic_client(
        &self,
        request: RegistrationRequest<'_>,
        body: &[u8],
    ) -> Result<ClientInformation, RegistrationRefusal> {
        create::register_dynamic_client(&self.context, request, body).await
    }

    /// The registered metadata. It does not repeat the secret: only its hash is kept.
    ///
    /// # Errors
    /// See [`RegistrationRefusal`].
    pub async fn read_registration(
        &self,
        client_id: &str,
        request: RegistrationRequest<'_>,
    ) -> Result<ClientInformation, RegistrationRefusal> {
        manage::read_registration(&self.context.base, client_id, request).await
    }

    /// Replaces everything that is registered; what is left out gets its default (RFC 7592 section 2.2).
    ///
    /// # Errors
    /// See [`RegistrationRefusal`].
    pub async fn replace_registration(
        &self,
        client_id: &str,
        request: RegistrationRequest<'_>,
        body: &[u8],
    ) -> Result<ClientInformation, RegistrationRefusal> {
        manage::replace_registration(&self.context, client_id, request, body).await
    }

    /// Deletes the client with everything that it was given (RFC 7592 section 2.3).
    ///
    /// # Errors
    /// See [`RegistrationRefusal`].
    pub async fn delete_registration(
        &self,
        client_id: &str,
        request: RegistrationRequest<'_>,
    ) -> Result<(), RegistrationRefusal> {
        manage::delete_registration(
            &self.context.base,
            &self.context.known_clients,
            client_id,
            request,
        )
        .await
    }

    /// Returns `true` if clients may register themselves at all.
    pub fn registers_clients(&self) -> bool {
        access::registers_clients(&self.context.base.settings)
    }

    /// The keys of a client. `kid` is the name of the key that is wanted: kept keys that lack it are fetched again, but
    /// not more often than every 10 seconds, so that it may still be missing.
    ///
    /// # Errors
    /// See [`ClientKeysError`].
    pub async fn keys_of(&self, client: &Client, kid: Option<&str>) -> Result<Arc<JwkSet>, ClientKeysError> {
        keys::keys_of(&self.context.remote_keys, client, kid).await
    }
}
