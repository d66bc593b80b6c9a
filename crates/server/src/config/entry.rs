//! An item of a list of tables, such as one `[[clients]]`, with its place in the file.

use std::fmt;

use pixie_oauth::json::{self, is_secret};
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::error::{KeyError, Origin};

/// One item as it is written. Its debug form hides secrets.
#[derive(Clone, PartialEq)]
pub struct Entry {
    /// The keys and values of the entry.
    pub table: Table,
    /// The line on which it begins.
    pub origin: Origin,
    /// The lines of its keys.
    pub(super) lines: Vec<(String, Origin)>,
}

impl Entry {
    /// The items of a list in the text of a file, without their lines.
    #[cfg(test)]
    pub(super) fn list(file: &str, name: &str) -> Vec<Self> {
        let table: Table = toml::from_str(file).unwrap();
        let item = |item: &Value| Self {
            table: item.as_table().unwrap().clone(),
            origin: Origin::File("pixie.toml".into(), None),
            lines: Vec::new(),
        };
        table[name].as_array().unwrap().iter().map(item).collect()
    }

    /// The line of a key, or the first line if the key is not there.
    pub(crate) fn origin_of(&self, key: &str) -> &Origin {
        let line = self.lines.iter().find(|(name, _)| name == key);
        line.map_or(&self.origin, |(_, origin)| origin)
    }

    /// A value for a message, if it is short and no secret.
    fn quoted(&self, key: &str) -> Option<String> {
        const MAX_QUOTED: usize = 200;
        let value = self
            .table
            .get(key)
            .filter(|value| !value.is_table() && !is_secret(key))?;
        Some(value.to_string()).filter(|text| text.len() <= MAX_QUOTED)
    }

    /// The item as a type. The error has the line of the key that is wrong, and its value unless that is a secret.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, KeyError> {
        let item = serde_json::to_value(dates_as_text(&self.table)).unwrap_or_default();
        json::read(&item).map_err(|error| KeyError {
            origin: Some(
                error
                    .member()
                    .map_or(&self.origin, |key| self.origin_of(key))
                    .clone(),
            ),
            sentence: error.to_string(),
        })
    }

    /// An error about the value of a key, or about the item as a whole.
    pub(crate) fn refuse(&self, key: Option<&str>, cause: impl fmt::Display) -> KeyError {
        let sentence = match key {
            Some(key) if self.table.contains_key(key) => match self.quoted(key) {
                Some(value) => format!("`{key}` is `{value}`: {cause}"),
                None => format!("`{key}`: {cause}"),
            },
            _ => cause.to_string(),
        };
        KeyError {
            origin: Some(key.map_or(&self.origin, |key| self.origin_of(key)).clone()),
            sentence,
        }
    }

    /// The item with every secret and password in it shown as `"[hidden]"`.
    pub(super) fn hidden(&self) -> Table {
        let mut table = self.table.clone();
        hide(&mut table);
        table
    }
}

/// A table in which dates are text, which is how everything else writes them.
fn dates_as_text(table: &Table) -> Table {
    fn plain(value: &Value) -> Value {
        match value {
            Value::Datetime(date) => Value::String(date.to_string()),
            Value::Array(items) => Value::Array(items.iter().map(plain).collect()),
            Value::Table(table) => Value::Table(dates_as_text(table)),
            other => other.clone(),
        }
    }
    let plain = |(name, value): (&String, &Value)| (name.clone(), plain(value));
    table.iter().map(plain).collect()
}

impl fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Entry")
            .field("table", &self.hidden())
            .field("origin", &self.origin)
            .finish()
    }
}

fn hide(table: &mut Table) {
    for (name, value) in table.iter_mut() {
        match value {
            Value::Table(inner) => hide(inner),
            _ if is_secret(name) => {
                *value = Value::String("[hidden]".to_owned());
            }
            _ => {}
        }
    }
}
