//! Why a command did not do what was asked.

use std::fmt::Display;
use std::io::Write as _;

/// A sentence, or a line for each of several mistakes.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// A failure in words of the command's own.
    pub(super) fn because(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// The failure with what it is about in front.
    pub(super) fn about(subject: impl Display, cause: impl Display) -> Self {
        Self(format!("{subject}: {cause}"))
    }

    /// Writes the sentence to standard error. Nothing is left to be done where nobody reads that.
    pub(super) fn print(&self) {
        let mut lines = String::new();
        for line in self.0.lines() {
            lines.push_str(&format!("error: {line}\n"));
        }
        drop(std::io::stderr().write_all(lines.as_bytes()));
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
