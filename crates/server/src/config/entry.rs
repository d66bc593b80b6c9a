//! An item of a list of tables, such as one `[[clients]]`, with its place in the file.

use std::fmt;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::error::Origin;

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
    /// The line of a key, or the first line if the key is not there.
    pub(crate) fn origin_of(&self, key: &str) -> &Origin {
        let line = self.lines.iter().find(|(name, _)| name == key);
        line.map_or(&self.origin, |(_, origin)| origin)
    }

    /// A value for a message, if it is short and no secret.
    pub(crate) fn quoted(&self, key: &str) -> Option<String> {
        const MAX_QUOTED: usize = 200;
        let value = self
            .table
            .get(key)
            .filter(|value| !value.is_table() && !is_secret(key))?;
        Some(value.to_string()).filter(|text| text.len() <= MAX_QUOTED)
    }

    /// The item as a type; the error says what is wrong.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        read(&self.table)
    }

    /// The key whose value alone makes the item unreadable as a type, if there is one. Keys may be left out of the type.
    pub(crate) fn wrong_key<T: DeserializeOwned>(&self) -> Option<&str> {
        let is_wrong = |(key, value): &(&String, &Value)| {
            let alone = Table::from_iter([((*key).clone(), (*value).clone())]);
            read::<T>(&alone).is_err()
        };
        let wrong = self.table.iter().find(is_wrong);
        wrong.map(|(key, _)| key.as_str())
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

fn read<T: DeserializeOwned>(table: &Table) -> Result<T, String> {
    let table = Value::Table(dates_as_text(table));
    let read = table.try_into();
    read.map_err(|cause: toml::de::Error| cause.to_string().trim().replace('\n', " "))
}

fn is_secret(key: &str) -> bool {
    let words = ["secret", "password", "token", "key"];
    words.iter().any(|word| key.ends_with(word))
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
