//! A client registers itself (RFC 7591 section 3).

use pixie_oauth::{ClientId, RegistrationToken};

use super::identity::identity_of;
use super::requested::Body;
use super::{ClientInformation, RegistrationMode, RegistrationRefusal, RegistrationRequest};
use crate::clients::metadata::{CheckedMetadata, check};
use crate::clients::{Client, DynamicRegistration};
use crate::clock::Timestamp;
use crate::ids::ClientKey;
use crate::operate::ClientRefusal;
use crate::provider::Provider;
use crate::randomness::bytes;
use crate::store::InsertClient;

impl Provider {
    /// Registers a client that asks for it. The identical public client is registered once: whoever asks again gets it,
    /// and from then on nobody can change it, since it is no longer one's own.
    ///
    /// # Errors
    /// See [`RegistrationRefusal`].
    pub async fn register_dynamic_client(
        &self,
        request: RegistrationRequest<'_>,
        body: &[u8],
    ) -> Result<ClientInformation, RegistrationRefusal> {
        self.may_register(request).await?;
        let metadata = Body::read(body)?.metadata(self.settings())?;
        let checked = check(&metadata, self.settings()).map_err(RegistrationRefusal::Fields)?;
        let now = self.now();
        let token: RegistrationToken = self.new_token()?;
        let mut client = self.stranger(&checked, now)?;
        let identity = identity_of(&client, checked.name.as_ref());
        client.dynamic = Some(DynamicRegistration {
            token: Some(token.hash()),
            identity,
        });
        let known = match &identity {
            Some(identity) => self.store().find_identical_client(identity).await?,
            None => None,
        };
        if known.is_none() {
            self.has_room(request, now).await?;
            let sector = self.check_sector(&checked, None).await;
            sector.map_err(|error| RegistrationRefusal::Fields(vec![error]))?;
        }
        let (secret, hash) = self.first_secret(&checked).await?;
        client.secret = hash;
        match self.store().insert_client(client.clone()).await? {
            InsertClient::Inserted => {
                tracing::info!(client_id = %client.id, "client registered itself");
                Ok(self.tell_client(&client, secret.as_ref(), Some(&token)))
            }
            InsertClient::Identical(first) => {
                tracing::info!(client_id = %first.id, "client registered itself again");
                // Its ports may be others, which are free.
                let redirect_uris = client.redirect_uris;
                let same = Client {
                    redirect_uris,
                    ..*first
                };
                Ok(self.tell_client(&same, None, None))
            }
            InsertClient::IdTaken => Err(RegistrationRefusal::Unavailable(
                "a random client id is taken".to_owned(),
            )),
        }
    }

    /// Strangers cannot grow what is stored: new clients are bounded by the hour and in all.
    async fn has_room(
        &self,
        request: RegistrationRequest<'_>,
        now: Timestamp,
    ) -> Result<(), RegistrationRefusal> {
        let settings = &self.settings().registration;
        if settings.mode != RegistrationMode::Open {
            return Ok(());
        }
        let most = settings.most_clients;
        if most > 0 && self.store().count_dynamic_clients().await? >= most {
            return Err(RegistrationRefusal::Full);
        }
        let rate = self.registration_rate();
        rate.take(request.address, now)
            .map_err(RegistrationRefusal::TooMany)
    }

    /// A client that nobody vouches for.
    fn stranger(&self, checked: &CheckedMetadata, now: Timestamp) -> Result<Client, ClientRefusal> {
        let id = ClientId::from_entropy(&bytes(self.randomness())?);
        let key = ClientKey::new(self.milliseconds(), self.randomness())?;
        Ok(checked.over(Client::unsaid(key, id, now)))
    }
}
