//! Why a measurement or a scenario ended early, as one sentence for the person who started it.

use std::fmt;

/// The result of a step.
pub type Outcome<T = ()> = Result<T, Failure>;

/// A promise that was not kept, or a step that could not be done.
///
/// It is no [`std::error::Error`], so that every error becomes one by `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(String);

impl Failure {
    /// Fails with this sentence.
    #[must_use]
    pub fn because(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// Fails unless the condition holds.
    ///
    /// # Errors
    /// It does not hold.
    pub fn unless(condition: bool, sentence: impl FnOnce() -> String) -> Outcome {
        if condition { Ok(()) } else { Err(Self(sentence())) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
