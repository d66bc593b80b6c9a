//! Requests to addresses that clients name (OpenID Connect Core §6.2 and §8.1, RFC 7591 §2, Back-Channel Logout §2.5), and to
//! the upstream providers that the operator has configured, as a seam: the network for running, a fake one for tests.
//!
//! The provider decides what to fetch and what the response means. The implementation of [`Outbound`] decides whether
//! the address may be reached at all: a stranger who registers a client names it, and must not reach through Pixie what
//! only Pixie can reach.

mod error;
mod exchange;
mod fake;

use std::fmt;

use async_trait::async_trait;

pub use error::OutboundError;
pub use exchange::{Exchange, ExchangeResponse};
pub use fake::FakeOutbound;

/// Sends requests to addresses that clients or the operator name.
#[async_trait]
pub trait Outbound: Send + Sync + 'static {
    /// Gets a document with `GET`. An answer is one of status 200, whole, and no longer than asked for.
    ///
    /// # Errors
    /// Why there is no such answer. A redirect is an error: it would lead to an address that nobody registered.
    async fn fetch(&self, request: Fetch) -> Result<Fetched, OutboundError>;

    /// Sends a form (`application/x-www-form-urlencoded`) with `POST` and returns the status of any response but a
    /// redirect. The body of the response is not read.
    ///
    /// # Errors
    /// Why there is no such answer.
    async fn post_form(&self, url: &str, body: String) -> Result<u16, OutboundError>;

    /// Sends a request to an upstream provider and returns the response, whole, of any status but a redirect.
    ///
    /// # Errors
    /// Why there is no such response.
    async fn exchange(&self, request: Exchange) -> Result<ExchangeResponse, OutboundError>;
}

/// A document to get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// If it is, as the client registered or sent it. A fragment is not sent.
    pub url: String,
    /// The purpose, for the log.
    pub purpose: Purpose,
    /// The `Accept` header: the media type that is understood.
    pub accept: &'static str,
    /// The longest answer that is read, in bytes. A longer one is [`OutboundError::TooLarge`].
    pub max_bytes: usize,
}

/// A document that came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// The document.
    pub body: Vec<u8>,
    /// The `Content-Type` header, as it came.
    pub content_type: Option<String>,
    /// For how many more seconds the document may be kept (RFC 9111 §4.2): `max-age` less `Age`, 0 if it must not be
    /// kept, nothing if the answer does not say.
    pub max_age: Option<i64>,
}

/// The purpose of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The keys of a client (RFC 7591 §2).
    JwksUri,
    /// The redirect URIs of the clients that share pairwise subjects (OpenID Connect Core §8.1).
    SectorIdentifierUri,
    /// A request object (OpenID Connect Core §6.2).
    RequestUri,
    /// The logo of a client (RFC 7591 §2).
    LogoUri,
    /// The configuration or the keys of an upstream provider.
    Upstream {
        /// `true` if the operator has named the host: it may have a private address, and need no TLS on loopback. Other hosts are
        /// named by the provider's documents.
        named_by_operator: bool,
    },
}

impl fmt::Display for Purpose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::JwksUri => "jwks_uri",
            Self::SectorIdentifierUri => "sector_identifier_uri",
            Self::RequestUri => "request_uri",
            Self::LogoUri => "logo_uri",
            Self::Upstream { .. } => "upstream",
        })
    }
}

/// Sends nothing: for a server whose clients name no addresses.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoOutbound;

#[async_trait]
impl Outbound for NoOutbound {
    async fn fetch(&self, _: Fetch) -> Result<Fetched, OutboundError> {
        Err(OutboundError::NotConfigured)
    }

    async fn post_form(&self, _: &str, _: String) -> Result<u16, OutboundError> {
        Err(OutboundError::NotConfigured)
    }

    async fn exchange(&self, _: Exchange) -> Result<ExchangeResponse, OutboundError> {
        Err(OutboundError::NotConfigured)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_outbound_sends_nothing() {
        let request = Fetch {
            url: "https://rp.example/jwks".to_owned(),
            purpose: Purpose::JwksUri,
            accept: "application/json",
            max_bytes: 1,
        };
        assert_eq!(NoOutbound.fetch(request).await, Err(OutboundError::NotConfigured));
        assert_eq!(
            NoOutbound
                .post_form("https://rp.example/logout", String::new())
                .await,
            Err(OutboundError::NotConfigured)
        );
    }
}
