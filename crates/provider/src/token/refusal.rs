//! The reasons why the token, revocation and introspection endpoints refuse: the reason for logs, and in one `match`
//! the error that the client gets (RFC 6749 section 5.2).

use std::borrow::Cow;

use pixie_oauth::jose::JwtError;
use pixie_oauth::{AssertionError, AudienceError, ClientAuthMethod, GrantType, ParamsError, TokenErrorCode};
use thiserror::Error;

use crate::clients::keys::ClientTokenError;
use crate::hashing::HashingError;
use crate::keys::SignError;
use crate::randomness::RandomnessError;
use crate::scopes::rule::ScopeRefusal;
use crate::seal::{CipherError, SealError};
use crate::store::StoreError;
use crate::tokens::access_token::AccessTokenError;
use crate::tokens::id_token::IdTokenError;

/// A reason. Its `Display` is for logs; it never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenRefusal {
    /// The body is not `application/x-www-form-urlencoded`.
    #[error("the body is not a form")]
    NotAForm,
    /// The body is larger than the server reads.
    #[error("the body is too large")]
    TooLarge,
    /// The body is not a set of parameters.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// A parameter that must be sent was not.
    #[error("{0} is missing")]
    Missing(&'static str),

    /// No client named itself.
    #[error("no client is named")]
    NoClient,
    /// More than one authentication method at once.
    #[error("more than one client authentication method")]
    TwoMethods,
    /// `client_id` differs between header and body.
    #[error("the Authorization header and the body name different clients")]
    TwoClients,
    /// The `Authorization` header cannot be read.
    #[error("malformed client credentials")]
    MalformedCredentials,
    /// No such client.
    #[error("unknown client")]
    UnknownClient,
    /// A confidential client without its secret.
    #[error("a confidential client sent no secret")]
    SecretMissing,
    /// The request has a secret, and the client has none.
    #[error("a public client sent a secret")]
    SecretOfPublicClient,
    /// Not the client's secret.
    #[error("wrong client secret")]
    WrongSecret,
    /// No such client or not its secret, and the secret has a space, as which form-decoding reads `+`.
    #[error("unknown client or wrong client secret; the secret has a space, as which + is read")]
    SpaceInSecret,
    /// A secret of a client that is registered to sign assertions.
    #[error("a client that signs assertions by {0} sent a secret")]
    SecretNotRegistered(ClientAuthMethod),
    /// The secret came by another method than the one that the client registered.
    #[error("a client that registered {0} sent its secret another way")]
    OtherSecretMethod(ClientAuthMethod),
    /// The stored secret is not one that this server sealed for this client.
    #[error("the stored secret of the client cannot be opened")]
    SecretNotOpened,
    /// No such `client_assertion_type`.
    #[error("unknown client_assertion_type")]
    AssertionType,
    /// A client that is registered to sign assertions sent none.
    #[error("client_assertion is missing")]
    AssertionMissing,
    /// An assertion of a client that is not registered to sign them.
    #[error("an assertion of a client that has another authentication method")]
    AssertionNotRegistered,
    /// The assertion is no token.
    #[error("malformed client assertion: {0}")]
    AssertionForm(JwtError),
    /// `sub` of the assertion is not `client_id` of the body.
    #[error("client_id and the assertion name different clients")]
    AssertionOfAnotherClient,
    /// The assertion was not signed with a key of the client.
    #[error("client assertion not verified: {0}")]
    AssertionNotVerified(#[from] ClientTokenError),
    /// The client signed it, but for another use.
    #[error("a signed token that is no client assertion")]
    NotAnAssertion,
    /// A claim of the assertion is invalid.
    #[error("client assertion refused: {0}")]
    Assertion(#[from] AssertionError),
    /// The `jti` was used before.
    #[error("client assertion used twice")]
    UsedAssertion,
    /// Too many wrong secrets; seconds to wait.
    #[error("too many wrong client secrets")]
    SlowDown(i64),

    /// Not a grant that there is.
    #[error("unknown grant_type")]
    UnsupportedGrantType,
    /// Not a grant of this client.
    #[error("the client may not use the grant {0}")]
    GrantNotAllowed(GrantType),
    /// Only confidential clients may do this.
    #[error("a public client may not do this")]
    PublicClient,

    /// Not a code, or one never issued, or swept.
    #[error("unknown authorization code")]
    UnknownCode,
    /// Issued to another client.
    #[error("another client's authorization code")]
    ForeignCode,
    /// Too late.
    #[error("expired authorization code")]
    ExpiredCode,
    /// Used before; its family is revoked.
    #[error("authorization code used twice: its tokens are revoked")]
    UsedCode,
    /// Revoked, or swept away between reading and redeeming.
    #[error("the authorization code is no longer valid")]
    DeadCode,
    /// The redirect URI is not the one that the code was sent to.
    #[error("redirect_uri differs from the authorization request's")]
    OtherRedirectUri,
    /// No proof for a code that has a challenge.
    #[error("code_verifier is missing")]
    VerifierMissing,
    /// A proof of the wrong form.
    #[error("malformed code_verifier")]
    VerifierMalformed,
    /// Not the verifier that was promised.
    #[error("wrong code_verifier")]
    WrongVerifier,
    /// A proof for a code that has no challenge: a downgrade (RFC 9700 section 4.8.2).
    #[error("code_verifier for a code without challenge")]
    VerifierWithoutChallenge,

    /// Not a refresh token, or one never issued, or swept.
    #[error("unknown refresh token")]
    UnknownRefreshToken,
    /// Issued to another client.
    #[error("another client's refresh token")]
    ForeignRefreshToken,
    /// Too late.
    #[error("expired refresh token")]
    ExpiredRefreshToken,
    /// It, or its family, was revoked.
    #[error("revoked refresh token")]
    RevokedRefreshToken,
    /// Used before; its family is revoked.
    #[error("refresh token used twice: its tokens are revoked")]
    ReusedRefreshToken,
    /// A repeated request that asks for another scope than the first.
    #[error("a repeated refresh request for another scope or resource")]
    RepeatedForOther,

    /// The scope is not given.
    #[error(transparent)]
    Scope(#[from] ScopeRefusal),

    /// A resource that is none.
    #[error(transparent)]
    Audience(#[from] AudienceError),
    /// A resource that was not named in the authorization request.
    #[error("a resource that was not granted")]
    ForeignResource,

    /// The token presented for introspection is not valid for that.
    #[error("the bearer token may not introspect")]
    BearerMayNotIntrospect,
    /// A token of another client is to be revoked.
    #[error("another client's token")]
    ForeignToken,

    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Secrets are not checked now.
    #[error(transparent)]
    Hashing(#[from] HashingError),
    /// Nothing is signed now.
    #[error(transparent)]
    Signing(#[from] SignError),
    /// No token can be made.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// The answer cannot be sealed.
    #[error(transparent)]
    Cipher(#[from] CipherError),
}

/// The error that the client gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenError {
    /// The code.
    pub code: TokenErrorCode,
    /// The HTTP status that belongs to the code; 429 if the one who guesses is slowed down (RFC 6585 section 4).
    pub status: u16,
    /// A sentence for the developer (RFC 6749 section 5.2 says which characters it may have).
    pub description: Cow<'static, str>,
    /// Seconds after which trying again may help.
    pub retry_after: Option<i64>,
}

impl TokenRefusal {
    /// The answer that belongs to the reason.
    pub fn answer(&self) -> TokenError {
        use TokenErrorCode::{
            InvalidClient, InvalidGrant, InvalidRequest, InvalidScope, InvalidTarget, TemporarilyUnavailable,
            UnauthorizedClient, UnsupportedGrantType,
        };
        let (code, description): (_, Cow<'static, str>) = match self {
            Self::NotAForm => (InvalidRequest, "Send the parameters in the body as application/x-www-form-urlencoded.".into()),
            Self::TooLarge => (InvalidRequest, "The request is too large.".into()),
            Self::Params(error) => (InvalidRequest, format!("The request is malformed: {error}.").into()),
            Self::Missing(name) => (InvalidRequest, format!("The parameter {name} is missing.").into()),
            Self::TwoMethods => (InvalidRequest, "Authenticate the client in one way only: in the Authorization header or in the body.".into()),
            Self::TwoClients => (InvalidRequest, "The Authorization header and client_id name different clients.".into()),

            Self::NoClient => (InvalidClient, "No client is named: send client_id, or client credentials by HTTP Basic.".into()),
            Self::MalformedCredentials => (InvalidClient, "The Authorization header must be Basic with base64 of client_id:client_secret, each form-encoded.".into()),
            Self::UnknownClient | Self::WrongSecret => (InvalidClient, "Client authentication failed: unknown client or wrong secret.".into()),
            Self::SpaceInSecret => (InvalidClient, "Client authentication failed: unknown client or wrong secret. The secret that arrived has a space: + means a space in form encoding, so write + as %2B (RFC 6749 section 2.3.1), which curl -u does not do by itself.".into()),
            Self::SecretMissing => (InvalidClient, "This client is confidential: it must send its secret.".into()),
            Self::SecretOfPublicClient => (InvalidClient, "This client is public: it has no secret and must not send one.".into()),
            Self::SecretNotRegistered(method) => (InvalidClient, format!("This client is registered for {method}: it must sign an assertion and send no secret.").into()),
            Self::OtherSecretMethod(method) => (InvalidClient, format!("This client is registered for {method}: its secret must be sent that way.").into()),
            Self::SecretNotOpened => (InvalidClient, "The secret of this client cannot be read any more: rotate it.".into()),
            Self::AssertionType => (InvalidClient, "client_assertion_type must be urn:ietf:params:oauth:client-assertion-type:jwt-bearer.".into()),
            Self::AssertionMissing => (InvalidClient, "client_assertion is missing: this client is registered for private_key_jwt or client_secret_jwt, and signs an assertion.".into()),
            Self::AssertionNotRegistered => (InvalidClient, "This client is not registered for private_key_jwt or client_secret_jwt: see its token_endpoint_auth_method.".into()),
            Self::AssertionForm(error) => (InvalidClient, format!("The client assertion cannot be read: {error}.").into()),
            Self::AssertionOfAnotherClient => (InvalidClient, "client_id must be sub of the client assertion.".into()),
            Self::AssertionNotVerified(error) => (InvalidClient, format!("The client assertion is not verified: {}.", error.explanation()).into()),
            Self::NotAnAssertion => (InvalidClient, "The client assertion is a token for another use: typ must be left out, JWT or client-authentication+jwt, and request parameters are not its claims.".into()),
            Self::Assertion(error) => (InvalidClient, format!("The client assertion is refused: {error}.").into()),
            Self::UsedAssertion => (InvalidClient, "The client assertion was used before: sign a new one, with another jti, for each request.".into()),
            Self::SlowDown(_) => (TemporarilyUnavailable, "Too many wrong client secrets; wait before the next try.".into()),

            Self::UnsupportedGrantType => (UnsupportedGrantType, "grant_type must be authorization_code, refresh_token or client_credentials.".into()),
            Self::GrantNotAllowed(grant) => (UnauthorizedClient, format!("This client is not registered for the grant {grant}.").into()),
            Self::PublicClient => (UnauthorizedClient, "Only a confidential client may do this, with its secret.".into()),
            Self::BearerMayNotIntrospect => (InvalidClient, "Introspection needs client credentials, or a bearer token with the scope introspection.".into()),

            Self::UnknownCode | Self::ForeignCode | Self::DeadCode => (InvalidGrant, "The authorization code is not valid for this client.".into()),
            Self::ExpiredCode => (InvalidGrant, "The authorization code has expired.".into()),
            Self::UsedCode => (InvalidGrant, "The authorization code was used before. Its tokens are revoked.".into()),
            Self::OtherRedirectUri => (InvalidGrant, "redirect_uri must be the one of the authorization request.".into()),
            Self::VerifierMissing => (InvalidGrant, "code_verifier is missing: the authorization request had a code_challenge.".into()),
            Self::VerifierMalformed => (InvalidGrant, "code_verifier must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~ (RFC 7636 section 4.1).".into()),
            Self::WrongVerifier => (InvalidGrant, "code_verifier does not belong to the code_challenge.".into()),
            Self::VerifierWithoutChallenge => (InvalidGrant, "code_verifier was sent, but the authorization request had no code_challenge.".into()),

            Self::UnknownRefreshToken | Self::ForeignRefreshToken => (InvalidGrant, "The refresh token is not valid for this client.".into()),
            Self::ExpiredRefreshToken => (InvalidGrant, "The refresh token has expired.".into()),
            Self::RevokedRefreshToken => (InvalidGrant, "The refresh token has been revoked.".into()),
            Self::ReusedRefreshToken => (InvalidGrant, "The refresh token was used before. Its tokens are revoked.".into()),
            Self::RepeatedForOther => (InvalidGrant, "The refresh token was used a moment ago for another scope or resource: use the one that came with the answer.".into()),
            Self::ForeignToken => (InvalidGrant, "The token was issued to another client.".into()),

            Self::Audience(error) => (InvalidTarget, format!("{error}.").into()),
            Self::ForeignResource => (InvalidTarget, "resource must be one of those of the authorization request.".into()),

            Self::Scope(refusal) => (InvalidScope, format!("Not granted: {refusal}.").into()),

            Self::Store(error) => (TemporarilyUnavailable, error.answer().description().into()),
            Self::Hashing(_) | Self::Signing(_) | Self::Randomness(_) | Self::Cipher(_) => {
                (TemporarilyUnavailable, "The server cannot answer now; try again shortly.".into())
            }
        };
        let (status, retry_after) = match self {
            // A stranger causes this, so that it is not a failure of the server.
            Self::SlowDown(seconds) => (429, Some(*seconds)),
            Self::Store(error) => (code.status(), Some(error.answer().retry_after)),
            _ => (code.status(), (code == TemporarilyUnavailable).then_some(1)),
        };
        TokenError {
            code,
            status,
            description,
            retry_after,
        }
    }
}

impl From<SealError> for TokenRefusal {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Randomness(error) => Self::Randomness(error),
            SealError::Cipher(error) => Self::Cipher(error),
        }
    }
}

impl From<AccessTokenError> for TokenRefusal {
    fn from(reason: AccessTokenError) -> Self {
        match reason {
            AccessTokenError::Randomness(error) => Self::Randomness(error),
            AccessTokenError::Signing(error) => Self::Signing(error),
        }
    }
}

impl From<IdTokenError> for TokenRefusal {
    fn from(reason: IdTokenError) -> Self {
        match reason {
            IdTokenError::Store(error) => Self::Store(error),
            IdTokenError::Signing(error) => Self::Signing(error),
        }
    }
}
