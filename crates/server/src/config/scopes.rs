//! `[scopes]`: the scopes that exist (RFC 6749 §3.3), each with the words that the consent page shows for it.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::key::{self, Key, Section, Written};
use super::layers::Layers;
use super::setting::{Setting, must_be};

const ABOUT: &str = "The scopes that exist, each with the words that the consent page shows for it. The section takes the \
                     place of the default scopes; the environment variable holds all of it as an inline table.";

/// The scopes that exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes {
    /// Each scope with its description for the consent page.
    pub descriptions: BTreeMap<String, String>,
}

impl Default for Scopes {
    fn default() -> Self {
        let defaults = [("read", "Reading scope"), ("write", "Writing scope")];
        Self {
            descriptions: defaults
                .map(|(scope, words)| (scope.to_owned(), words.to_owned()))
                .into(),
        }
    }
}

impl Setting for Scopes {
    fn form() -> String {
        "a table of scopes and their descriptions, such as { read = \"Read your messages\" }".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        let table = value.as_table().ok_or_else(must_be::<Self>)?;
        if table.is_empty() {
            return Err("must name at least one scope, or be left out for read and write".to_owned());
        }
        let mut descriptions = BTreeMap::new();
        for (scope, words) in table {
            if !is_scope_token(scope) {
                return Err(format!(
                    "has {scope:?}, but a scope is visible ASCII without spaces, \" and \\"
                ));
            }
            let words = words
                .as_str()
                .ok_or_else(|| format!("needs a description in double quotes for {scope}"))?;
            descriptions.insert(scope.clone(), words.to_owned());
        }
        Ok(Self { descriptions })
    }

    fn write(&self) -> Option<Value> {
        let words = |(scope, words): (&String, &String)| (scope.clone(), Value::String(words.clone()));
        Some(Value::Table(
            self.descriptions.iter().map(words).collect::<Table>(),
        ))
    }
}

/// RFC 6749 §3.3: `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`.
fn is_scope_token(scope: &str) -> bool {
    !scope.is_empty()
        && scope
            .bytes()
            .all(|byte| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E))
}

impl Section for Scopes {
    fn read(layers: &mut Layers) -> Self {
        layers.read(("scopes", ""), Self::default(), &[])
    }
}

impl Written for Scopes {
    fn name(&self) -> &'static str {
        "scopes"
    }

    fn about(&self) -> String {
        key::paragraph(&[ABOUT])
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key {
            section: "scopes",
            name: "",
            meaning: "A scope and its description.".to_owned(),
            form: Self::form(),
            example: Self::example(),
            default: Self::default().write(),
            secret: false,
        }]
    }

    fn values(&self) -> Vec<(&'static str, Option<Value>)> {
        vec![("", self.write())]
    }
}
