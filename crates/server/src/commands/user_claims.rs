//! The names of claims that are written for people, compared with those that applications can get.

use pixie_oauth::StandardClaim;

use crate::config::{Config, Entry};

/// Refuses a claim that looks like a slip of the pen: nearly the name of a standard claim or of one in `[[claims]]`, and released to no
/// application.
pub(super) fn check_claims<'a>(
    config: &'a Config,
    mut names: impl Iterator<Item = &'a str>,
) -> Result<(), String> {
    let from = |entry: &'a Entry| entry.table.get("from")?.as_str();
    let mapped: Vec<_> = config.claims.iter().filter_map(from).collect();
    let meant = |name: &str| {
        let base = name.split('#').next().unwrap_or(name);
        if StandardClaim::named(base).is_some() || mapped.contains(&base) {
            return None;
        }
        let standard = StandardClaim::ALL.iter().map(|claim| claim.as_str());
        let known = standard.chain(mapped.iter().copied());
        let near = known.map(|claim| (strsim::damerau_levenshtein(claim, base), claim));
        let (far, claim) = near.min()?;
        (far <= 1 + base.len() / 6).then_some(claim)
    };
    match names.find_map(|name| Some((name, meant(name)?))) {
        Some((name, claim)) => Err(format!(
            "claims: there is no claim `{name}`; did you mean `{claim}`? A claim of your own with this name needs a [[claims]] entry with from = \"{name}\", so that applications get it"
        )),
        None => Ok(()),
    }
}
