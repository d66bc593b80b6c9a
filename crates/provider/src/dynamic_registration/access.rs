//! The permission to register a client, and the client that a registration access token manages (RFC 7591 section 3,
//! RFC 7592 section 3).

use pixie_oauth::{RegistrationToken, bearer_token};

use super::RegistrationRefusal;
use crate::base::Base;
use crate::entities::Client;
use crate::events::actor::RequestOrigin;
use crate::keys::Keys;
use crate::scopes::known::REGISTRATION_SCOPE;
use crate::settings::{RegistrationMode, Settings};
use crate::tokens::access_token;
use crate::tokens::active_token::active_bearer_token;

/// A request of somebody who registers or manages a client.
#[derive(Clone, Copy)]
pub struct RegistrationRequest<'a> {
    /// The value of the `Authorization` header.
    pub authorization: Option<&'a [u8]>,
    /// The request; how many clients are registered from one address is bounded.
    pub request: RequestOrigin<'a>,
}

pub(crate) fn registers_clients(settings: &Settings) -> bool {
    settings.registration.mode != RegistrationMode::Off
}

/// Checks that the sender of a request may register a client.
pub(crate) async fn may_register(
    base: &Base,
    keys: &Keys,
    request: RegistrationRequest<'_>,
) -> Result<(), RegistrationRefusal> {
    match base.settings.registration.mode {
        RegistrationMode::Off => Err(RegistrationRefusal::Off),
        RegistrationMode::Open => Ok(()),
        RegistrationMode::Token => {
            let bearer = request.authorization.and_then(bearer_token);
            let token = bearer.ok_or(RegistrationRefusal::NoToken)?;
            match active_bearer_token(base, keys, token).await? {
                Some(record) if !access_token::is_for_this_server(&base.settings, &record.audience) => {
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
pub(crate) async fn managed(
    base: &Base,
    client_id: &str,
    request: RegistrationRequest<'_>,
) -> Result<(Client, RegistrationToken), RegistrationRefusal> {
    if !registers_clients(&base.settings) {
        return Err(RegistrationRefusal::Off);
    }
    let bearer = request.authorization.and_then(bearer_token);
    let bearer = bearer.ok_or(RegistrationRefusal::NoToken)?;
    // Who has no token of this client does not learn whether there is such a client.
    let wrong = |_| RegistrationRefusal::WrongToken;
    let token = RegistrationToken::parse(bearer).map_err(|_| RegistrationRefusal::WrongToken)?;
    let id = pixie_oauth::ClientId::parse(client_id).map_err(wrong)?;
    let client = base.store.find_client(&id).await?;
    let hash = token.hash();
    let own = |client: &Client| client.dynamic.is_some_and(|dynamic| dynamic.token == Some(hash));
    let client = client.filter(own).ok_or(RegistrationRefusal::WrongToken)?;
    Ok((client, token))
}
