//! An item of a list of tables, such as one `[[clients]]`, with its place in the file.

use std::fmt;

use toml::{Table, Value};

use super::mistake::Origin;

/// One item as it is written. Its debug form hides secrets.
#[derive(Clone, PartialEq)]
pub struct Entry {
    /// Its keys and values.
    pub table: Table,
    /// Where it begins.
    pub origin: Origin,
}

impl Entry {
    /// The item with every secret and password in it shown as `"[hidden]"`.
    pub(super) fn hidden(&self) -> Table {
        let mut table = self.table.clone();
        hide(&mut table);
        table
    }
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
                .any(|word| name.contains(word)) =>
            {
                *value = Value::String("[hidden]".to_owned());
            }
            _ => {}
        }
    }
}
