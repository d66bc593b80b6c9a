//! The steps that a user must take before a request is answered: sign in, choose an account, consent.

pub(crate) mod hint;
pub(crate) mod proof;
pub(crate) mod requirement;
pub(crate) mod step;

pub use step::{ConsentReason, Decision, LoginReason};

pub(crate) use hint::{ExpectedAccount, Hint};
pub(crate) use requirement::Requirement;
pub(crate) use step::{Evidence, Step, StepRefusal, next_step};
