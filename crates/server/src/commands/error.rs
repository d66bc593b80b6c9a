//! The error of a command.

use std::fmt::Display;
use std::io::Write as _;

/// A sentence, or several on lines of their own.
#[derive(Debug)]
pub(crate) struct CommandError(String);

impl CommandError {
    /// An error in words of the command's own.
    pub(super) fn because(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// An error with its subject in front.
    pub(super) fn about(subject: impl Display, cause: impl Display) -> Self {
        Self(format!("{subject}: {cause}"))
    }

    /// Several errors, each on lines of its own.
    pub(super) fn all(errors: impl IntoIterator<Item = Self>) -> Self {
        let sentences: Vec<_> = errors.into_iter().map(|Self(sentence)| sentence).collect();
        Self(sentences.join("\n"))
    }

    /// Writes the sentence to standard error. A closed standard error is ignored.
    pub(super) fn print(&self) {
        let mut lines = String::new();
        for line in self.0.lines() {
            lines.push_str(&format!("error: {line}\n"));
        }
        drop(std::io::stderr().write_all(lines.as_bytes()));
    }
}

impl<E: std::error::Error> From<E> for CommandError {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
