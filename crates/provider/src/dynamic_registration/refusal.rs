//! Why a client is not registered, and the error response (RFC 7591 section 3.2.2, RFC 7592 section 2).

use std::borrow::Cow;

use pixie_oauth::RegistrationErrorCode;
use thiserror::Error;

use crate::clients::FieldError;
use crate::operate::ClientRefusal;
use crate::store::StoreError;

/// The reason.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RegistrationRefusal {
    /// Nobody registers clients here.
    #[error("registration is off")]
    Off,
    /// No bearer token.
    #[error("no token for registration")]
    NoToken,
    /// The token is not valid for this client, or for registering.
    #[error("a token that is not good for this registration")]
    WrongToken,
    /// An access token without the scope `registration`.
    #[error("an access token without the scope registration")]
    NarrowToken,
    /// The body is not sent as JSON.
    #[error("the body is not application/json")]
    NotJson,
    /// The body is no JSON object with each member once.
    #[error("the body is no JSON object: {0}")]
    NotAnObject(String),
    /// The body is longer than what is read.
    #[error("the body is too long")]
    TooLarge,
    /// Fields that cannot be registered.
    #[error("{}", ClientRefusal::Fields(.0.clone()))]
    Fields(Vec<FieldError>),
    /// Too many new clients; seconds to wait.
    #[error("too many registrations")]
    TooMany(i64),
    /// As many clients as the server takes.
    #[error("as many clients have registered themselves as may")]
    Full,
    /// Changed at the same time.
    #[error("the registration was changed at the same time")]
    Outdated,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The server cannot.
    #[error("{0}")]
    Unavailable(String),
}

impl From<crate::RandomnessError> for RegistrationRefusal {
    fn from(error: crate::RandomnessError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<ClientRefusal> for RegistrationRefusal {
    fn from(refusal: ClientRefusal) -> Self {
        match refusal {
            ClientRefusal::Fields(fields) => Self::Fields(fields),
            ClientRefusal::Unknown => Self::WrongToken,
            ClientRefusal::Outdated => Self::Outdated,
            ClientRefusal::Store(error) => Self::Store(error),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

/// The error response to a refused request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationError {
    /// The code.
    pub code: RegistrationErrorCode,
    /// The HTTP status.
    pub status: u16,
    /// A sentence for developers.
    pub description: Cow<'static, str>,
    /// Seconds after which trying again may help.
    pub retry_after: Option<i64>,
}

impl RegistrationRefusal {
    /// The error response.
    pub fn answer(&self) -> RegistrationError {
        use RegistrationErrorCode as Code;
        let answer = |status, code, description: &'static str| RegistrationError {
            code,
            status,
            description: description.into(),
            retry_after: None,
        };
        match self {
            Self::Off => answer(
                404,
                Code::InvalidRequest,
                "This server registers no clients here.",
            ),
            Self::NoToken => answer(
                401,
                Code::InvalidToken,
                "This needs a bearer token in the Authorization header.",
            ),
            Self::WrongToken => answer(401, Code::InvalidToken, "The bearer token is not good for this."),
            Self::NarrowToken => answer(
                403,
                Code::InsufficientScope,
                "The access token needs the scope registration.",
            ),
            Self::NotJson => answer(
                400,
                Code::InvalidRequest,
                "Send a JSON object as application/json, with each member once.",
            ),
            Self::NotAnObject(cause) => RegistrationError {
                description: format!("Send a JSON object with each member once: {cause}.").into(),
                ..answer(400, Code::InvalidRequest, "")
            },
            Self::TooLarge => answer(413, Code::InvalidRequest, "The body is too long."),
            Self::Fields(fields) => fields_answer(fields),
            Self::TooMany(seconds) => RegistrationError {
                retry_after: Some(*seconds),
                ..answer(
                    429,
                    Code::TemporarilyUnavailable,
                    "Too many new clients; wait before the next registration.",
                )
            },
            Self::Full => RegistrationError {
                retry_after: Some(3600),
                ..answer(
                    503,
                    Code::TemporarilyUnavailable,
                    "As many clients have registered themselves as this server takes; unused ones are deleted in time.",
                )
            },
            Self::Outdated => answer(
                409,
                Code::InvalidRequest,
                "The registration was changed at the same time; read it and repeat the change.",
            ),
            Self::Store(error) => RegistrationError {
                code: Code::TemporarilyUnavailable,
                status: 503,
                description: error.answer().description().into(),
                retry_after: Some(error.answer().retry_after),
            },
            Self::Unavailable(_) => RegistrationError {
                retry_after: Some(1),
                ..answer(
                    503,
                    Code::TemporarilyUnavailable,
                    "Nothing can be registered now; try again.",
                )
            },
        }
    }
}

/// Every field that is wrong is named; the code is that of the first.
fn fields_answer(fields: &[FieldError]) -> RegistrationError {
    use RegistrationErrorCode::{InvalidClientMetadata, InvalidRedirectUri};
    let code = match fields.first() {
        Some(error) if error.field == "redirect_uris" => InvalidRedirectUri,
        _ => InvalidClientMetadata,
    };
    let sentences = fields
        .iter()
        .map(|error| format!("{}: {}.", error.field, error.message));
    RegistrationError {
        code,
        status: 400,
        description: sentences.collect::<Vec<_>>().join(" ").into(),
        retry_after: None,
    }
}
