//! Reasons to refuse a request object, and the error that the client gets (OpenID Connect Core section 3.1.2.6, RFC
//! 9101 section 7).

use std::borrow::Cow;

use pixie_oauth::jose::JwtError;
use pixie_oauth::{AuthorizationErrorCode, ParamsError, RequestObjectError};
use thiserror::Error;

use crate::clients::keys::ClientTokenError;
use crate::outbound::OutboundError;

/// Why a request object is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RequestObjectRefusal {
    /// This server takes none.
    #[error("request objects are not supported")]
    NotSupported,
    /// This server fetches none.
    #[error("request_uri is not supported")]
    UriNotSupported,
    /// By value and by reference at once.
    #[error("request and request_uri at once")]
    Both,
    /// Not one of those that the client has registered.
    #[error("request_uri is not registered for this client")]
    UnregisteredUri,
    /// It cannot be fetched.
    #[error("the request_uri {0}")]
    Fetch(OutboundError),
    /// The fetched document is not text.
    #[error("what the request_uri gives is not a token")]
    NotAToken,
    /// It is neither signed nor unsigned in the right form.
    #[error("malformed request object: {0}")]
    Form(JwtError),
    /// It is not signed, and the client's profile demands that.
    #[error("an unsigned request object by value")]
    Unsigned,
    /// Likewise, of one that was fetched.
    #[error("an unsigned request object by reference")]
    UnsignedAtUri,
    /// The client has registered another algorithm, or none.
    #[error("the request object is not signed as the client has registered")]
    OtherAlgorithm,
    /// It was not signed with a key of the client.
    #[error("request object not verified: {0}")]
    NotVerified(#[from] ClientTokenError),
    /// The client signed it, but for another use.
    #[error("a signed token that is no request object")]
    NotARequestObject,
    /// A claim of the request object is invalid.
    #[error("request object refused: {0}")]
    Claims(#[from] RequestObjectError),
    /// It holds too much.
    #[error("request object refused: {0}")]
    Params(#[from] ParamsError),
    /// It asks for something else than the request around it (OpenID Connect Core section 6.1).
    #[error("response_type differs inside and outside the request object")]
    ResponseType,
}

impl RequestObjectRefusal {
    /// The error code and the sentence for the developer.
    pub fn answer(&self) -> (AuthorizationErrorCode, Cow<'static, str>) {
        use AuthorizationErrorCode as Code;
        match self {
            Self::NotSupported => (
                Code::RequestNotSupported,
                "Request objects are not supported: send the parameters themselves.".into(),
            ),
            Self::UriNotSupported => (
                Code::RequestUriNotSupported,
                "request_uri is not supported: send the parameters themselves.".into(),
            ),
            Self::Both => (
                Code::InvalidRequest,
                "Send request or request_uri, not both.".into(),
            ),
            Self::UnregisteredUri => (
                Code::InvalidRequestUri,
                "request_uri is not among the request_uris that this client has registered.".into(),
            ),
            Self::Fetch(error) => (Code::InvalidRequestUri, format!("request_uri {error}.").into()),
            Self::NotAToken => (
                Code::InvalidRequestUri,
                "request_uri must give a request object in compact form.".into(),
            ),
            Self::Form(error) => (
                Code::InvalidRequestObject,
                format!("The request object cannot be read: {error}.").into(),
            ),
            Self::Unsigned => (
                Code::RequestNotSupported,
                "Unsigned request objects are not supported for this client: sign it with a registered key.".into(),
            ),
            Self::UnsignedAtUri => (
                Code::RequestUriNotSupported,
                "Unsigned request objects are not supported for this client: sign it with a registered key.".into(),
            ),
            Self::OtherAlgorithm => (
                Code::InvalidRequestObject,
                "The request object must have the algorithm that the client has registered as request_object_signing_alg."
                    .into(),
            ),
            Self::NotVerified(error) => (
                Code::InvalidRequestObject,
                format!("The request object is not verified: {}.", error.explanation()).into(),
            ),
            Self::NotARequestObject => (
                Code::InvalidRequestObject,
                "The request object is a token for another use: typ must be left out, JWT or oauth-authz-req+jwt."
                    .into(),
            ),
            Self::Claims(error) => (Code::InvalidRequestObject, format!("Not accepted: {error}.").into()),
            Self::Params(error) => (
                Code::InvalidRequestObject,
                format!("The request object is malformed: {error}.").into(),
            ),
            Self::ResponseType => (
                Code::InvalidRequestObject,
                "response_type must be the same inside and outside the request object.".into(),
            ),
        }
    }
}
