//! A token request whose client is known (RFC 6749 section 3.2, RFC 8707 section 2.2).

use pixie_oauth::Audience;

use crate::clients::authentication::{AuthenticatedClient, ClientEvidence};
use crate::clock::Timestamp;
use crate::token::refusal::TokenRefusal;

/// A token request, its client already known.
pub(crate) struct TokenRequest<'a> {
    pub(crate) evidence: ClientEvidence<'a>,
    pub(crate) client: AuthenticatedClient,
    pub(crate) now: Timestamp,
}

impl TokenRequest<'_> {
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
