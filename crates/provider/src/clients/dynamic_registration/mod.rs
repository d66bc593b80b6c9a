//! Clients that register themselves (RFC 7591) and manage what they registered (RFC 7592).

mod create;
mod identity;
mod manage;
mod refusal;
mod requested;
mod settings;
mod told;

use std::net::IpAddr;

use pixie_oauth::{RegistrationToken, bearer_token};

use crate::clients::Client;
use crate::provider::Provider;
use crate::scopes::REGISTRATION_SCOPE;

pub use refusal::{RegistrationError, RegistrationRefusal};
pub use settings::{RegistrationMode, RegistrationSettings};
pub use told::ClientInformation;

/// A request of somebody who registers or manages a client.
#[derive(Clone, Copy)]
pub struct RegistrationRequest<'a> {
    /// The value of the `Authorization` header.
    pub authorization: Option<&'a [u8]>,
    /// Where the request comes from, to bound how many clients strangers register.
    pub address: Option<IpAddr>,
}

impl Provider {
    /// Whether clients register themselves at all.
    pub fn registers_clients(&self) -> bool {
        self.settings().registration.mode != RegistrationMode::Off
    }

    /// Whoever sends the request may register a client.
    async fn may_register(&self, request: RegistrationRequest<'_>) -> Result<(), RegistrationRefusal> {
        match self.settings().registration.mode {
            RegistrationMode::Off => Err(RegistrationRefusal::Off),
            RegistrationMode::Open => Ok(()),
            RegistrationMode::Token => {
                let bearer = request.authorization.and_then(bearer_token);
                let token = bearer.ok_or(RegistrationRefusal::NoToken)?;
                match self.living_access_token(token).await? {
                    Some(record) if !self.is_for_this_server(&record.audience) => {
                        Err(RegistrationRefusal::WrongToken)
                    }
                    Some(record) if record.scope.has(REGISTRATION_SCOPE) => Ok(()),
                    Some(_) => Err(RegistrationRefusal::NarrowToken),
                    None => Err(RegistrationRefusal::WrongToken),
                }
            }
        }
    }

    /// The client that a registration access token manages, and no other (RFC 7592 section 3).
    async fn managed(
        &self,
        client_id: &str,
        request: RegistrationRequest<'_>,
    ) -> Result<(Client, RegistrationToken), RegistrationRefusal> {
        if !self.registers_clients() {
            return Err(RegistrationRefusal::Off);
        }
        let bearer = request.authorization.and_then(bearer_token);
        let bearer = bearer.ok_or(RegistrationRefusal::NoToken)?;
        // Who has no token of this client does not learn whether there is such a client.
        let wrong = |_| RegistrationRefusal::WrongToken;
        let token = RegistrationToken::parse(bearer).map_err(|_| RegistrationRefusal::WrongToken)?;
        let id = pixie_oauth::ClientId::parse(client_id).map_err(wrong)?;
        let client = self.store().find_client(&id).await?;
        let hash = token.hash();
        let own = |client: &Client| client.dynamic.is_some_and(|dynamic| dynamic.token == Some(hash));
        let client = client.filter(own).ok_or(RegistrationRefusal::WrongToken)?;
        Ok((client, token))
    }
}
