//! Why the authorization endpoint refuses, and in one `match` for each channel what is said (RFC 6749 section 4.1.2.1).

use std::borrow::Cow;

use pixie_oauth::{
    AudienceError, AuthorizationErrorCode, ClaimsRequestError, ParamsError, PkceError, ResponseType,
};
use thiserror::Error;

use super::request_object::RequestObjectRefusal;
use crate::clients::UnregisteredUri;
use crate::interaction::StepRefusal;
use crate::keys::SignError;
use crate::randomness::RandomnessError;
use crate::scopes::rule::ScopeRefusal;
use crate::store::StoreError;
use crate::tokens::access_token::AccessTokenError;
use crate::tokens::id_token::IdTokenError;

/// A reason that is shown on a page, because nobody knows yet whom a redirect would reach.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PageRefusal {
    /// The query is not a set of parameters.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// No client is named.
    #[error("client_id is missing")]
    MissingClientId,
    /// No such client.
    #[error("unknown client_id “{0}”")]
    UnknownClient(String),
    /// None is named, and the client must name one.
    #[error("redirect_uri is missing")]
    MissingRedirectUri,
    /// Not one that the client has registered.
    #[error("redirect_uri is not registered for this client: {0}")]
    UnregisteredRedirectUri(Box<UnregisteredUri>),
    /// The request object is refused, and the other parameters have no redirect URI to send the error to.
    #[error(transparent)]
    RequestObject(#[from] RequestObjectRefusal),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PageRefusal {
    /// The HTTP status of the page.
    pub fn status(&self) -> u16 {
        if matches!(self, Self::Store(_)) { 503 } else { 400 }
    }

    /// The advice for the developer of the application, as a sentence.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Params(ParamsError::Repeated(_)) => {
                "Send each parameter of the authorization request once."
            }
            Self::Params(_) => {
                "Send the parameters form-encoded, in UTF-8, and no more of them than the protocol has."
            }
            Self::MissingClientId => "Send client_id, as the application was registered.",
            Self::UnknownClient(_) => {
                "Compare client_id with the registered one, letter by letter; register the application if it is new."
            }
            Self::MissingRedirectUri => "Send redirect_uri, exactly as it is registered.",
            Self::UnregisteredRedirectUri(_) => {
                "redirect_uri must be one of the registered redirect URIs, byte for byte: scheme, host, port, path, slash at the end and query."
            }
            Self::RequestObject(_) => {
                "Compare the request object with the client's registration. A registered redirect_uri beside the object gets the reason too."
            }
            Self::Store(error) => error.answer().advice,
        }
    }
}

/// A reason that is sent to the client by a redirect.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RedirectRefusal {
    /// The request has no `response_type`.
    #[error("response_type is missing")]
    MissingResponseType,
    /// Not a response type that is offered.
    #[error("unsupported response_type")]
    ResponseType,
    /// Not a response mode that is offered.
    #[error("unsupported response_mode")]
    ResponseMode,
    /// `response_mode=query` for a response type with tokens.
    #[error("tokens never travel in a query")]
    TokensInQuery,
    /// Not a response type of this client.
    #[error("the client may not use the response type {0}")]
    ResponseTypeNotAllowed(ResponseType),
    /// An id token is asked for without the scope `openid`.
    #[error("an id token without the scope openid")]
    OpenIdScopeMissing,
    /// The request has no nonce, and an ID token travels through the browser.
    #[error("nonce is missing")]
    MissingNonce,
    /// A nonce of more than 1000 characters.
    #[error("the nonce is too long")]
    LongNonce,
    /// Not a number of seconds.
    #[error("max_age is not a number of seconds")]
    MaxAge,
    /// The parameter `claims` cannot be read.
    #[error(transparent)]
    Claims(#[from] ClaimsRequestError),
    /// A resource that is none.
    #[error(transparent)]
    Audience(#[from] AudienceError),
    /// `prompt=create`, and people cannot make accounts themselves here.
    #[error("prompt=create is not offered")]
    SignUpNotOffered,
    /// The client is not registered for codes.
    #[error("the client may not use the authorization code grant")]
    GrantNotAllowed,
    /// The request object is not accepted.
    #[error(transparent)]
    RequestObject(#[from] RequestObjectRefusal),
    /// No PKCE.
    #[error("code_challenge is missing")]
    MissingChallenge,
    /// PKCE of the wrong form.
    #[error(transparent)]
    Pkce(#[from] PkceError),
    /// `prompt=none` beside other prompts.
    #[error("prompt=none beside other prompts")]
    PromptNoneWithOthers,
    /// The scope is not given.
    #[error(transparent)]
    Scope(#[from] ScopeRefusal),
    /// `prompt=none`, and nobody is signed in, or not as recently or strongly as the request demands.
    #[error("prompt=none, and nobody is signed in as the request demands")]
    LoginRequired,
    /// `prompt=none`, and the person would have to choose an account.
    #[error("prompt=none and an account must be chosen")]
    AccountSelectionRequired,
    /// Another person signed in than the client expects.
    #[error("another person signed in than the client expects")]
    OtherPerson,
    /// The client insists on an authentication context that nobody can have here.
    #[error("the essential acr is not available")]
    UnmetContext,
    /// `prompt=none`, and the person would have to be asked.
    #[error("prompt=none and consent is needed")]
    ConsentRequired,
    /// The person said no.
    #[error("the person denied the request")]
    Denied,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No code can be made.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// No id token can be signed.
    #[error(transparent)]
    Signing(#[from] SignError),
}

impl From<StepRefusal> for RedirectRefusal {
    fn from(refusal: StepRefusal) -> Self {
        match refusal {
            StepRefusal::LoginRequired => Self::LoginRequired,
            StepRefusal::AccountSelectionRequired => Self::AccountSelectionRequired,
            StepRefusal::ConsentRequired => Self::ConsentRequired,
            StepRefusal::OtherPerson => Self::OtherPerson,
            StepRefusal::UnmetContext => Self::UnmetContext,
            StepRefusal::Denied => Self::Denied,
        }
    }
}

impl RedirectRefusal {
    /// `true` for the answers of every day, which nobody has to look into: to `prompt=none`, and a person's no.
    pub fn is_ordinary(&self) -> bool {
        matches!(
            self,
            Self::LoginRequired
                | Self::AccountSelectionRequired
                | Self::ConsentRequired
                | Self::OtherPerson
                | Self::Denied
        )
    }

    /// The error code and the sentence for the developer.
    pub fn answer(&self) -> (AuthorizationErrorCode, Cow<'static, str>) {
        use AuthorizationErrorCode as Code;
        match self {
            Self::MissingResponseType => (
                Code::InvalidRequest,
                "response_type is missing: send response_type=code.".into(),
            ),
            Self::ResponseType => (
                Code::UnsupportedResponseType,
                "Not a response_type that this server offers: see response_types_supported in its metadata."
                    .into(),
            ),
            Self::ResponseMode => (
                Code::InvalidRequest,
                "response_mode must be query, fragment or form_post.".into(),
            ),
            Self::TokensInQuery => (
                Code::InvalidRequest,
                "response_mode=query is for response_type=code only: tokens never travel in a query.".into(),
            ),
            Self::ResponseTypeNotAllowed(response_type) => (
                Code::UnauthorizedClient,
                format!("This client is not registered for the response_type {response_type}.").into(),
            ),
            Self::OpenIdScopeMissing => (
                Code::InvalidRequest,
                "This response_type gives an id token: ask for the scope openid too.".into(),
            ),
            Self::MissingNonce => (
                Code::InvalidRequest,
                "nonce is missing: this response_type needs one.".into(),
            ),
            Self::LongNonce => (
                Code::InvalidRequest,
                "nonce must have at most 1000 characters.".into(),
            ),
            Self::MaxAge => (
                Code::InvalidRequest,
                "max_age must be a number of seconds, 0 or more.".into(),
            ),
            Self::Claims(error) => (Code::InvalidRequest, format!("{error}.").into()),
            Self::Audience(error) => (Code::InvalidTarget, format!("{error}.").into()),
            Self::SignUpNotOffered => (
                Code::InvalidRequest,
                "prompt=create is not offered: people cannot make accounts themselves here.".into(),
            ),
            Self::GrantNotAllowed => (
                Code::UnauthorizedClient,
                "This client is not registered for the grant authorization_code.".into(),
            ),
            Self::RequestObject(refusal) => refusal.answer(),
            Self::MissingChallenge => (
                Code::InvalidRequest,
                "code_challenge is missing: this client must use PKCE (RFC 7636) with S256.".into(),
            ),
            Self::Pkce(error) => (Code::InvalidRequest, format!("{error}.").into()),
            Self::PromptNoneWithOthers => (Code::InvalidRequest, "prompt=none must stand alone.".into()),
            Self::Scope(refusal) => (Code::InvalidScope, format!("Not granted: {refusal}.").into()),
            Self::LoginRequired => (Code::LoginRequired, "Nobody is signed in.".into()),
            Self::AccountSelectionRequired => (
                Code::AccountSelectionRequired,
                "The person must choose an account.".into(),
            ),
            Self::OtherPerson => (
                Code::LoginRequired,
                "Another person signed in than the one asked for.".into(),
            ),
            Self::UnmetContext => (
                Code::UnmetAuthenticationRequirements,
                "None of the essential acr values can be met: see acr_values_supported in the metadata."
                    .into(),
            ),
            Self::ConsentRequired => (Code::ConsentRequired, "The person has not consented yet.".into()),
            Self::Denied => (Code::AccessDenied, "The person denied the request.".into()),
            Self::Store(error) => (Code::TemporarilyUnavailable, error.answer().description().into()),
            Self::Randomness(_) | Self::Signing(_) => (
                Code::TemporarilyUnavailable,
                "The server cannot answer now; try again shortly.".into(),
            ),
        }
    }
}

impl From<AccessTokenError> for RedirectRefusal {
    fn from(reason: AccessTokenError) -> Self {
        match reason {
            AccessTokenError::Randomness(error) => Self::Randomness(error),
            AccessTokenError::Signing(error) => Self::Signing(error),
        }
    }
}

impl From<IdTokenError> for RedirectRefusal {
    fn from(reason: IdTokenError) -> Self {
        match reason {
            IdTokenError::Store(error) => Self::Store(error),
            IdTokenError::Signing(error) => Self::Signing(error),
        }
    }
}
