//! What a person must do before a request is answered: sign in, choose an account, consent.

pub(crate) mod hint;
pub(crate) mod proof;
pub(crate) mod step;

pub use step::{ConsentReason, Decision, LoginReason};

pub(crate) use hint::Hint;
pub(crate) use step::{Evidence, Step, next_step};
