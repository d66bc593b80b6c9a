//! What was found to be wrong, as one sentence.

use std::fmt;

/// The end of a step.
pub type Outcome<T = ()> = Result<T, Failure>;

/// A promise that was not kept, or a step that could not be done.
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

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Self {
        Self(error.to_string())
    }
}
