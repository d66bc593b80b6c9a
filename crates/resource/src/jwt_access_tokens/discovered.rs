//! The keys that an issuer's metadata names (OpenID Connect Discovery section 4, RFC 8414 section 3).

use async_trait::async_trait;
use http::header::ACCEPT;
use pixie_oauth::Issuer;
use pixie_oauth::jose::JwkSet;
use reqwest::{Client, StatusCode};
use serde::Deserialize;

use super::KeySource;
use crate::http_client::{self, BodyError, TIMEOUT, Transport};
use crate::{CheckError, SetupError};

/// Far more than metadata or keys have.
const MAX_RESPONSE_LENGTH: usize = 256 * 1024;

/// The keys at the `jwks_uri` of the issuer's metadata, fetched over HTTP.
///
/// No proxy is taken from the environment, and no redirect is followed.
pub struct DiscoveredKeys {
    issuer: Issuer,
    client: Client,
}

/// The members of the metadata that are used.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

impl DiscoveredKeys {
    /// The keys of an issuer, with a time-out of 5 seconds for each request.
    ///
    /// # Errors
    /// A plain http issuer that is not on this machine; no HTTP client.
    pub fn new(issuer: &Issuer) -> Result<Self, SetupError> {
        Self::by(issuer, Transport::Secure)
    }

    /// For development: the same, also of an issuer with http on a private name or address, such as `http://pixie:8000`.
    /// Everybody on the network can then change the keys, and forge tokens.
    ///
    /// # Errors
    /// A plain http issuer on a public name; no HTTP client.
    pub fn over_insecure_http(issuer: &Issuer) -> Result<Self, SetupError> {
        Self::by(issuer, Transport::InsecureHttp)
    }

    fn by(issuer: &Issuer, transport: Transport) -> Result<Self, SetupError> {
        Ok(Self {
            issuer: issuer.clone(),
            client: http_client::for_issuer(issuer, TIMEOUT, transport)?,
        })
    }

    async fn jwks_uri(&self) -> Result<String, CheckError> {
        let openid = self.issuer.endpoint(".well-known/openid-configuration");
        let address = match self.read(&openid).await? {
            Some(body) => return self.named_in(&openid, &body),
            None => format!(
                "{}/.well-known/oauth-authorization-server{}",
                self.issuer.origin(),
                self.issuer.path()
            ),
        };
        let body = self.read(&address).await?;
        let body =
            body.ok_or_else(|| CheckError::Keys(format!("neither {openid} nor {address} is there")))?;
        self.named_in(&address, &body)
    }

    /// RFC 8414 section 3.3: metadata that names another issuer is not this one's.
    fn named_in(&self, address: &str, body: &[u8]) -> Result<String, CheckError> {
        let metadata: Metadata = serde_json::from_slice(body)
            .map_err(|_| CheckError::Keys(format!("{address} answered no metadata")))?;
        if metadata.issuer != self.issuer.as_str() {
            return Err(CheckError::Keys(format!(
                "{address} is the metadata of another issuer than {}",
                self.issuer
            )));
        }
        let here = format!("{}/", self.issuer.origin());
        if !metadata.jwks_uri.starts_with("https://") && !metadata.jwks_uri.starts_with(&here) {
            return Err(CheckError::Keys(format!(
                "{address} names a jwks_uri without TLS"
            )));
        }
        Ok(metadata.jwks_uri)
    }

    /// The body at a URL; `None` if the response is 404.
    async fn read(&self, address: &str) -> Result<Option<Vec<u8>>, CheckError> {
        let request = self.client.get(address);
        let request = request.header(ACCEPT, "application/jwk-set+json, application/json");
        let lost = |error| CheckError::Unavailable(format!("{address}: {}", http_client::why(error)));
        let response = request.send().await.map_err(lost)?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(None),
            status => {
                return Err(CheckError::Unavailable(format!("{address} answered {status}")));
            }
        }
        match http_client::body(response, MAX_RESPONSE_LENGTH).await {
            Ok(body) => Ok(Some(body)),
            Err(BodyError::Lost(error)) => Err(lost(error)),
            Err(BodyError::TooLong) => Err(CheckError::Keys(format!("{address} answered too much"))),
        }
    }
}

#[async_trait]
impl KeySource for DiscoveredKeys {
    async fn fetch(&self) -> Result<JwkSet, CheckError> {
        let address = self.jwks_uri().await?;
        let body = self.read(&address).await?;
        let body = body.ok_or_else(|| CheckError::Keys(format!("{address} is not there")))?;
        let no_keys = |why: String| CheckError::Keys(format!("{address} answered no keys: {why}"));
        let json = serde_json::from_slice(&body).map_err(|_| no_keys("it is not JSON".to_owned()))?;
        JwkSet::parse(&json).map_err(|error| no_keys(error.to_string()))
    }
}
