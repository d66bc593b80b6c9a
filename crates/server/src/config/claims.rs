//! `[[claims]]`: the claims that the operator maps to scopes.

use pixie_provider::{ClaimRule, WrittenClaimRule};

use super::entry::Entry;
use super::error::{ConfigError, KeyError};

/// The claims that the file maps.
///
/// # Errors
/// Every item that is wrong, with its line.
pub(crate) fn claims(entries: &[Entry]) -> Result<Vec<ClaimRule>, ConfigError> {
    let (mut rules, mut errors) = (Vec::new(), Vec::new());
    for entry in entries {
        match claim(entry) {
            Ok(rule) => rules.push(rule),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        Ok(rules)
    } else {
        Err(ConfigError::new(errors))
    }
}

fn claim(entry: &Entry) -> Result<ClaimRule, KeyError> {
    let written: WrittenClaimRule = entry.read()?;
    ClaimRule::try_from(written).map_err(|error| entry.refuse(error.field(), error))
}
