//! The scripts of pages. A page has them in itself, and its Content Security Policy allows exactly these, by their hashes (Content
//! Security Policy Level 3 section 2.3.1). Every page also works without them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use minijinja::value::Value;
use minijinja::{Error, ErrorKind, State};

/// The names by which templates ask for scripts, and the texts.
const TEXTS: &[(&str, &str)] = &[
    ("passkey", include_str!("pages/layout/passkey.js")),
    ("passkey-signals", include_str!("pages/layout/passkey_signals.js")),
    ("show-password", include_str!("pages/layout/show_password.js")),
];

/// The scripts that send requests to this server.
const CONNECTING: &[&str] = &["passkey"];

/// A script of pages.
struct Script {
    name: &'static str,
    element: Value,
    source: String,
}

static SCRIPTS: LazyLock<Vec<Script>> = LazyLock::new(|| {
    let scripts = TEXTS.iter().map(|(name, text)| Script {
        name,
        element: Value::from_safe_string(format!("<script>{text}</script>")),
        source: source(text),
    });
    scripts.collect()
});

/// The scripts of a page as sources of a policy, such as `'sha256-…'`.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScriptSources {
    pub(crate) hashes: BTreeSet<&'static str>,
    /// True if one of them sends requests to this server.
    pub(crate) connect: bool,
}

/// `script("show-password")` in a template: the script as an element, which the policy of the page then allows.
///
/// # Errors
/// There is no script of this name.
pub(crate) fn script(state: &mut State<'_, '_>, name: &str) -> Result<Value, Error> {
    let script = SCRIPTS.iter().find(|script| script.name == name).ok_or_else(|| {
        let detail = format!("there is no script named {name:?}");
        Error::new(ErrorKind::InvalidOperation, detail)
    })?;
    let sources = state.get_or_insert_extension_with(ScriptSources::default);
    sources.hashes.insert(&script.source);
    sources.connect |= CONNECTING.contains(&script.name);
    Ok(script.element.clone())
}

/// The source of a policy that allows a script with this text.
fn source(text: &str) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    format!("'sha256-{}'", BASE64_STANDARD.encode(hash))
}

/// Returns true for the text of a script that pages may have.
#[cfg(test)]
pub(crate) fn is_built_in(text: &str) -> bool {
    TEXTS.iter().any(|(_, one)| *one == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_fits_into_a_page() {
        for (name, text) in TEXTS {
            assert!(text.len() < 4096, "{name}");
            assert!(!text.contains("</"), "{name}");
        }
    }

    #[test]
    fn the_source_is_the_hash_of_the_text() {
        // The example of Content Security Policy Level 3 section 8.3.
        assert_eq!(
            source("alert('Hello, world.');"),
            "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
        );
    }
}
