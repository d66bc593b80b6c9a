//! The errors that end a page request early. A handler returns one; `frame.rs` makes the error page of it.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use pixie_oauth::ParamsError;
use pixie_provider::store::StoreError;
use pixie_provider::{
    AccountRefusal, ClientRefusal, CredentialRefusal, LogoutRefusal, PageRefusal, RandomnessError,
    ResetRefusal, RevocationRefusal,
};

use crate::early_refusal::EarlyRefusal;
use crate::sentence::sentence;
use crate::templates::TemplateError;
use crate::texts::{Text, text};

/// The reason for an error page.
#[derive(Clone, Debug)]
pub(crate) enum PageError {
    /// An authorization request that cannot be answered by a redirect.
    Authorization(PageRefusal),
    /// A request to sign out that is refused.
    Logout(LogoutRefusal),
    /// The consent form was answered before.
    AnsweredBefore,
    /// The form was not made for this browser and session. The path of the form, if it can be opened again.
    FormToken(Option<String>),
    /// The form cannot be read.
    Form(FormRefusal),
    /// The page does not exist, or it belongs to somebody else.
    NotFound,
    /// Only administrators may do this.
    NotAllowed(Explained),
    /// Somebody else has changed it since it was read.
    Outdated(Explained),
    /// A one-time link that was used or has expired.
    LinkGone(Explained),
    /// The store did not answer.
    Store(StoreError),
    /// The hashing threads or the source of randomness do not answer.
    Unavailable(String),
    /// The request did not reach its handler.
    Early(EarlyRefusal),
    /// A template does not render.
    Template(String),
}

/// A refusal in words for the page and in those of the log.
#[derive(Clone, Debug)]
pub(crate) struct Explained {
    /// For the page, as a sentence in its language.
    pub(crate) text: Text,
    /// For the log, in English.
    pub(crate) reason: String,
}

impl Explained {
    /// A refusal with its words for the page.
    pub(crate) fn new(text: Text, refusal: &impl ToString) -> Self {
        Self {
            text,
            reason: refusal.to_string(),
        }
    }
}

/// The reason why a form body cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FormRefusal {
    /// Not `application/x-www-form-urlencoded`.
    NotAForm,
    /// Larger than the server reads.
    TooLarge,
    /// Not a set of parameters.
    Params(ParamsError),
}

/// The response carries the error in its extensions, from which `frame.rs` takes it.
impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<PageRefusal> for PageError {
    fn from(refusal: PageRefusal) -> Self {
        Self::Authorization(refusal)
    }
}

impl From<LogoutRefusal> for PageError {
    fn from(refusal: LogoutRefusal) -> Self {
        Self::Logout(refusal)
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<RandomnessError> for PageError {
    fn from(error: RandomnessError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<TemplateError> for PageError {
    fn from(error: TemplateError) -> Self {
        Self::Template(error.to_string())
    }
}

impl From<FormRefusal> for PageError {
    fn from(refusal: FormRefusal) -> Self {
        Self::Form(refusal)
    }
}

impl From<ClientRefusal> for PageError {
    fn from(refusal: ClientRefusal) -> Self {
        match &refusal {
            ClientRefusal::Unknown | ClientRefusal::NoSecret => Self::NotFound,
            ClientRefusal::NotAllowed => {
                Self::NotAllowed(Explained::new(text!("error-not-allowed.applications"), &refusal))
            }
            ClientRefusal::Outdated => {
                Self::Outdated(Explained::new(text!("error-outdated.application"), &refusal))
            }
            ClientRefusal::Fields(_) => {
                let fields = Text::verbatim(sentence(&refusal.to_string()));
                Self::Outdated(Explained::new(fields, &refusal))
            }
            ClientRefusal::Store(error) => Self::Store(error.clone()),
            ClientRefusal::Hashing(_) | ClientRefusal::Randomness(_) | ClientRefusal::Cipher(_) => {
                Self::Unavailable(refusal.to_string())
            }
        }
    }
}

impl From<CredentialRefusal> for PageError {
    fn from(refusal: CredentialRefusal) -> Self {
        match &refusal {
            CredentialRefusal::Unknown => Self::NotFound,
            CredentialRefusal::NotAllowed => {
                Self::NotAllowed(Explained::new(text!("error-not-allowed.credentials"), &refusal))
            }
            CredentialRefusal::Store(error) => Self::Store(error.clone()),
            CredentialRefusal::Account(account) => account.clone().into(),
            _ => Self::Unavailable(refusal.to_string()),
        }
    }
}

impl From<RevocationRefusal> for PageError {
    fn from(refusal: RevocationRefusal) -> Self {
        match refusal {
            RevocationRefusal::Store(error) => Self::Store(error),
            refusal => Self::NotAllowed(Explained::new(text!("error-not-allowed.revoke"), &refusal)),
        }
    }
}

impl From<ResetRefusal> for PageError {
    fn from(refusal: ResetRefusal) -> Self {
        match refusal {
            ResetRefusal::Store(error) => Self::Store(error),
            ResetRefusal::Account(refusal) => refusal.into(),
            refusal => Self::Unavailable(refusal.to_string()),
        }
    }
}

impl From<AccountRefusal> for PageError {
    fn from(refusal: AccountRefusal) -> Self {
        match &refusal {
            AccountRefusal::LinkGone => Self::LinkGone(Explained::new(text!("error-link-gone"), &refusal)),
            AccountRefusal::Unknown => Self::NotFound,
            AccountRefusal::NotAllowed => {
                Self::NotAllowed(Explained::new(text!("error-not-allowed.accounts"), &refusal))
            }
            AccountRefusal::Store(error) => Self::Store(error.clone()),
            _ => Self::Unavailable(refusal.to_string()),
        }
    }
}
