//! An item of a list of tables, such as one `[[clients]]`, with its place in the file.

use std::fmt;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::error::Origin;

/// One item as it is written. Its debug form hides secrets.
#[derive(Clone, PartialEq)]
pub struct Entry {
    /// Its keys and values.
    pub table: Table,
    /// The line on which it begins.
    pub origin: Origin,
}

impl Entry {
    /// The item as a type; the error says what is wrong.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        let table = Value::Table(dates_as_text(&self.table));
        table
            .try_into()
            .map_err(|cause: toml::de::Error| cause.to_string().trim().replace('\n', " "))
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
            _ if ["secret", "password", "token", "key"]
                .iter()
                .any(|word| name.ends_with(word)) =>
            {
                *value = Value::String("[hidden]".to_owned());
            }
            _ => {}
        }
    }
}
