//! The texts of the pages, in the languages that there are (Project Fluent, <https://projectfluent.org>).
//!
//! A page has its texts beside its template, in `page.ftl`; `layout/*.ftl` has those that pages share. A template writes
//! `{{ t("login-title") }}`, Rust code `text!("login-title")`. A path that does not exist, and arguments that are not those of the
//! message, end the build or the start of the server. A file of the templates folder may replace messages, or add a language.

mod calls;
mod direction;
mod function;
mod language;
mod message;
mod negotiation;
mod replacement;
mod syntax;
pub(crate) mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fluent_bundle::FluentResource;
use serde::Serialize;

use crate::templates::TemplateError;
pub(crate) use calls::check as check_calls;
pub(crate) use function::t;
use language::Bundle;
pub(crate) use language::Language;
pub(crate) use message::{Argument, Text};
use replacement::Replacement;

/// The built-in files and messages, which the build script collects.
mod built_in {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

/// The language that has every message.
const ENGLISH: &str = "en";

/// A text of the built-in messages: its path, and its arguments by name. The build fails if there is no such message.
macro_rules! text {
    ($path:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        const { $crate::texts::assert_message($path, &[$(stringify!($name)),*]) };
        $crate::texts::Text::message(
            $path,
            vec![$((stringify!($name), $crate::texts::Argument::from($value))),*],
        )
    }};
}
pub(crate) use text;

/// Fails unless a built-in text has this path and takes these arguments.
#[expect(clippy::panic, reason = "it runs while the crate is compiled")]
pub(crate) const fn assert_message(path: &str, arguments: &[&str]) {
    let mut index = 0;
    while index < built_in::MESSAGES.len() {
        let (known, takes) = built_in::MESSAGES[index];
        if is_same(known, path) {
            assert!(
                takes.len() == arguments.len() && is_each_in(arguments, takes),
                "the message takes other arguments: see its .ftl file"
            );
            return;
        }
        index += 1;
    }
    panic!("no .ftl file below src/pages has a message with this path");
}

const fn is_each_in(these: &[&str], those: &[&str]) -> bool {
    let mut index = 0;
    while index < these.len() {
        let mut other = 0;
        while other < those.len() && !is_same(these[index], those[other]) {
            other += 1;
        }
        if other == those.len() {
            return false;
        }
        index += 1;
    }
    true
}

const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// The position of a language among those that there are. The first is English.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LanguageIndex(usize);

impl Serialize for LanguageIndex {
    /// The tag of the language of the page that is being made.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Language::with_current(|language| serializer.serialize_str(language.tag()))
            .unwrap_or_else(|| Err(serde::ser::Error::custom("a language is a part of a page")))
    }
}

/// The arguments of every text, by path.
pub(crate) type Known = BTreeMap<String, BTreeSet<String>>;

/// The languages of the pages.
#[derive(Debug)]
pub(crate) struct Texts {
    languages: Vec<Arc<Language>>,
    known: Known,
}

impl Texts {
    /// The built-in messages, and over them those of a folder.
    ///
    /// # Errors
    /// A file of the folder cannot be read, is not Fluent, or replaces a message that does not exist.
    pub(crate) fn new(folder: Option<&Path>) -> Result<Self, TemplateError> {
        let table = tables::messages();
        let known = known(&table);
        let replacements = folder.map(|folder| replacement::read(folder, &known));
        let replacements = replacements.transpose()?.unwrap_or_default();
        let mut tags: BTreeSet<&str> = built_in::FILES.iter().map(|(tag, ..)| *tag).collect();
        tags.extend(
            replacements
                .iter()
                .map(|replacement| replacement.language.as_str()),
        );
        tags.remove(ENGLISH);
        let english = Arc::new(bundle(ENGLISH, &table, &replacements)?);
        let first = Language::new(ENGLISH.to_owned(), vec![Arc::clone(&english)]);
        let mut languages = vec![Arc::new(first)];
        for tag in tags {
            let own = Arc::new(bundle(tag, "", &replacements)?);
            let language = Language::new(tag.to_owned(), vec![own, Arc::clone(&english)]);
            languages.push(Arc::new(language));
        }
        Ok(Self { languages, known })
    }

    /// The language of pages for a browser that sends this `Accept-Language`.
    pub(crate) fn preferred(&self, accepted: Option<&str>) -> LanguageIndex {
        if self.languages.len() == 1 {
            return LanguageIndex::default();
        }
        let tags: Vec<&str> = self.languages.iter().map(|language| language.tag()).collect();
        let found = accepted.and_then(|accepted| negotiation::preferred(accepted, &tags));
        found.map(LanguageIndex).unwrap_or_default()
    }

    /// A language.
    pub(crate) fn language(&self, index: LanguageIndex) -> &Arc<Language> {
        // Indexes come from this list, which has at least English.
        self.languages.get(index.0).unwrap_or(&self.languages[0])
    }

    /// The arguments of every text.
    pub(crate) const fn known(&self) -> &Known {
        &self.known
    }
}

/// The arguments of every built-in text and of those of the tables.
fn known(table: &str) -> Known {
    let built_in = built_in::MESSAGES.iter().map(|(path, arguments)| {
        let arguments = arguments.iter().map(|name| (*name).to_owned()).collect();
        ((*path).to_owned(), arguments)
    });
    let of_tables = syntax::entries(table)
        .map(|entries| entries.texts)
        .unwrap_or_default();
    built_in
        .chain(of_tables.into_keys().map(|path| (path, BTreeSet::new())))
        .collect()
}

/// The messages of a language: the built-in files, a table, and what replaces them.
fn bundle(tag: &str, table: &str, replacements: &[Replacement]) -> Result<Bundle, TemplateError> {
    let mut own = replacements
        .iter()
        .filter(|replacement| replacement.language == tag)
        .peekable();
    let locale = tag.parse().map_err(|_| TemplateError::Texts {
        path: own.peek().map_or_else(PathBuf::new, |first| first.path.clone()),
        line: 1,
        reason: format!("{tag:?}, between the first dot and the ending of the file's name, is no language"),
    })?;
    let mut bundle = Bundle::new_concurrent(vec![locale]);
    // `direction.rs` isolates only arguments that need it.
    bundle.set_use_isolating(false);
    // Nothing else has this name yet.
    _ = bundle.add_builtins();
    let built_in = built_in::FILES.iter().filter(|(language, ..)| *language == tag);
    let built_in = built_in.map(|(_, _, source)| (*source).to_owned());
    let own = own.map(|replacement| replacement.source.clone());
    for source in built_in.chain([table.to_owned()]).chain(own) {
        // The build script and `replacement::read` have parsed each of them.
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(source);
        bundle.add_resource_overriding(resource);
    }
    Ok(bundle)
}

/// The built-in English words of a text.
#[cfg(test)]
pub(crate) fn in_english(text: &Text) -> String {
    static TEXTS: std::sync::OnceLock<Texts> = std::sync::OnceLock::new();
    let texts = TEXTS.get_or_init(|| Texts::new(None).unwrap());
    texts.language(LanguageIndex::default()).words(text).into_owned()
}

#[cfg(test)]
mod tests;
