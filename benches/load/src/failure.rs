//! Why a measurement ended early, as one sentence.

use std::fmt;

/// The end of a step of the measurement.
pub(crate) type Outcome<T> = Result<T, Failure>;

/// What went wrong, for the person who started the measurement.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// Ends the measurement with this sentence.
    pub(crate) fn because(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
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

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}
