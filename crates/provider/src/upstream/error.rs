//! Why an upstream provider does not say who somebody is.

use pixie_oauth::IdTokenError;
use thiserror::Error;

use crate::clients::keys::ClientTokenError;
use crate::outbound::OutboundError;

/// Why an upstream provider does not say who somebody is, or is not believed. No text of the provider is in it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UpstreamError {
    /// It has not answered a request.
    #[error("its {what} {cause}")]
    NoAnswer {
        /// The request.
        what: &'static str,
        /// Why there is no answer.
        cause: OutboundError,
    },
    /// It was asked for its configuration a moment ago, and there was no answer.
    #[error("its configuration could not be read a moment ago")]
    Unavailable,
    /// An answer that cannot be read.
    #[error("its {what} does not give what the specification says: {fault}")]
    Unreadable {
        /// The request.
        what: &'static str,
        /// The fault.
        fault: &'static str,
    },
    /// The configuration names another issuer than the one that the operator has configured.
    #[error("its configuration names another issuer")]
    ConfiguredIssuer,
    /// The response is that of another provider (RFC 9207).
    #[error("the response is not from this provider, or does not say so: its iss differs")]
    AnotherIssuer,
    /// The token endpoint refuses the code or our credentials.
    #[error("its token endpoint refuses the request: {error} (status {status})")]
    TokenRequest {
        /// The status.
        status: u16,
        /// The error code of RFC 6749 section 5.2, or `no error code`.
        error: String,
    },
    /// The ID token does not verify.
    #[error("its ID token is refused: {0}")]
    IdTokenSignature(#[from] ClientTokenError),
    /// The ID token is not for this request.
    #[error("its ID token is refused: {0}")]
    IdToken(#[from] IdTokenError),
    /// Userinfo is about somebody else than the ID token (OpenID Connect Core section 5.3.2).
    #[error("its userinfo is about somebody else than its ID token")]
    AnotherSubject,
}

impl UpstreamError {
    /// Returns `true` if the provider could not be reached, so that trying again may help.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::NoAnswer { .. } | Self::Unavailable)
    }
}
