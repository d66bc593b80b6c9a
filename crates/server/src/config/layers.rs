//! The values of all sources, the later ones over the earlier ones, and their errors.

use std::collections::BTreeMap;

use toml::Value;

use super::error::{KeyError, Origin};
use super::key::{self, Key};
use super::setting::Setting;

/// The values of the sources. A later source covers an earlier one.
#[derive(Default)]
pub(super) struct Layers {
    given: BTreeMap<String, (Given, Origin)>,
    pub(super) errors: Vec<KeyError>,
}

/// A value as its source writes it.
pub(super) enum Given {
    /// A value of the file.
    Toml(Value),
    /// The text of an environment variable or a flag.
    Text(String),
}

impl Given {
    /// The value for a message; none for a table, which takes many lines.
    fn quoted(&self) -> Option<String> {
        match self {
            Self::Toml(Value::Table(_)) => None,
            Self::Toml(value) => Some(value.to_string()),
            Self::Text(text) => Some(text.clone()),
        }
    }
}

/// A rule for one value beyond its type. The error begins with "must be" or the like, after the key and its value.
pub(super) type Rule<T> = fn(&T) -> Result<(), String>;

impl Layers {
    /// Puts a value over what earlier sources gave.
    pub(super) fn put(&mut self, path: String, given: Given, origin: Origin) {
        self.given.insert(path, (given, origin));
    }

    /// Adds an error.
    pub(super) fn refuse(&mut self, origin: Option<Origin>, sentence: String) {
        self.errors.push(KeyError { origin, sentence });
    }

    /// Adds an error about several keys, with the source of the first that is set.
    pub(super) fn refuse_keys(&mut self, paths: &[&str], sentence: &str) {
        let origin = paths
            .iter()
            .find_map(|path| self.given.get(*path))
            .map(|(_, origin)| origin.clone());
        self.refuse(origin, sentence.to_owned());
    }

    /// `true` if any source gave the key.
    pub(super) fn has(&self, path: &str) -> bool {
        self.given.contains_key(path)
    }

    /// The value of a key, or the default if it is not set or wrong. Adds an error for a wrong value.
    pub(super) fn read<T: Setting>(
        &mut self,
        (section, name): (&str, &str),
        default: T,
        rules: &[Rule<T>],
    ) -> T {
        let path = key::path(section, name);
        let Some((given, origin)) = self.given.get(&path) else {
            return default;
        };
        let read = match given {
            Given::Toml(value) => T::read(value),
            Given::Text(text) => T::read_text(text),
        };
        match read.and_then(|value| rules.iter().try_for_each(|rule| rule(&value)).map(|()| value)) {
            Ok(value) => value,
            Err(complaint) => {
                let origin = origin.clone();
                let value = if T::QUOTED { given.quoted() } else { None };
                let sentence = match value {
                    Some(value) => format!("`{path}` is `{value}`: {complaint}."),
                    None => format!("`{path}` {complaint}."),
                };
                self.refuse(Some(origin), sentence);
                default
            }
        }
    }

    /// The source of each key that is set.
    pub(super) fn origins(self) -> Vec<(String, Origin)> {
        self.given
            .into_iter()
            .map(|(path, (_, origin))| (path, origin))
            .collect()
    }
}

/// The error about an unknown key, with the nearest known one.
pub(super) fn unknown_key(keys: &[Key], section: &str, name: &str) -> String {
    let elsewhere = keys.iter().find(|key| key.name == name);
    let here = keys
        .iter()
        .filter(|key| key.section == section && !key.name.is_empty());
    let nearest = here
        .clone()
        .map(|key| (strsim::damerau_levenshtein(key.name, name), key))
        .min_by_key(|(far, _)| *far);
    let written = key::path(section, name);
    match (elsewhere, nearest) {
        (Some(key), _) => format!("unknown key `{written}`; did you mean `{}`?", key.path()),
        (None, Some((far, key))) if is_near(far, name) => {
            format!("unknown key `{written}`; did you mean `{}`?", key.path())
        }
        _ => {
            let names = here.map(|key| key.name);
            format!(
                "unknown key `{written}`, expected one of {} in [{section}].",
                backquoted(names)
            )
        }
    }
}

/// The error about an unknown section, with the nearest known one.
pub(super) fn unknown_section(sections: &[&str], name: &str) -> String {
    let nearest = sections
        .iter()
        .map(|section| (strsim::damerau_levenshtein(section, name), section))
        .min();
    match nearest {
        Some((far, section)) if is_near(far, name) => {
            format!("unknown section [{name}]; did you mean [{section}]?")
        }
        _ => format!(
            "unknown section [{name}], expected one of {}.",
            backquoted(sections.iter().copied())
        ),
    }
}

/// Words in backquotes, as a list for a message.
fn backquoted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// `true` if this many changes of letters look like a slip.
pub(super) fn is_near(changes: usize, word: &str) -> bool {
    changes <= 1 + word.len() / 4
}
