//! The authentication of clients that administer this server by an access token (RFC 6750), for themselves or for a person.

use std::fmt;
use std::sync::Arc;

use pixie_oauth::IntrospectionResponse;
use thiserror::Error;

use crate::base::Base;
use crate::clients::cache::KnownClients;
use crate::entities::{Account, Client, Username};
use crate::events::actor::{ActingClient, Actor, RequestOrigin};
use crate::scopes::known::ADMINISTRATION_SCOPE;
use crate::store::StoreError;

/// A client whose access token may administer this server. Only `authenticate_administration` makes one.
pub struct AdministratingClient {
    client: Arc<Client>,
    person: Option<Account>,
}

impl AdministratingClient {
    /// The actor for what this request does.
    pub fn actor<'a>(&'a self, request: RequestOrigin<'a>) -> Actor<'a> {
        Actor::Client(ActingClient {
            client: &self.client,
            administers: true,
            person: self.person.as_ref(),
            request,
        })
    }
}

impl fmt::Debug for AdministratingClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AdministratingClient")
            .field("client", &self.client.id)
            .finish_non_exhaustive()
    }
}

/// Why an access token does not administer this server.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AdministrationRefusal {
    /// The token lacks the scope `administration`.
    #[error("the token lacks the scope administration")]
    Scope,
    /// The token was issued for another API, is not active, or its client is gone.
    #[error("the token was issued for another API: get one without resource")]
    Foreign,
    /// The token speaks for a person who is no administrator.
    #[error("the token speaks for somebody who is no administrator")]
    NotAnAdministrator,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Checks that an active token has the scope, was issued for this server (one for another API is not good here, RFC 8707
/// section 2), and speaks for an administrator or for the client itself: a scope gives nobody more than they have.
pub(crate) async fn authenticate_administration(
    base: &Base,
    known_clients: &KnownClients,
    token: &IntrospectionResponse,
) -> Result<AdministratingClient, AdministrationRefusal> {
    let scope = token.scope.as_ref();
    if !scope.is_some_and(|scope| scope.has(ADMINISTRATION_SCOPE)) {
        return Err(AdministrationRefusal::Scope);
    }
    let issuer = base.issuer().as_str();
    let audience = token.aud.as_ref();
    if audience.is_some_and(|audience| !audience.iter().any(|resource| resource == issuer)) {
        return Err(AdministrationRefusal::Foreign);
    }
    let id = token.client_id.as_ref().ok_or(AdministrationRefusal::Foreign)?;
    let client = known_clients.find(id).await?;
    let client = client.ok_or(AdministrationRefusal::Foreign)?;
    let person = match &token.username {
        None => None,
        Some(username) => Some(administrator(base, username).await?),
    };
    Ok(AdministratingClient { client, person })
}

async fn administrator(base: &Base, username: &str) -> Result<Account, AdministrationRefusal> {
    let name = Username::parse(username).map_err(|_| AdministrationRefusal::NotAnAdministrator)?;
    let person = base.store.find_account_by_name(&name).await?;
    person
        .filter(|person| person.administrator)
        .ok_or(AdministrationRefusal::NotAnAdministrator)
}
