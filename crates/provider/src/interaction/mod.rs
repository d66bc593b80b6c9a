//! What a person must do before a request is answered: sign in, choose an account, consent.

mod hint;
mod proof;
mod step;

pub use step::{ConsentReason, Decision, LoginReason};

pub(crate) use hint::Hint;
pub(crate) use step::{Evidence, Step, next_step};
