//! The steps that a user must take before a request is answered: sign in, choose an account, consent.

pub(crate) mod arrival;
pub(crate) mod consent_form;
pub(crate) mod hint;
mod parameters;
pub(crate) mod proof;
pub(crate) mod requested_acr;
pub(crate) mod requirement;
pub(crate) mod sealed_request;
pub(crate) mod step;

pub use step::{ConsentReason, Decision, LoginReason};

pub(crate) use arrival::Arrival;
pub(crate) use consent_form::ConsentForm;
pub(crate) use hint::{ExpectedAccount, Hint};
pub(crate) use requested_acr::RequestedAcr;
pub(crate) use requirement::Requirement;
pub(crate) use step::{Evidence, Step, StepRefusal, next_step};
