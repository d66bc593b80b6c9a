//! A dependency that no source of its package names is refused.

use std::collections::BTreeSet;

/// The dependencies in a `Cargo.toml` that the package's code does not name. `identifiers` are those of all its sources.
///
/// # Errors
/// The text is not TOML.
pub(super) fn unnamed(manifest: &str, identifiers: &BTreeSet<String>) -> Result<Vec<String>, String> {
    let manifest: toml::Table = manifest
        .parse()
        .map_err(|error: toml::de::Error| error.to_string())?;
    let sections = ["dependencies", "dev-dependencies", "build-dependencies"];
    let names = sections
        .iter()
        .filter_map(|section| manifest.get(*section)?.as_table())
        .flat_map(toml::Table::keys);
    Ok(names
        .filter(|name| !identifiers.contains(&name.replace('-', "_")))
        .cloned()
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_has_to_be_named_by_the_code() {
        let manifest =
            "[dependencies]\nhttp-body = '1'\nurl.workspace = true\n[dev-dependencies]\ninsta = '1'\n";
        let identifiers = ["http_body", "insta"].map(str::to_owned).into();
        assert_eq!(unnamed(manifest, &identifiers), Ok(vec!["url".to_owned()]));
        assert!(unnamed("[", &identifiers).is_err());
    }
}
