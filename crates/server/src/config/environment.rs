//! The environment variables: `PIXIE_<SECTION>_<KEY>`, and `PIXIE_CONFIG` for the path of the file. Those that begin with
//! `PIXIE_X_` are never settings.

use std::path::PathBuf;

use super::error::Origin;
use super::key;
use super::layers::{Given, Layers, is_near};

const PREFIX: &str = "PIXIE_";
const CONFIG: &str = "PIXIE_CONFIG";

/// The prefix of variables for the operator's own use. No section begins with `x_`.
pub(super) const OWN_PREFIX: &str = "PIXIE_X_";

/// The variables of this process that begin with `PIXIE_`. Bytes that are not UTF-8 become U+FFFD, so that a variable
/// with such a name or value is still seen.
pub(super) fn of_this_process() -> Vec<(String, String)> {
    let all = std::env::vars_os();
    let text = all.map(|(name, value)| {
        (
            name.to_string_lossy().into_owned(),
            value.to_string_lossy().into_owned(),
        )
    });
    text.filter(|(name, _)| name.starts_with(PREFIX)).collect()
}

/// The path of the file, if `PIXIE_CONFIG` names one.
pub(super) fn config(environment: &[(String, String)]) -> Option<PathBuf> {
    environment
        .iter()
        .find(|(name, value)| name == CONFIG && !value.is_empty())
        .map(|(_, value)| PathBuf::from(value))
}

/// Takes every `PIXIE_*` variable; an unknown one is an error.
pub(super) fn read(environment: &[(String, String)], layers: &mut Layers) {
    let keys = key::all();
    for (name, value) in environment {
        let is_own = name.starts_with(OWN_PREFIX);
        if !name.starts_with(PREFIX) || name == CONFIG || is_own || is_of_a_container_platform(name) {
            continue;
        }
        let origin = Origin::Environment(name.clone());
        if let Some(key) = keys.iter().find(|key| key.variable() == *name) {
            layers.put(key.path(), Given::Text(value.clone()), origin);
            continue;
        }
        let changes =
            |known: &str| strsim::damerau_levenshtein(&known[PREFIX.len()..], &name[PREFIX.len()..]);
        let variables = keys.iter().map(key::Key::variable).chain([CONFIG.to_owned()]);
        let nearest = variables.map(|known| (changes(&known), known)).min();
        let sentence = match nearest {
            Some((far, known)) if is_near(far, &name[PREFIX.len()..]) => {
                format!("unknown variable; did you mean `{known}`?")
            }
            _ => "unknown variable; `pixie config default` lists the sections and keys, and a variable is \
                  PIXIE_<SECTION>_<KEY>; those that begin with PIXIE_X_ are never settings."
                .to_owned(),
        };
        layers.refuse(Some(origin), sentence);
    }
}

/// `true` if a container platform made the variable for a service called `pixie…`: `PIXIE_SERVICE_HOST`, `PIXIE_PORT`,
/// `PIXIE_PORT_8000_TCP_ADDR` and the like are not settings of Pixie.
fn is_of_a_container_platform(name: &str) -> bool {
    let linked_port = name
        .split_once("_PORT_")
        .is_some_and(|(_, rest)| rest.starts_with(|first: char| first.is_ascii_digit()));
    name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.ends_with("_PORT")
        || linked_port
}
