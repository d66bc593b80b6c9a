//! How a command ends: nothing to add, or a sentence that says what stopped it.

use std::fmt;

/// The end of a command or of one of its steps.
pub(crate) type Outcome<T = ()> = Result<T, Stopped>;

/// Why a command stopped, as a sentence for the person who ran it.
#[derive(Debug)]
pub(crate) struct Stopped(String);

impl Stopped {
    /// Stops with this sentence.
    pub(crate) fn because(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
