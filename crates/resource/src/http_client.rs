//! The HTTP client for requests to an authorization server: bounded in time and size, without proxy and redirects.

use std::error::Error;
use std::time::Duration;

use pixie_oauth::Issuer;
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use thiserror::Error;

/// Longer than any healthy server takes; callers of the API wait as long.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5);

/// Why the tokens of an issuer cannot be checked at all.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SetupError {
    /// Tokens, keys and the API's own secret would travel readable and changeable by all on the way.
    #[error(
        "{issuer} is plain http: tokens and keys may be sent only to and from https addresses, or this machine (localhost, 127.0.0.1){}",
        exception(.0),
        issuer = .0
    )]
    PlainHttp(Issuer),
    /// The HTTP client could not start, for example because the machine has no root certificates.
    #[error(
        "the HTTP client cannot start: {0}; are the system's root certificates (ca-certificates) installed?"
    )]
    HttpClient(String),
    /// The API's own identifier is not valid.
    #[error(
        "{0:?} cannot name an API: write an absolute URI without fragment, as clients send it in resource"
    )]
    Identifier(String),
}

/// The way out of a refusal for those who develop in a private network.
fn exception(issuer: &Issuer) -> &'static str {
    if issuer.is_private() {
        "; for development only, use `over_insecure_http`"
    } else {
        ""
    }
}

/// The issuers to which requests are sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Transport {
    /// With https, or on this machine.
    Secure,
    /// Also with http on a private name or address.
    InsecureHttp,
}

/// A client for an issuer, which waits this long for an answer, from connecting to the last byte.
pub(crate) fn for_issuer(
    issuer: &Issuer,
    timeout: Duration,
    transport: Transport,
) -> Result<Client, SetupError> {
    match transport {
        _ if issuer.is_https() || issuer.is_loopback() => {}
        Transport::InsecureHttp if issuer.is_private() => {
            tracing::warn!(%issuer, "the issuer is plain http: everybody on the network can read and change tokens and keys; not for production");
        }
        _ => return Err(SetupError::PlainHttp(issuer.clone())),
    }
    Client::builder()
        .timeout(timeout)
        .redirect(Policy::none())
        .no_proxy()
        .https_only(issuer.is_https())
        .user_agent(concat!("pixie-resource/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| SetupError::HttpClient(with_causes(&error)))
}

/// Why there is no body to read.
pub(crate) enum BodyError {
    /// It did not come.
    Lost(reqwest::Error),
    /// It is longer than anything it should be.
    TooLong,
}

/// The body, as far as this many bytes: a bound on what a broken server can make this process keep.
pub(crate) async fn body(mut response: Response, max_length: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(BodyError::Lost)? {
        if body.len() + chunk.len() > max_length {
            return Err(BodyError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Why nothing came, for the log, without the address.
pub(crate) fn why(error: reqwest::Error) -> String {
    if error.is_timeout() {
        "it took too long".to_owned()
    } else {
        with_causes(&error.without_url())
    }
}

/// The error and what caused it: the first sentence alone says little.
fn with_causes(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
