//! The file: finding it, and taking its values with their lines.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::entry::Entry;
use super::error::Origin;
use super::key;
use super::layers::{Given, Layers, unknown_key, unknown_section};
use super::{Sources, environment};

const LISTS: [&str; 5] = ["claims", "resources", "upstream", "clients", "users"];

/// The lists of tables of the file.
#[derive(Default)]
pub(super) struct Lists {
    pub(super) claims: Vec<Entry>,
    pub(super) resources: Vec<Entry>,
    pub(super) upstream: Vec<Entry>,
    pub(super) clients: Vec<Entry>,
    pub(super) users: Vec<Entry>,
}

/// Reads the file that is named by the flags or the environment, or `pixie.toml` if it exists.
pub(super) fn read(sources: &Sources<'_>, layers: &mut Layers) -> Lists {
    let named = sources
        .flags
        .config()
        .map(Path::to_owned)
        .or_else(|| environment::config(sources.environment));
    let path = named.clone().unwrap_or_else(|| sources.folder.join("pixie.toml"));
    match std::fs::read_to_string(&path) {
        Ok(text) => parse(&path, &text, layers),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound && named.is_none() => Lists::default(),
        Err(cause) => {
            let sentence = format!(
                "the configuration file cannot be read ({cause}); check the path and its permissions."
            );
            layers.refuse(Some(Origin::File(path, None)), sentence);
            Lists::default()
        }
    }
}

fn parse(path: &Path, text: &str, layers: &mut Layers) -> Lists {
    let reader = Reader { path, text, layers };
    match (DeTable::parse(text), toml::from_str::<Table>(text)) {
        (Ok(spans), Ok(values)) => reader.sections(spans.get_ref(), &values),
        (Err(error), _) | (_, Err(error)) => {
            let origin = reader.at(error.span().map_or(0, |span| span.start));
            let sentence = format!(
                "the file is not valid TOML: {}.",
                error.message().replace('\n', ", ")
            );
            layers.refuse(Some(origin), sentence);
            Lists::default()
        }
    }
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    layers: &'a mut Layers,
}

impl Reader<'_> {
    fn at(&self, offset: usize) -> Origin {
        let line = 1 + self
            .text
            .bytes()
            .take(offset)
            .filter(|byte| *byte == b'\n')
            .count();
        Origin::File(PathBuf::from(self.path), Some(line))
    }

    fn sections(mut self, spans: &DeTable<'_>, values: &Table) -> Lists {
        let keys = key::all();
        let mut sections: Vec<&str> = keys.iter().map(|key| key.section).chain(LISTS).collect();
        sections.dedup();
        let mut lists = Lists::default();
        for (name, span) in spans {
            let origin = self.at(name.span().start);
            let section = name.get_ref().as_ref();
            match (section, values.get(section)) {
                ("claims", Some(value)) => lists.claims = self.list(section, span, value),
                ("resources", Some(value)) => lists.resources = self.list(section, span, value),
                ("upstream", Some(value)) => lists.upstream = self.list(section, span, value),
                ("clients", Some(value)) => lists.clients = self.list(section, span, value),
                ("users", Some(value)) => lists.users = self.list(section, span, value),
                (_, Some(value)) if keys.iter().any(|key| key.path() == section) => {
                    self.layers
                        .put(section.to_owned(), Given::Toml(value.clone()), origin);
                }
                (_, Some(Value::Table(table))) if sections.contains(&section) => {
                    if let DeValue::Table(inner) = span.get_ref() {
                        self.keys(section, inner, table);
                    }
                }
                _ if sections.contains(&section) => {
                    let sentence =
                        format!("{section} must be a section: write [{section}] and its keys below it.");
                    self.layers.refuse(Some(origin), sentence);
                }
                (_, Some(Value::Table(_) | Value::Array(_))) => {
                    self.layers
                        .refuse(Some(origin), unknown_section(&sections, section));
                }
                _ => {
                    let sentence = match keys.iter().find(|key| key.name == section) {
                        Some(key) => format!(
                            "{section} stands outside its section; write it below [{}].",
                            key.section
                        ),
                        None => format!(
                            "{section} is not a key, and keys stand below their section, such as [server]."
                        ),
                    };
                    self.layers.refuse(Some(origin), sentence);
                }
            }
        }
        lists
    }

    fn keys(&mut self, section: &str, spans: &DeTable<'_>, values: &Table) {
        let keys = key::all();
        for name in spans.keys() {
            let origin = self.at(name.span().start);
            let name = name.get_ref().as_ref();
            let known = keys.iter().any(|key| key.section == section && key.name == name);
            match values.get(name) {
                Some(value) if known => {
                    self.layers
                        .put(key::path(section, name), Given::Toml(value.clone()), origin);
                }
                _ => self
                    .layers
                    .refuse(Some(origin), unknown_key(&keys, section, name)),
            }
        }
    }

    /// The lines of the keys of a table.
    fn lines_of(&self, table: &DeValue<'_>) -> Vec<(String, Origin)> {
        let DeValue::Table(table) = table else {
            return Vec::new();
        };
        let line = |key: &Spanned<_>| self.at(key.span().start);
        let keys = table.keys();
        keys.map(|key| (key.get_ref().to_string(), line(key))).collect()
    }

    fn list(&mut self, name: &str, spans: &Spanned<DeValue<'_>>, value: &Value) -> Vec<Entry> {
        let (DeValue::Array(places), Value::Array(items)) = (spans.get_ref(), value) else {
            let sentence = format!("{name} is a list: write [[{name}]] with two brackets for each item.");
            let origin = self.at(spans.span().start);
            self.layers.refuse(Some(origin), sentence);
            return Vec::new();
        };
        let mut entries = Vec::new();
        for (place, item) in places.iter().zip(items) {
            let origin = self.at(place.span().start);
            match item {
                Value::Table(table) => entries.push(Entry {
                    table: table.clone(),
                    origin,
                    lines: self.lines_of(place.get_ref()),
                }),
                _ => self.layers.refuse(
                    Some(origin),
                    format!("each item of {name} is a table: write [[{name}]]."),
                ),
            }
        }
        entries
    }
}
