//! A token request whose client is known (RFC 6749 section 3.2, RFC 8707 section 2.2).

use pixie_oauth::{Audience, GrantType};

use crate::base::Base;
use crate::clock::Timestamp;
use crate::events::actor::Actor;
use crate::events::event::Event;
use crate::store::NewEvent;
use crate::token::client_authentication::{AuthenticatedClient, ClientEvidence};
use crate::token::refusal::TokenRefusal;

/// A token request, its client already known.
pub(crate) struct TokenRequest<'a> {
    pub(crate) evidence: ClientEvidence<'a>,
    pub(crate) client: AuthenticatedClient,
    pub(crate) now: Timestamp,
}

impl TokenRequest<'_> {
    /// The client, which acts for itself.
    pub(crate) fn actor(&self) -> Actor<'_> {
        Actor::client_itself(self.client.client(), self.evidence.request)
    }

    /// The event that a token is issued, to be stored with it, if tokens are.
    pub(crate) fn event_to_store(&self, base: &Base, grant: GrantType) -> Option<NewEvent> {
        base.stored_event(self.actor(), &self.token_issued(grant))
    }

    /// The event that a token is issued.
    pub(crate) fn token_issued(&self, grant: GrantType) -> Event<'_> {
        Event::TokenIssued {
            client: self.client.client(),
            grant,
        }
    }

    /// A parameter that must be sent.
    pub(crate) fn required(&self, name: &'static str) -> Result<&str, TokenRefusal> {
        self.evidence.params.get(name).ok_or(TokenRefusal::Missing(name))
    }

    /// For which of the granted resources the access token is to be: those that the request names, or all (RFC 8707
    /// section 2.2). If none was granted by name, the client may name its own.
    pub(crate) fn audience(&self, granted: &Audience) -> Result<Audience, TokenRefusal> {
        let named = Audience::parse(self.evidence.params.resources())?;
        if named.is_empty() {
            Ok(granted.clone())
        } else if granted.is_empty() || granted.covers(&named) {
            Ok(named)
        } else {
            Err(TokenRefusal::ForeignResource)
        }
    }

    /// A parameter that may be sent.
    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        self.evidence.params.get(name)
    }
}
