//! The traits that the layer calls: to check tokens (RFC 7662), and to find the user of a session cookie.

use async_trait::async_trait;
use http::HeaderMap;
use pixie_oauth::IntrospectionResponse;
use thiserror::Error;

/// Checks access tokens. [`Introspection`](crate::Introspection) sends a request over HTTP,
/// [`JwtAccessTokens`](crate::JwtAccessTokens) checks the signature; an application with the authorization server in its own
/// process calls it directly.
#[async_trait]
pub trait TokenChecker: Send + Sync {
    /// The state of the token now. Unknown, expired and revoked tokens give `active: false`, not an error.
    ///
    /// The layer accepts a token only if its `token_type` is `Bearer`: a refresh token has none, and is refused. A token
    /// with `cnf` is refused too: it is bound to a key, and the layer checks no proof of possession (RFC 9449 section 7.2).
    ///
    /// # Errors
    /// [`CheckError`] if the check was not possible; the response is then 503.
    async fn check(&self, token: &str) -> Result<IntrospectionResponse, CheckError>;
}

/// Finds the user of a browser's session. An application with its own sessions implements this trait.
#[async_trait]
pub trait SessionChecker: Send + Sync {
    /// The user who is signed in by these request headers; `None` if there is no session, or it has ended.
    ///
    /// # Errors
    /// [`CheckError`] if the check was not possible; the response is then 503.
    async fn session(&self, headers: &HeaderMap) -> Result<Option<Person>, CheckError>;

    /// The URL of the login page, as the value of a `Location` header. `return_to` is the path and query of the request; it
    /// begins with exactly one slash, and the login page must accept only such values.
    fn login_url(&self, return_to: &str) -> String;
}

/// A user who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The identifier that never changes.
    pub sub: String,
    /// The name to sign in with.
    pub username: String,
}

/// The reason why a token or a session could not be checked. The text is for the log; callers only see a 503.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CheckError {
    /// No answer: not reachable, too late, or an error of the server.
    #[error("no answer from the authorization server: {0}")]
    Unavailable(String),
    /// The server does not know this API, or does not let it introspect.
    #[error(
        "the authorization server answered {0} to this API's own credentials: check the client id and the secret, and that the client is confidential"
    )]
    Unauthorized(u16),
    /// The response does not have the form of RFC 7662 section 2.2.
    #[error("the answer is not a token introspection: {0}; check the issuer")]
    Unreadable(String),
    /// The issuer's metadata or keys are not what they should be (RFC 8414 section 3, RFC 7517 section 5).
    #[error("the issuer has no keys to check tokens with: {0}; check the issuer")]
    Keys(String),
}
