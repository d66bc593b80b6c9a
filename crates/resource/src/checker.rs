//! Whom the layer asks: about tokens (RFC 7662), and about people who are signed in with a cookie.

use async_trait::async_trait;
use http::HeaderMap;
use pixie_oauth::IntrospectionResponse;
use thiserror::Error;

/// Says what an access token is good for. [`Introspection`](crate::Introspection) asks over HTTP,
/// [`JwtAccessTokens`](crate::JwtAccessTokens) checks the signature; an application that has the authorization server in
/// its own process asks it directly.
#[async_trait]
pub trait TokenChecker: Send + Sync {
    /// What the token is good for at present. Unknown, expired and revoked tokens are answered `active: false`, not an error.
    ///
    /// The layer accepts an answer only when its `token_type` is `Bearer`: a refresh token, which has none, is not a key
    /// to an API.
    ///
    /// # Errors
    /// [`CheckError`] where nobody could say; the caller is then answered 503.
    async fn check(&self, token: &str) -> Result<IntrospectionResponse, CheckError>;
}

/// Recognises people who signed in with a browser. An application with sessions of its own implements this on them.
#[async_trait]
pub trait SessionChecker: Send + Sync {
    /// Who is signed in according to these request headers; `None` where nobody is, or the session is over.
    ///
    /// # Errors
    /// [`CheckError`] where nobody could say; the caller is then answered 503.
    async fn session(&self, headers: &HeaderMap) -> Result<Option<Person>, CheckError>;

    /// Where to send a browser to sign in. `return_to` is the path and query that was asked for; it begins with exactly
    /// one slash, and the login page must accept only such addresses. The answer is the value of a `Location` header.
    fn login_url(&self, return_to: &str) -> String;
}

/// A person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The identifier that never changes.
    pub sub: String,
    /// The name to sign in with.
    pub username: String,
}

/// Why nobody could say whether a token or a session is good. The text is for the log; callers only see a 503.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CheckError {
    /// No answer: not reachable, too late, or an error of the server.
    #[error("no answer from the authorization server: {0}")]
    Unavailable(String),
    /// The server does not know this API, or does not let it introspect.
    #[error(
        "the authorization server answered {0} to this API's own credentials: check the client id and the secret, and that the client is confidential"
    )]
    Unauthorized(u16),
    /// Something answered, but not as RFC 7662 section 2.2 says.
    #[error("the answer is not a token introspection: {0}; check the issuer")]
    Unreadable(String),
    /// The issuer's metadata or keys are not what they should be (RFC 8414 section 3, RFC 7517 section 5).
    #[error("the issuer has no keys to check tokens with: {0}; check the issuer")]
    Keys(String),
}
