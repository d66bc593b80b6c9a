//! A client reads, replaces or deletes what it registered (RFC 7592 section 2).

use pixie_oauth::ClientSecret;

use super::requested::{Body, refused};
use super::{ClientInformation, RegistrationMode, RegistrationRefusal, RegistrationRequest};
use crate::clients::{Client, DynamicRegistration, SecretHash};
use crate::provider::Provider;

impl Provider {
    /// What is registered. A secret is not told again: only its hash is kept.
    ///
    /// # Errors
    /// See [`RegistrationRefusal`].
    pub async fn read_registration(
        &self,
        client_id: &str,
        request: RegistrationRequest<'_>,
    ) -> Result<ClientInformation, RegistrationRefusal> {
        let (client, token) = self.managed(client_id, request).await?;
        Ok(self.tell_client(&client, None, Some(&token)))
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
        let (before, token) = self.managed(client_id, request).await?;
        let body = Body::read(body)?;
        let shown = named_rightly(&body, &before)?;
        let metadata = body.metadata(self.settings())?;
        if self.settings().registration.mode == RegistrationMode::Open {
            let rate = self.registration_rate();
            let taken = rate.take(request.address, self.now());
            taken.map_err(RegistrationRefusal::TooMany)?;
        }
        let checked = self.checked(&metadata, Some(&before)).await?;
        let (secret, hash) = self.next_secret(&checked, &before).await?;
        let secret = secret.or(shown.filter(|_| hash.is_some()));
        let client = Client {
            secret: hash,
            // A client that was changed is one of a kind.
            dynamic: Some(DynamicRegistration {
                token: Some(token.hash()),
                identity: None,
            }),
            updated_at: self.now(),
            ..checked.over(before)
        };
        let client = self.replace(client).await?;
        Ok(self.tell_client(&client, secret.as_ref(), Some(&token)))
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
        let (client, _) = self.managed(client_id, request).await?;
        self.store().delete_client(client.key, self.now()).await?;
        self.known_clients().forget(&client);
        tracing::info!(client_id = %client.id, "client deleted itself");
        Ok(())
    }
}

/// `client_id` must be sent and be its own, and a secret that is sent must be the one it has (RFC 7592 section 2.2).
fn named_rightly(body: &Body, client: &Client) -> Result<Option<ClientSecret>, RegistrationRefusal> {
    if body.text("client_id") != Some(client.id.as_str()) {
        return Err(refused(
            "client_id",
            "send the client id of this registration".to_owned(),
        ));
    }
    if !body.has("client_secret") {
        return Ok(None);
    }
    let shown = body
        .text("client_secret")
        .and_then(|text| ClientSecret::parse(text).ok());
    match (shown, &client.secret) {
        (Some(shown), Some(SecretHash::Sha256(hash))) if shown.matches(hash) => Ok(Some(shown)),
        _ => Err(refused(
            "client_secret",
            "a secret is not chosen: send the present one, or none".to_owned(),
        )),
    }
}
