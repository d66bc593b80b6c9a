//! The scripts of pages. A page has them in itself, and its Content Security Policy allows exactly these, by their hashes (Content
//! Security Policy Level 3 section 2.3.1). Every page also works without them.

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use minijinja::value::Value;
use minijinja::{Error, ErrorKind, State};

/// A script of pages: the name by which templates ask for it, and its text.
#[derive(Debug)]
struct Script {
    name: &'static str,
    text: &'static str,
}

const SCRIPTS: &[Script] = &[Script {
    name: "show-password",
    text: include_str!("pages/layout/show_password.js"),
}];

/// The scripts of a page as sources of a policy, such as `'sha256-…'`.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScriptSources(pub(crate) BTreeSet<String>);

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
    sources.0.insert(script.source());
    Ok(Value::from_safe_string(format!(
        "<script>{}</script>",
        script.text
    )))
}

impl Script {
    fn source(&self) -> String {
        let hash = digest(&SHA256, self.text.as_bytes());
        format!("'sha256-{}'", BASE64_STANDARD.encode(hash))
    }
}

/// Returns true for the text of a script that pages may have.
#[cfg(test)]
pub(crate) fn is_built_in(text: &str) -> bool {
    SCRIPTS.iter().any(|script| script.text == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_fits_into_a_page() {
        for script in SCRIPTS {
            assert!(script.text.len() < 1024, "{}", script.name);
            assert!(!script.text.contains("</"), "{}", script.name);
        }
    }

    #[test]
    fn the_source_is_the_hash_of_the_text() {
        let script = Script {
            name: "alert",
            text: "alert('Hello, world.');",
        };
        // The example of Content Security Policy Level 3 section 8.3.
        assert_eq!(
            script.source(),
            "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
        );
    }
}
