//! Statements with the values that are bound to them, as they wait to be sent.

use std::error::Error;
use std::fmt;

use bytes::BytesMut;
use pixie_oauth::{Scope, TokenHash};
use pixie_provider::{AccountId, ClientKey, CredentialId, GrantId, MailId, SessionId, Timestamp};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use super::multi_row::MultiRow;

/// One statement and what is bound to `$1`, `$2`, ….
#[derive(Debug)]
pub(super) struct Statement {
    /// The text. The same text is prepared once per connection, so that it must not hold values.
    pub(super) sql: Sql,
    /// The values that are bound to it, in order.
    pub(super) values: Vec<Value>,
}

/// The text of a statement.
#[derive(Clone, Copy)]
pub(super) enum Sql {
    /// For one command.
    One(&'static str),
    /// For one command, or for several that are committed together.
    MultiRow(&'static MultiRow),
}

impl Sql {
    /// The text for one command.
    pub(super) fn one(self) -> &'static str {
        match self {
            Self::One(text) => text,
            Self::MultiRow(text) => text.one,
        }
    }
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::One(text)
    }
}

impl From<&'static MultiRow> for Sql {
    fn from(text: &'static MultiRow) -> Self {
        Self::MultiRow(text)
    }
}

impl fmt::Debug for Sql {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.one().fmt(formatter)
    }
}

/// A [`Statement`]: its text, then the values of `$1`, `$2`, … as they are, converted by `Value::from`.
macro_rules! statement {
    ($sql:expr $(, $value:expr)* $(,)?) => {
        $crate::postgres::statement::Statement {
            sql: $crate::postgres::statement::Sql::from($sql),
            values: vec![$($crate::postgres::statement::Value::from($value)),*],
        }
    };
}
pub(super) use statement;

/// A value to be bound, of the column's type.
pub(super) enum Value {
    /// `uuid`.
    Id(Option<Uuid>),
    /// `uuid[]`.
    Ids(Vec<Uuid>),
    /// `bytea`.
    Bytes(Option<Vec<u8>>),
    /// `text`.
    Text(Option<String>),
    /// `bigint`: counts, and times in seconds.
    Number(Option<i64>),
    /// `boolean`.
    Flag(bool),
}

impl Value {
    /// The type, so that the server need not be asked.
    pub(super) fn kind(&self) -> Type {
        match self {
            Self::Id(_) => Type::UUID,
            Self::Ids(_) => Type::UUID_ARRAY,
            Self::Bytes(_) => Type::BYTEA,
            Self::Text(_) => Type::TEXT,
            Self::Number(_) => Type::INT8,
            Self::Flag(_) => Type::BOOL,
        }
    }
}

/// Only the type: values are nobody's business, and the driver writes parameters into its log.
impl fmt::Debug for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind().name())
    }
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Id(id) => id.to_sql(kind, out),
            Self::Ids(ids) => ids.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Number(number) => number.to_sql(kind, out),
            Self::Flag(flag) => flag.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [
            Type::UUID,
            Type::UUID_ARRAY,
            Type::BYTEA,
            Type::TEXT,
            Type::INT8,
            Type::BOOL,
        ]
        .contains(kind)
    }

    to_sql_checked!();
}

macro_rules! ids {
    ($($id:ty),+) => {
        $(impl From<$id> for Value {
            fn from(id: $id) -> Self {
                Self::Id(Some(id.as_uuid()))
            }
        }

        impl From<Option<$id>> for Value {
            fn from(id: Option<$id>) -> Self {
                Self::Id(id.map(<$id>::as_uuid))
            }
        }

        impl From<&[$id]> for Value {
            fn from(ids: &[$id]) -> Self {
                Self::Ids(ids.iter().map(|id| id.as_uuid()).collect())
            }
        })+
    };
}
ids!(ClientKey, CredentialId, GrantId, MailId, SessionId, AccountId);

macro_rules! values {
    ($($from:ty, $value:ident => $into:expr;)+) => {
        $(impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $into
            }
        })+
    };
}
values! {
    bool, flag => Self::Flag(flag);
    i64, number => Self::Number(Some(number));
    Option<i64>, number => Self::Number(number);
    u32, number => Self::Number(Some(number.into()));
    Timestamp, time => Self::Number(Some(time.seconds()));
    Option<Timestamp>, time => Self::Number(time.map(Timestamp::seconds));
    &str, text => Self::Text(Some(text.to_owned()));
    String, text => Self::Text(Some(text));
    Option<&str>, text => Self::Text(text.map(str::to_owned));
    Option<String>, text => Self::Text(text);
    &Scope, scope => Self::Text(Some(scope.to_string()));
    Vec<u8>, bytes => Self::Bytes(Some(bytes));
    Option<&[u8]>, bytes => Self::Bytes(bytes.map(<[u8]>::to_vec));
    &[u8; 32], bytes => Self::Bytes(Some(bytes.to_vec()));
    [u8; 32], bytes => Self::Bytes(Some(bytes.to_vec()));
    Option<[u8; 32]>, bytes => Self::Bytes(bytes.map(Vec::from));
    Option<&[u8; 32]>, bytes => Self::Bytes(bytes.map(|bytes| bytes.to_vec()));
}

impl<K> From<TokenHash<K>> for Value {
    fn from(hash: TokenHash<K>) -> Self {
        Self::from(hash.as_bytes())
    }
}

impl<K> From<Option<TokenHash<K>>> for Value {
    fn from(hash: Option<TokenHash<K>>) -> Self {
        Self::Bytes(hash.map(|hash| hash.as_bytes().to_vec()))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_statement_that_is_printed_shows_no_values() {
        let printed = format!("{:?}", statement!("SELECT $1, $2", "secret", 4711_i64));
        assert!(printed.contains("text") && printed.contains("int8"), "{printed}");
        assert!(
            !printed.contains("secret") && !printed.contains("4711"),
            "{printed}"
        );
    }
}
