//! Errors of a configuration, each with the source of the value.

use std::fmt;
use std::path::PathBuf;

/// The source of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A line of the file, counted from one; none for the file as a whole.
    File(PathBuf, Option<usize>),
    /// An environment variable.
    Environment(String),
    /// A flag of the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, Some(line)) => write!(formatter, "{}, line {line}", path.display()),
            Self::File(path, None) => write!(formatter, "{}", path.display()),
            Self::Environment(name) => write!(formatter, "environment variable {name}"),
            Self::Flag(name) => write!(formatter, "flag {name}"),
        }
    }
}

/// One error of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyError {
    /// The source of the value; none if a default is part of the error.
    pub origin: Option<Origin>,
    /// A sentence: the fault, the expected value and what to do.
    pub sentence: String,
}

impl fmt::Display for KeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Some(origin) => write!(formatter, "{origin}: {}", self.sentence),
            None => write!(formatter, "configuration: {}", self.sentence),
        }
    }
}

/// All errors of a configuration, printed one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    errors: Vec<KeyError>,
}

impl ConfigError {
    pub(super) fn new(errors: Vec<KeyError>) -> Self {
        Self { errors }
    }

    /// The errors, at least one.
    #[must_use]
    pub fn errors(&self) -> &[KeyError] {
        &self.errors
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            write!(formatter, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
