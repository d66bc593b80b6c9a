//! What ends a page request early. A handler returns it; the frame makes the page of it.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use pixie_oauth::ParamsError;
use pixie_provider::store::StoreError;
use pixie_provider::{ClientRefusal, LogoutRefusal, NoRandomness, PageRefusal, UserRefusal};

use crate::templates::TemplateError;

/// Why there is no other page.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// An authorization request that cannot be answered by a redirect.
    Authorization(PageRefusal),
    /// A request to sign out that is refused.
    Logout(LogoutRefusal),
    /// The form was not made for this browser, or is too old.
    FormToken,
    /// The form cannot be read.
    Form(FormRefusal),
    /// Nothing is here, or it is not this person's.
    NotFound,
    /// Only administrators, where registering is for them.
    NotAllowed(String),
    /// Somebody else changed it meanwhile.
    Outdated(String),
    /// A link that does not work any more.
    LinkGone(String),
    /// The store did not answer.
    Store(StoreError),
    /// The hashing threads or the source of randomness do not answer.
    Unavailable(String),
    /// Too many requests are answered already.
    Overloaded,
    /// A template does not render what it should.
    Template(String),
}

/// Why a form body cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FormRefusal {
    /// Not `application/x-www-form-urlencoded`.
    NotAForm,
    /// Larger than the server reads.
    TooLarge,
    /// Not a set of parameters.
    Params(ParamsError),
}

/// The frame finds it in the extensions.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<PageRefusal> for Failure {
    fn from(refusal: PageRefusal) -> Self {
        Self::Authorization(refusal)
    }
}

impl From<LogoutRefusal> for Failure {
    fn from(refusal: LogoutRefusal) -> Self {
        Self::Logout(refusal)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<NoRandomness> for Failure {
    fn from(error: NoRandomness) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<TemplateError> for Failure {
    fn from(error: TemplateError) -> Self {
        Self::Template(error.to_string())
    }
}

impl From<FormRefusal> for Failure {
    fn from(refusal: FormRefusal) -> Self {
        Self::Form(refusal)
    }
}

impl From<ClientRefusal> for Failure {
    fn from(refusal: ClientRefusal) -> Self {
        match &refusal {
            ClientRefusal::Unknown | ClientRefusal::NoSecret => Self::NotFound,
            ClientRefusal::NotAllowed => Self::NotAllowed(refusal.to_string()),
            ClientRefusal::Outdated | ClientRefusal::Fields(_) => Self::Outdated(refusal.to_string()),
            ClientRefusal::Store(error) => Self::Store(error.clone()),
            ClientRefusal::Hashing(_) | ClientRefusal::Randomness(_) => {
                Self::Unavailable(refusal.to_string())
            }
        }
    }
}

impl From<UserRefusal> for Failure {
    fn from(refusal: UserRefusal) -> Self {
        match &refusal {
            UserRefusal::LinkGone => Self::LinkGone(refusal.to_string()),
            UserRefusal::Unknown => Self::NotFound,
            UserRefusal::Store(error) => Self::Store(error.clone()),
            _ => Self::Unavailable(refusal.to_string()),
        }
    }
}
