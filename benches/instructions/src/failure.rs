//! Why a count ended early, as one sentence.

use std::fmt;

/// The end of a step.
pub(crate) type Outcome<T> = Result<T, Failure>;

/// What went wrong, for the person who started the count.
pub(crate) struct Failure(String);

impl Failure {
    /// Ends the count with this sentence.
    pub(crate) fn because(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
