//! Values in PostgreSQL's columns: identifiers are UUIDs, numbers `bigint`, flags `boolean`.

use std::fmt::Display;

use serde::Serialize;
use tokio_postgres::types::FromSql;
use uuid::Uuid;

use super::failure::Failure;
use crate::rows::Row;

/// The result of reading a column.
pub(super) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Row for tokio_postgres::Row {
    type Error = Failure;

    fn number(&self, column: usize) -> Result<Option<i64>> {
        plain(self, column)
    }

    fn text(&self, column: usize) -> Result<Option<&str>> {
        plain(self, column)
    }

    fn bytes(&self, column: usize) -> Result<Option<&[u8]>> {
        plain(self, column)
    }

    fn uuid(&self, column: usize) -> Result<Option<Uuid>> {
        plain(self, column)
    }

    fn flag(&self, column: usize) -> Result<bool> {
        plain(self, column)
    }

    fn unreadable(column: usize, reason: impl Display) -> Failure {
        Failure::Unreadable {
            column,
            reason: reason.to_string(),
        }
    }
}

/// A value of a type that the driver knows.
pub(super) fn plain<'a, T: FromSql<'a>>(row: &'a tokio_postgres::Row, column: usize) -> Result<T> {
    row.try_get(column)
        .map_err(|error| tokio_postgres::Row::unreadable(column, error))
}

/// A value as JSON.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Failure::Unwritable(error.to_string()))
}
