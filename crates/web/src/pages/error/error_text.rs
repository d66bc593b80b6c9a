//! The texts of an error page, by the failure.

use pixie_oauth::ParamsError;
use pixie_provider::store::StoreError;
use pixie_provider::{LogoutRefusal, PageRefusal};

use crate::early_refusal::EarlyRefusal;
use crate::page_error::{Explained, FormRefusal, PageError};
use crate::pages::refusal::store_error;
use crate::sentence::sentence;
use crate::texts::{Text, text};

/// The texts of an error page.
pub(super) struct ErrorText {
    pub(super) status: u16,
    pub(super) title: Text,
    pub(super) happened: Text,
    pub(super) remedy: Text,
    /// The error code of the RFC, if there is one.
    pub(super) code: Option<&'static str>,
    /// The exact reason, as a sentence in English, if developers can use it.
    pub(super) reason: Option<String>,
    /// The reason in the log, if there is no exact one.
    pub(super) log: String,
}

impl ErrorText {
    /// The texts for a failure.
    pub(super) fn of(failure: &PageError) -> Self {
        match failure {
            PageError::Store(error)
            | PageError::Authorization(PageRefusal::Store(error))
            | PageError::Logout(LogoutRefusal::Store(error)) => of_store(error),
            PageError::Unavailable(_) | PageError::Template(_) => unavailable(),
            PageError::Early(refusal) => early(refusal),
            PageError::Authorization(refusal) => authorization(refusal),
            PageError::Logout(refusal) => logout(refusal),
            PageError::AnsweredBefore => Self {
                status: 409,
                title: text!("error-answered-before.title"),
                happened: text!("error-answered-before"),
                remedy: text!("error-answered-before.remedy"),
                code: None,
                reason: None,
                log: "the consent form was sent before".to_owned(),
            },
            PageError::FormToken(_) => Self {
                status: 403,
                title: text!("error-expired.title"),
                happened: text!("error-expired"),
                remedy: text!("error-expired.remedy"),
                code: None,
                reason: Some(
                    "The form token is missing or does not belong to this browser and session.".to_owned(),
                ),
                log: String::new(),
            },
            PageError::Form(refusal) => form(refusal),
            PageError::NotFound => Self {
                status: 404,
                title: text!("error-not-found.title"),
                happened: text!("error-not-found"),
                remedy: text!("error-not-found.remedy"),
                code: None,
                reason: None,
                log: "there is no page at this address, or no access to it".to_owned(),
            },
            PageError::NotAllowed(refusal) => Self {
                status: 403,
                title: text!("error-not-allowed.title"),
                remedy: text!("error-not-allowed.remedy"),
                ..explained(refusal)
            },
            PageError::Outdated(refusal) => Self {
                status: 409,
                title: text!("error-outdated.title"),
                remedy: text!("error-outdated.remedy"),
                ..explained(refusal)
            },
            PageError::LinkGone(refusal) => Self {
                status: 410,
                title: text!("error-link-gone.title"),
                remedy: text!("error-link-gone.remedy"),
                ..explained(refusal)
            },
        }
    }
}

/// A refusal that says itself what happened.
fn explained(refusal: &Explained) -> ErrorText {
    ErrorText {
        happened: refusal.text.clone(),
        code: None,
        log: refusal.reason.clone(),
        ..unavailable()
    }
}

/// The server cannot answer for now.
fn unavailable() -> ErrorText {
    ErrorText {
        status: 503,
        title: text!("error-unavailable.title"),
        happened: text!("error-unavailable"),
        remedy: text!("error-unavailable.remedy"),
        code: Some("temporarily_unavailable"),
        reason: None,
        log: "the server cannot answer now".to_owned(),
    }
}

fn of_store(error: &StoreError) -> ErrorText {
    ErrorText {
        happened: text!("error-unavailable.store", happened = store_error(error)),
        log: error.answer().description(),
        ..unavailable()
    }
}

fn form(refusal: &FormRefusal) -> ErrorText {
    ErrorText {
        status: if *refusal == FormRefusal::TooLarge {
            413
        } else {
            400
        },
        title: text!("error-form.title"),
        happened: text!("error-form"),
        remedy: text!("error-form.remedy"),
        code: Some("invalid_request"),
        reason: Some(match refusal {
            FormRefusal::NotAForm => "The body is not application/x-www-form-urlencoded.".to_owned(),
            FormRefusal::TooLarge => "The body is too large.".to_owned(),
            FormRefusal::Params(error) => format!("The request is malformed: {error}."),
        }),
        log: String::new(),
    }
}

/// The request did not reach its handler.
fn early(refusal: &EarlyRefusal) -> ErrorText {
    let (title, happened, remedy) = match refusal {
        EarlyRefusal::Overloaded => (
            text!("error-overloaded.title"),
            text!("error-overloaded"),
            text!("error-overloaded.remedy"),
        ),
        EarlyRefusal::SlowAnswer | EarlyRefusal::SlowBody => (
            text!("error-slow.title"),
            text!("error-slow"),
            text!("error-slow.remedy"),
        ),
        EarlyRefusal::Method(_) => (
            text!("error-method.title"),
            text!("error-method"),
            text!("error-method.remedy"),
        ),
        EarlyRefusal::TooLarge(_) => (
            text!("error-too-much.title"),
            text!("error-too-much.body"),
            text!("error-too-much.body-remedy"),
        ),
        EarlyRefusal::Listener(refused) if refused.status.as_u16() == 431 => (
            text!("error-too-much.title"),
            text!("error-too-much.headers"),
            text!("error-too-much.headers-remedy"),
        ),
        EarlyRefusal::Listener(_) | EarlyRefusal::Encoded(_) | EarlyRefusal::BrokenBody => (
            text!("error-malformed.title"),
            text!("error-malformed"),
            text!("error-malformed.remedy"),
        ),
    };
    ErrorText {
        status: refusal.status().as_u16(),
        title,
        happened,
        remedy,
        code: Some(refusal.code()),
        reason: (*refusal != EarlyRefusal::Overloaded).then(|| refusal.description()),
        log: refusal.description(),
    }
}

fn authorization(refusal: &PageRefusal) -> ErrorText {
    let happened = match refusal {
        PageRefusal::Params(ParamsError::Repeated(_)) => text!("error-authorization.repeated"),
        PageRefusal::Params(_) => text!("error-authorization.unreadable"),
        PageRefusal::MissingClientId => text!("error-authorization.no-client"),
        PageRefusal::UnknownClient(_) => text!("error-authorization.unknown-client"),
        PageRefusal::MissingRedirectUri => text!("error-authorization.no-address"),
        PageRefusal::UnregisteredRedirectUri(_) => text!("error-authorization.unregistered-address"),
        PageRefusal::RequestObject(_) => text!("error-authorization.request-object"),
        PageRefusal::Store(error) => store_error(error),
    };
    ErrorText {
        status: refusal.status(),
        title: text!("error-authorization.title"),
        happened,
        remedy: text!("error-authorization.remedy"),
        code: Some("invalid_request"),
        reason: Some(format!("{} {}", sentence(&refusal.to_string()), refusal.advice())),
        log: String::new(),
    }
}

fn logout(refusal: &LogoutRefusal) -> ErrorText {
    let happened = match refusal {
        LogoutRefusal::Params(ParamsError::Repeated(_)) => text!("error-logout.repeated"),
        LogoutRefusal::Params(_) => text!("error-logout.unreadable"),
        LogoutRefusal::Hint(_) => text!("error-logout.hint"),
        LogoutRefusal::UnknownClient(_) => text!("error-logout.unknown-client"),
        LogoutRefusal::OtherClient => text!("error-logout.other-client"),
        LogoutRefusal::NobodysReturn => text!("error-logout.no-client"),
        LogoutRefusal::UnregisteredReturn(_) => text!("error-logout.unregistered-address"),
        LogoutRefusal::Store(error) => store_error(error),
    };
    ErrorText {
        status: refusal.status(),
        title: text!("error-authorization.title"),
        happened,
        remedy: text!("error-logout.remedy"),
        code: Some("invalid_request"),
        reason: Some(format!("{} {}", sentence(&refusal.to_string()), refusal.advice())),
        log: String::new(),
    }
}
