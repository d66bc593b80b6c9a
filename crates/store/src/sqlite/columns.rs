//! Values in SQLite's columns: identifiers are 16 bytes, flags 0 or 1.

use std::fmt::Display;

use rusqlite::types::Type;
use rusqlite::{Error, Result};
use serde::Serialize;
use uuid::Uuid;

use crate::rows::Row;

impl Row for rusqlite::Row<'_> {
    type Error = Error;

    fn number(&self, column: usize) -> Result<Option<i64>> {
        let value = self.get_ref(column)?;
        value
            .as_i64_or_null()
            .map_err(|error| Self::unreadable(column, error))
    }

    fn text(&self, column: usize) -> Result<Option<&str>> {
        let value = self.get_ref(column)?;
        value
            .as_str_or_null()
            .map_err(|error| Self::unreadable(column, error))
    }

    fn bytes(&self, column: usize) -> Result<Option<&[u8]>> {
        let value = self.get_ref(column)?;
        value
            .as_blob_or_null()
            .map_err(|error| Self::unreadable(column, error))
    }

    fn uuid(&self, column: usize) -> Result<Option<Uuid>> {
        let bytes = Row::bytes(self, column)?;
        bytes
            .map(|bytes| Uuid::from_slice(bytes).map_err(|error| Self::unreadable(column, error)))
            .transpose()
    }

    fn flag(&self, column: usize) -> Result<bool> {
        self.get(column)
    }

    fn unreadable(column: usize, reason: impl Display) -> Error {
        Error::FromSqlConversionFailure(column, Type::Text, reason.to_string().into())
    }
}

/// A value as JSON.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::ToSqlConversionFailure(error.into()))
}
