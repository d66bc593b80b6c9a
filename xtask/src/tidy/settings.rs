//! The rules of `cargo xtask tidy` that are lists: `xtask/tidy.toml`.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;

use crate::outcome::{Outcome, Stopped};
use crate::workspace;

/// The contents of `xtask/tidy.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Sets of provider's modules that may import each other in a circle.
    pub(crate) allowed_cycles: Vec<Vec<String>>,
    /// Dependencies that no source names, as `folder: dependency`.
    pub(crate) unnamed_dependencies: Vec<String>,
    /// Identifiers that other crates have chosen, which are not refused.
    pub(crate) foreign_identifiers: Vec<String>,
    /// Identifiers that are refused, and what to write instead.
    pub(crate) identifiers: BTreeMap<String, String>,
    /// Parts of identifiers and of file names, in lower case, that are refused, and what to write instead.
    pub(crate) parts: BTreeMap<String, String>,
    /// Phrases in comments, in lower case, that are refused, and what to write instead.
    pub(crate) phrases: BTreeMap<String, String>,
}

impl Settings {
    /// Reads the file.
    pub(crate) fn read() -> Outcome<Self> {
        let path = workspace::root().join("xtask/tidy.toml");
        let stopped = |error: String| Stopped::because(format!("{}: {error}", path.display()));
        let text = fs::read_to_string(&path).map_err(|error| stopped(error.to_string()))?;
        toml::from_str(&text).map_err(|error| stopped(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_file_can_be_read() {
        assert!(Settings::read().is_ok());
    }
}
