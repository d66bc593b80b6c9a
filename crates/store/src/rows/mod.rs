//! Reading rows, once for every database: values from columns here, records of the contract from rows in the files beside.
//!
//! Both databases select the same columns in the same order, and a column is read by its position.

mod account_links;
mod accounts;
mod clients;
mod credentials;
mod events;
mod grants;
mod logos;
mod mails;
mod root_keys;
mod sessions;
mod signing_keys;

use std::fmt::Display;

use pixie_oauth::{Audience, ClientId, Confirmation, Scope, Subject, TokenHash};
use pixie_provider::store::OpenIdGrant;
use pixie_provider::{AccountId, ClientKey, CredentialId, GrantId, MailId, SessionId, Timestamp};
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub(crate) use account_links::account_link;
pub(crate) use accounts::account;
pub(crate) use clients::{client, named_client};
pub(crate) use credentials::{credential, guesses, owned_credential};
pub(crate) use events::{actor_id, event, event_count};
pub(crate) use grants::{access_token, code, consent, grant, refresh_token};
pub(crate) use logos::{logo, logo_origin};
pub(crate) use mails::waiting_mail;
pub(crate) use root_keys::root_key;
pub(crate) use sessions::{listed_session, logout_delivery, session};
pub(crate) use signing_keys::signing_key;

/// A row of a database, as far as the databases differ. NULL is `None`.
pub(crate) trait Row {
    /// The database's error if a column cannot be read.
    type Error;

    /// A whole number.
    fn number(&self, column: usize) -> Result<Option<i64>, Self::Error>;

    /// Reads a text column.
    fn text(&self, column: usize) -> Result<Option<&str>, Self::Error>;

    /// Reads a column of bytes.
    fn bytes(&self, column: usize) -> Result<Option<&[u8]>, Self::Error>;

    /// An identifier.
    fn uuid(&self, column: usize) -> Result<Option<Uuid>, Self::Error>;

    /// True or false, never NULL.
    fn flag(&self, column: usize) -> Result<bool, Self::Error>;

    /// The error for a value that this version does not write.
    fn unreadable(column: usize, reason: impl Display) -> Self::Error;
}

/// The result of reading from a row.
type Read<T, R> = Result<T, <R as Row>::Error>;

/// An identifier of a record.
pub(crate) trait Id: Copy {
    /// The identifier with this UUID.
    fn of_uuid(uuid: Uuid) -> Self;

    /// The 16 bytes of its UUID.
    fn bytes(self) -> [u8; 16];
}

macro_rules! ids {
    ($($id:ty),+) => {
        $(impl Id for $id {
            fn of_uuid(uuid: Uuid) -> Self {
                Self::from_uuid(uuid)
            }

            fn bytes(self) -> [u8; 16] {
                self.as_uuid().into_bytes()
            }
        })+
    };
}
ids!(ClientKey, CredentialId, GrantId, MailId, SessionId, AccountId);

/// The value of a column that is never NULL.
fn present<T, R: Row>(column: usize, value: Option<T>) -> Read<T, R> {
    value.ok_or_else(|| R::unreadable(column, "it is NULL"))
}

/// An identifier.
pub(crate) fn id<T: Id, R: Row>(row: &R, column: usize) -> Read<T, R> {
    present::<_, R>(column, row.uuid(column)?).map(T::of_uuid)
}

/// An identifier that may be missing.
pub(crate) fn optional_id<T: Id, R: Row>(row: &R, column: usize) -> Read<Option<T>, R> {
    Ok(row.uuid(column)?.map(T::of_uuid))
}

/// A time.
pub(crate) fn time<R: Row>(row: &R, column: usize) -> Read<Timestamp, R> {
    number(row, column).map(Timestamp::from_seconds)
}

/// A time that may be missing.
pub(crate) fn optional_time<R: Row>(row: &R, column: usize) -> Read<Option<Timestamp>, R> {
    Ok(row.number(column)?.map(Timestamp::from_seconds))
}

/// A whole number.
pub(crate) fn number<R: Row>(row: &R, column: usize) -> Read<i64, R> {
    present::<_, R>(column, row.number(column)?)
}

/// A whole number that may be missing.
pub(crate) fn optional_number<R: Row>(row: &R, column: usize) -> Read<Option<i64>, R> {
    row.number(column)
}

/// A count: a whole number in the range of its type.
pub(crate) fn count<T: TryFrom<i64>, R: Row>(row: &R, column: usize) -> Read<T, R>
where
    T::Error: Display,
{
    T::try_from(number(row, column)?).map_err(|error| R::unreadable(column, error))
}

/// Reads a text column that is not `NULL`.
pub(crate) fn text<R: Row>(row: &R, column: usize) -> Read<String, R> {
    present::<_, R>(column, row.text(column)?).map(str::to_owned)
}

/// Text that may be missing.
pub(crate) fn optional_text<R: Row>(row: &R, column: usize) -> Read<Option<String>, R> {
    Ok(row.text(column)?.map(str::to_owned))
}

/// Reads the subject that an account was given.
pub(crate) fn subject<R: Row>(row: &R, column: usize) -> Read<Option<Subject>, R> {
    let text = row.text(column)?;
    text.map(|text| Subject::parse(text).map_err(|error| R::unreadable(column, error)))
        .transpose()
}

/// Reads a column of bytes that is not `NULL`.
pub(crate) fn bytes<R: Row>(row: &R, column: usize) -> Read<Vec<u8>, R> {
    present::<_, R>(column, row.bytes(column)?).map(<[u8]>::to_vec)
}

/// Bytes that may be missing.
pub(crate) fn optional_bytes<R: Row>(row: &R, column: usize) -> Read<Option<Vec<u8>>, R> {
    Ok(row.bytes(column)?.map(<[u8]>::to_vec))
}

/// A SHA-256 that may be missing.
pub(crate) fn optional_sha256<R: Row>(row: &R, column: usize) -> Read<Option<[u8; 32]>, R> {
    let bytes = row.bytes(column)?;
    bytes
        .map(|bytes| bytes.try_into().map_err(|error| R::unreadable(column, error)))
        .transpose()
}

/// The hash of a token that may be missing.
pub(crate) fn optional_hash<K, R: Row>(row: &R, column: usize) -> Read<Option<TokenHash<K>>, R> {
    Ok(optional_sha256(row, column)?.map(TokenHash::from_bytes))
}

/// A scope.
pub(crate) fn scope<R: Row>(row: &R, column: usize) -> Read<Scope, R> {
    parsed(row, column, Scope::parse)
}

/// A client identifier.
pub(crate) fn client_id<R: Row>(row: &R, column: usize) -> Read<ClientId, R> {
    parsed(row, column, ClientId::parse)
}

/// Resources; NULL if there are none.
pub(crate) fn audience<R: Row>(row: &R, column: usize) -> Read<Audience, R> {
    Ok(row
        .text(column)?
        .map_or_else(Audience::default, Audience::from_stored))
}

/// Reads the claims of a grant's ID tokens, if it has any.
pub(crate) fn openid<R: Row>(row: &R, column: usize) -> Read<Option<OpenIdGrant>, R> {
    optional_json(row, column)
}

/// The key to which a token is bound, if it is.
pub(crate) fn confirmation<R: Row>(row: &R, column: usize) -> Read<Option<Confirmation>, R> {
    optional_json(row, column)
}

/// A value that is stored as JSON and may be missing.
pub(crate) fn optional_json<T: DeserializeOwned, R: Row>(row: &R, column: usize) -> Read<Option<T>, R> {
    row.text(column)?
        .map(|json| serde_json::from_str(json).map_err(|error| R::unreadable(column, error)))
        .transpose()
}

/// A value that is parsed from text.
pub(crate) fn parsed<T, E: Display, R: Row>(
    row: &R,
    column: usize,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Read<T, R> {
    let text = present::<_, R>(column, row.text(column)?)?;
    parse(text).map_err(|error| R::unreadable(column, error))
}
