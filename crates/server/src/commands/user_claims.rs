//! The names of claims that are written for people, compared with those that applications can get.

use pixie_oauth::StandardClaim;

use crate::config::{Config, Entry};

/// Refuses a claim that looks like a slip of the pen: nearly the name of a standard claim, and released to no application.
pub(super) fn check_claims<'a>(
    config: &Config,
    mut names: impl Iterator<Item = &'a str>,
) -> Result<(), String> {
    let mapped = |name: &str| {
        let from = |entry: &Entry| {
            entry
                .table
                .get("from")
                .is_some_and(|from| from.as_str() == Some(name))
        };
        config.claims.iter().any(from)
    };
    let meant = |name: &str| {
        let base = name.split('#').next().unwrap_or(name);
        let known = StandardClaim::ALL.iter().map(|claim| claim.as_str());
        if StandardClaim::named(base).is_some() || mapped(base) {
            return None;
        }
        let near = known.map(|claim| (strsim::damerau_levenshtein(claim, base), claim));
        let (far, claim) = near.min()?;
        (far <= 1 + base.len() / 6).then_some(claim)
    };
    match names.find_map(|name| Some((name, meant(name)?))) {
        Some((name, claim)) => Err(format!(
            "claims: there is no standard claim `{name}`; did you mean `{claim}`? A claim of your own with this name needs a [[claims]] entry with from = \"{name}\", so that applications get it"
        )),
        None => Ok(()),
    }
}
