//! The values of all sources on top of each other, and what is wrong with them.

use std::collections::BTreeMap;

use toml::Value;

use super::key::{self, Key};
use super::mistake::{Mistake, Origin};
use super::setting::Setting;

/// What the sources gave. A later source covers an earlier one.
#[derive(Default)]
pub(super) struct Layers {
    given: BTreeMap<String, (Given, Origin)>,
    pub(super) mistakes: Vec<Mistake>,
}

/// A value as its source writes it.
pub(super) enum Given {
    /// A value of the file.
    Toml(Value),
    /// The text of an environment variable or a flag.
    Text(String),
}

/// A rule for one value beyond its type; the error stands after the name of the key.
pub(super) type Rule<T> = fn(&T) -> Result<(), String>;

impl Layers {
    /// Puts a value over what earlier sources gave.
    pub(super) fn put(&mut self, path: String, given: Given, origin: Origin) {
        self.given.insert(path, (given, origin));
    }

    /// Notes a mistake.
    pub(super) fn refuse(&mut self, origin: Option<Origin>, sentence: String) {
        self.mistakes.push(Mistake { origin, sentence });
    }

    /// Notes a mistake that concerns several keys, at the first of them that a source gave.
    pub(super) fn refuse_keys(&mut self, paths: &[&str], sentence: &str) {
        let origin = paths
            .iter()
            .find_map(|path| self.given.get(*path))
            .map(|(_, origin)| origin.clone());
        self.refuse(origin, sentence.to_owned());
    }

    /// Whether any source gave the key.
    pub(super) fn has(&self, path: &str) -> bool {
        self.given.contains_key(path)
    }

    /// The value of a key, or the default; what is wrong with the value is noted.
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
                self.refuse(Some(origin), format!("{path} {complaint}."));
                default
            }
        }
    }

    /// Where each key that was given comes from.
    pub(super) fn origins(self) -> Vec<(String, Origin)> {
        self.given
            .into_iter()
            .map(|(path, (_, origin))| (path, origin))
            .collect()
    }
}

/// The sentence about a key that does not exist, with the nearest one that does.
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
        (Some(key), _) => format!("{written} is not a key; did you mean {}?", key.path()),
        (None, Some((far, key))) if is_near(far, name) => {
            format!("{written} is not a key; did you mean {}?", key.path())
        }
        _ => {
            let names: Vec<_> = here.map(|key| key.name).collect();
            format!("{written} is not a key; [{section}] has {}.", names.join(", "))
        }
    }
}

/// The sentence about a section that does not exist, with the nearest one that does.
pub(super) fn unknown_section(sections: &[&str], name: &str) -> String {
    let nearest = sections
        .iter()
        .map(|section| (strsim::damerau_levenshtein(section, name), section))
        .min();
    match nearest {
        Some((far, section)) if is_near(far, name) => {
            format!("[{name}] is not a section; did you mean [{section}]?")
        }
        _ => format!("[{name}] is not a section; there are {}.", sections.join(", ")),
    }
}

/// Whether so many changes of letters still look like a slip.
pub(super) fn is_near(changes: usize, word: &str) -> bool {
    changes <= 1 + word.len() / 4
}
