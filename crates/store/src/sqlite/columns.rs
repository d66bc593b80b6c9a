//! How values are written into columns and read from them.

use std::error::Error;

use pixie_oauth::{Audience, ClientId, Scope};
use pixie_provider::store::OpenIdGrant;
use pixie_provider::{ClientKey, GrantId, SessionId, Timestamp, UserId};
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Result, Row};
use serde::Serialize;
use uuid::Uuid;

/// Identifiers are kept as the 16 bytes of their UUID.
pub(super) trait Id {
    /// The bytes to keep.
    fn bytes(self) -> [u8; 16];

    /// The identifier that was kept.
    fn of_bytes(bytes: [u8; 16]) -> Self;
}

macro_rules! ids {
    ($($id:ty),+) => {
        $(impl Id for $id {
            fn bytes(self) -> [u8; 16] {
                self.as_uuid().into_bytes()
            }

            fn of_bytes(bytes: [u8; 16]) -> Self {
                Self::from_uuid(Uuid::from_bytes(bytes))
            }
        })+
    };
}
ids!(ClientKey, GrantId, SessionId, UserId);

/// An identifier.
pub(super) fn id<T: Id>(row: &Row<'_>, column: usize) -> Result<T> {
    Ok(T::of_bytes(row.get(column)?))
}

/// An identifier that may be missing.
pub(super) fn optional_id<T: Id>(row: &Row<'_>, column: usize) -> Result<Option<T>> {
    Ok(row.get::<_, Option<_>>(column)?.map(T::of_bytes))
}

/// A moment.
pub(super) fn time(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    Ok(Timestamp::from_seconds(row.get(column)?))
}

/// A moment that may be missing.
pub(super) fn optional_time(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<_>>(column)?.map(Timestamp::from_seconds))
}

/// A scope.
pub(super) fn scope(row: &Row<'_>, column: usize) -> Result<Scope> {
    parsed(row, column, Scope::parse)
}

/// A client identifier.
pub(super) fn client_id(row: &Row<'_>, column: usize) -> Result<ClientId> {
    parsed(row, column, ClientId::parse)
}

/// Resources, of which there may be none.
pub(super) fn audience(row: &Row<'_>, column: usize) -> Result<Audience> {
    let kept: Option<String> = row.get(column)?;
    Ok(kept.map_or_else(Audience::default, |text| Audience::from_stored(&text)))
}

/// What id tokens of a grant say, where it has any.
pub(super) fn openid(row: &Row<'_>, column: usize) -> Result<Option<OpenIdGrant>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => parsed(row, column, |json| serde_json::from_str(json)).map(Some),
    }
}

/// A value as JSON.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// Text of which something else is made.
pub(super) fn parsed<T, E>(
    row: &Row<'_>,
    column: usize,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let text = row
        .get_ref(column)?
        .as_str()
        .map_err(|error| unreadable(column, error))?;
    parse(text).map_err(|error| unreadable(column, error))
}

/// What stands in a column is not what this version writes.
pub(super) fn unreadable(column: usize, error: impl Into<Box<dyn Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
}
