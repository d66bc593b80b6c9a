//! How values are read from columns, by their positions.

use std::fmt::Display;

use pixie_oauth::{Audience, ClientId, Scope, TokenHash};
use pixie_provider::store::OpenIdGrant;
use pixie_provider::{ClientKey, GrantId, SessionId, Timestamp, UserId};
use serde::Serialize;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;
use uuid::Uuid;

use super::failure::Failure;

/// What is read from a row.
pub(super) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Identifiers are kept as UUIDs.
pub(super) trait Id: Sized {
    /// The identifier that was kept.
    fn of_uuid(uuid: Uuid) -> Self;
}

macro_rules! ids {
    ($($id:ty),+) => {
        $(impl Id for $id {
            fn of_uuid(uuid: Uuid) -> Self {
                Self::from_uuid(uuid)
            }
        })+
    };
}
ids!(ClientKey, GrantId, SessionId, UserId);

/// What stands in a column, of a type that the driver knows.
pub(super) fn plain<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Result<T> {
    row.try_get(column).map_err(|error| unreadable(column, error))
}

/// An identifier.
pub(super) fn id<T: Id>(row: &Row, column: usize) -> Result<T> {
    plain(row, column).map(T::of_uuid)
}

/// An identifier that may be missing.
pub(super) fn optional_id<T: Id>(row: &Row, column: usize) -> Result<Option<T>> {
    Ok(plain::<Option<Uuid>>(row, column)?.map(T::of_uuid))
}

/// A moment.
pub(super) fn time(row: &Row, column: usize) -> Result<Timestamp> {
    plain(row, column).map(Timestamp::from_seconds)
}

/// A moment that may be missing.
pub(super) fn optional_time(row: &Row, column: usize) -> Result<Option<Timestamp>> {
    Ok(plain::<Option<i64>>(row, column)?.map(Timestamp::from_seconds))
}

/// A count.
pub(super) fn count<T: TryFrom<i64>>(row: &Row, column: usize) -> Result<T>
where
    T::Error: Display,
{
    T::try_from(plain(row, column)?).map_err(|error| unreadable(column, error))
}

/// A SHA-256 that may be missing.
pub(super) fn optional_sha256(row: &Row, column: usize) -> Result<Option<[u8; 32]>> {
    let bytes: Option<&[u8]> = plain(row, column)?;
    bytes
        .map(|bytes| bytes.try_into().map_err(|error| unreadable(column, error)))
        .transpose()
}

/// The hash of a token, which may be missing.
pub(super) fn optional_hash<K>(row: &Row, column: usize) -> Result<Option<TokenHash<K>>> {
    Ok(optional_sha256(row, column)?.map(TokenHash::from_bytes))
}

/// A scope.
pub(super) fn scope(row: &Row, column: usize) -> Result<Scope> {
    parsed(row, column, Scope::parse)
}

/// A client identifier.
pub(super) fn client_id(row: &Row, column: usize) -> Result<ClientId> {
    parsed(row, column, ClientId::parse)
}

/// Resources, of which there may be none.
pub(super) fn audience(row: &Row, column: usize) -> Result<Audience> {
    let kept: Option<&str> = plain(row, column)?;
    Ok(kept.map_or_else(Audience::default, Audience::from_stored))
}

/// What id tokens of a grant say, where it has any.
pub(super) fn openid(row: &Row, column: usize) -> Result<Option<OpenIdGrant>> {
    optional_json(row, column)
}

/// A value as JSON.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Failure::Unwritable(error.to_string()))
}

/// What was kept as JSON, where there is anything.
pub(super) fn optional_json<T: serde::de::DeserializeOwned>(row: &Row, column: usize) -> Result<Option<T>> {
    let kept: Option<&str> = plain(row, column)?;
    kept.map(|json| serde_json::from_str(json).map_err(|error| unreadable(column, error)))
        .transpose()
}

/// Text of which something else is made.
pub(super) fn parsed<T, E: Display>(
    row: &Row,
    column: usize,
    parse: impl FnOnce(&str) -> std::result::Result<T, E>,
) -> Result<T> {
    parse(plain(row, column)?).map_err(|error| unreadable(column, error))
}

/// What stands in a column is not what this version writes.
pub(super) fn unreadable(column: usize, error: impl Display) -> Failure {
    Failure::Unreadable {
        column,
        reason: error.to_string(),
    }
}
