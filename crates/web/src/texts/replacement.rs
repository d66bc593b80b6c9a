//! The files of the templates folder that replace messages: `texts.ftl` for English, `texts.de.ftl` for another language. What stands
//! before the ending and the language does not matter.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::syntax::{Uses, entries};
use super::{ENGLISH, Known};
use crate::templates::{TemplateError, files_in};

/// A file that replaces messages of a language.
pub(super) struct Replacement {
    /// The tag of the language.
    pub(super) language: String,
    /// The text of the file.
    pub(super) source: String,
    /// The file.
    pub(super) path: PathBuf,
}

/// The functions that a message may call.
const FUNCTIONS: &[&str] = &["NUMBER"];

/// Reads the files and checks them: each message exists, and uses no other arguments than the built-in one.
///
/// # Errors
/// The folder or a file cannot be read; a file is not Fluent; a message does not exist, has other arguments, refers to something
/// that does not exist, lacks a text of the built-in one, or is defined twice.
pub(super) fn read(folder: &Path, known: &Known) -> Result<Vec<Replacement>, TemplateError> {
    let mut replacements: Vec<Replacement> = Vec::new();
    for path in files_in(folder)? {
        let Some(stem) = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_suffix(".ftl"))
        else {
            continue;
        };
        let language = stem.split_once('.').map_or(ENGLISH, |(_, language)| language);
        let source = std::fs::read_to_string(&path).map_err(|source| TemplateError::Read {
            path: path.clone(),
            source,
        })?;
        let replacement = Replacement {
            language: language.to_owned(),
            source,
            path: path.clone(),
        };
        replacement.check(known, &replacements)?;
        replacements.push(replacement);
    }
    Ok(replacements)
}

impl Replacement {
    fn check(&self, known: &Known, others: &[Self]) -> Result<(), TemplateError> {
        let own = entries(&self.source).map_err(|error| TemplateError::Texts {
            path: self.path.clone(),
            line: error.line,
            reason: error.reason,
        })?;
        if let Some(path) = own.repeated.first() {
            return Err(self.refuse(path, format!("{path} is defined twice")));
        }
        let is_defined = |reference: &str| known.contains_key(reference) || own.terms.contains_key(reference);
        for (path, uses) in own.texts.iter().chain(&own.terms) {
            if let Some(reason) = unusable(uses, is_defined) {
                return Err(self.refuse(path, reason));
            }
        }
        for (path, uses) in &own.texts {
            let Some(arguments) = known.get(path) else {
                return Err(self.refuse(path, format!("Pixie has no message {path}")));
            };
            if let Some(argument) = uses.arguments.iter().find(|name| !arguments.contains(*name)) {
                return Err(self.refuse(path, other_argument(path, argument, arguments)));
            }
            if let Some(reference) = uses.references.iter().find(|reference| {
                known
                    .get(*reference)
                    .is_some_and(|needed| !needed.is_subset(arguments))
            }) {
                return Err(self.refuse(path, format!("{path} has not the arguments of {reference}")));
            }
            // A message is replaced as a whole.
            let id = path.split('.').next().unwrap_or(path);
            let parts = known
                .range(id.to_owned()..)
                .take_while(|(part, _)| part.starts_with(id));
            let mut parts = parts.filter(|(part, _)| *part == id || part.starts_with(&format!("{id}.")));
            if let Some((part, _)) = parts.find(|(part, _)| !own.texts.contains_key(*part)) {
                return Err(self.refuse(
                    path,
                    format!("{id} also needs {part}, which the built-in message has"),
                ));
            }
            let elsewhere = others.iter().find(|other| {
                other.language == self.language
                    && entries(&other.source).is_ok_and(|entries| entries.texts.contains_key(path))
            });
            if let Some(other) = elsewhere {
                return Err(self.refuse(path, format!("{path} is in {} too", other.path.display())));
            }
        }
        Ok(())
    }

    fn refuse(&self, path: &str, reason: String) -> TemplateError {
        TemplateError::Texts {
            path: self.path.clone(),
            line: line_of(&self.source, path),
            reason,
        }
    }
}

/// Why a text cannot be formatted.
fn unusable(uses: &Uses, is_defined: impl Fn(&str) -> bool) -> Option<String> {
    if let Some(reference) = uses.references.iter().find(|reference| !is_defined(reference)) {
        return Some(format!("there is no {reference} to refer to"));
    }
    let function = uses
        .functions
        .iter()
        .find(|name| !FUNCTIONS.contains(&name.as_str()))?;
    Some(format!(
        "there is no function {function}, only {}",
        FUNCTIONS.join(", ")
    ))
}

fn other_argument(path: &str, argument: &str, arguments: &BTreeSet<String>) -> String {
    if arguments.is_empty() {
        return format!("{path} has no argument ${argument}, and no other");
    }
    let arguments: Vec<_> = arguments.iter().map(|name| format!("${name}")).collect();
    format!(
        "{path} has no argument ${argument}, only {}",
        arguments.join(", ")
    )
}

/// The line at which a file defines a path or a term, counted from 1; 1 if it does not.
fn line_of(source: &str, path: &str) -> usize {
    let (id, attribute) = match path.split_once('.') {
        Some((id, attribute)) => (id, Some(attribute)),
        None => (path, None),
    };
    let defines = |line: &str, name: &str| {
        line.strip_prefix(name)
            .is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let mut inside = false;
    for (index, line) in source.lines().enumerate() {
        if line.starts_with(|first: char| first.is_ascii_alphabetic() || first == '-') {
            inside = defines(line, id);
        }
        let here = match attribute {
            Some(name) => line
                .trim_start()
                .strip_prefix('.')
                .is_some_and(|rest| defines(rest, name)),
            None => true,
        };
        if inside && here {
            return index + 1;
        }
    }
    1
}
