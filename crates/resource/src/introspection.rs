//! Token introspection at an authorization server over HTTP (RFC 7662).

mod cache;
mod exchange;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pixie_oauth::{AccessToken, ClientId, ClientSecret, IntrospectionResponse, Issuer};

pub use cache::CacheLimits;

use crate::http_client::{TIMEOUT, Transport};
use crate::{CheckError, Clock, SetupError, SystemClock, TokenChecker};
use cache::Cache;
use exchange::Exchange;

/// Sends requests to the `introspect/` endpoint of an issuer, through a bounded cache.
///
/// A token that is revoked is refused after at most the cache's time for good tokens, 10 seconds unless
/// [`cache`](Self::cache) says otherwise; [`without_cache`](Self::without_cache) asks for every request.
///
/// No proxy is taken from the environment, and no redirect is followed: both would send tokens to another server.
pub struct Introspection {
    issuer: Issuer,
    credentials: Credentials,
    transport: Transport,
    exchange: Exchange,
    cache: Option<Cache>,
    clock: Arc<dyn Clock>,
}

/// How an API proves that it may introspect (RFC 7662 section 2.1).
#[derive(Clone, Debug)]
pub enum Credentials {
    /// A confidential client's id and secret, `client_secret_basic` (RFC 6749 section 2.3.1).
    Basic {
        /// The client's identifier.
        client_id: ClientId,
        /// The API's client secret.
        client_secret: ClientSecret,
    },
    /// An access token whose scope has `introspection`.
    Bearer(AccessToken),
}

impl Introspection {
    /// Introspection at an issuer, with the cache and a time-out of 5 seconds.
    ///
    /// # Errors
    /// A plain http issuer that is not on this machine; no HTTP client.
    pub fn new(issuer: &Issuer, credentials: Credentials) -> Result<Self, SetupError> {
        Self::by(issuer, credentials, Transport::Secure)
    }

    /// For development: the same, also at an issuer with http on a private name or address, such as `http://pixie:8000`.
    /// Everybody on the network can then read and change tokens.
    ///
    /// # Errors
    /// A plain http issuer on a public name; no HTTP client.
    pub fn over_insecure_http(issuer: &Issuer, credentials: Credentials) -> Result<Self, SetupError> {
        Self::by(issuer, credentials, Transport::InsecureHttp)
    }

    fn by(issuer: &Issuer, credentials: Credentials, transport: Transport) -> Result<Self, SetupError> {
        Ok(Self {
            issuer: issuer.clone(),
            credentials,
            transport,
            exchange: Exchange::new(issuer, TIMEOUT, transport)?,
            cache: Some(Cache::new(CacheLimits::default())),
            clock: Arc::new(SystemClock),
        })
    }

    /// Waits this long for an answer, from connecting to the last byte.
    ///
    /// # Errors
    /// No HTTP client.
    pub fn timeout(self, timeout: Duration) -> Result<Self, SetupError> {
        let exchange = Exchange::new(&self.issuer, timeout, self.transport)?;
        Ok(Self { exchange, ..self })
    }

    /// Caches responses within these limits.
    #[must_use]
    pub fn cache(self, limits: CacheLimits) -> Self {
        let cache = Some(Cache::new(limits));
        Self { cache, ..self }
    }

    /// Sends a request to the server for every check: a revoked token is refused at once.
    #[must_use]
    pub fn without_cache(self) -> Self {
        Self { cache: None, ..self }
    }

    /// Takes the time from this clock.
    #[must_use]
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    async fn ask(&self, token: &str) -> Result<IntrospectionResponse, CheckError> {
        let answer = self.exchange.introspect(token, &self.credentials).await?;
        let foreign = answer.iss.as_ref().is_some_and(|iss| iss != self.issuer.as_str());
        if foreign {
            return Ok(IntrospectionResponse::default());
        }
        Ok(answer)
    }
}

#[async_trait]
impl TokenChecker for Introspection {
    async fn check(&self, token: &str) -> Result<IntrospectionResponse, CheckError> {
        match &self.cache {
            Some(cache) => cache.answer(token, &*self.clock, self.ask(token)).await,
            None => self.ask(token).await,
        }
    }
}
