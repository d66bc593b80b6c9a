//! Defines [`ClientMetadata`] by the table.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::field::{Field, Flag, Given, Part, SetBy};

/// The value of an optional part of the table: the first of a list that ends with `None`.
const fn optional<T: Copy>(stated: &[Option<T>]) -> Option<T> {
    stated[0]
}

macro_rules! define_metadata {
    ($(
        $(#[doc = $meaning:literal])+
        $(#[serde($serde:ident)])?
        $name:ident: $given:ty $(=> $registered:ty, $check:ident)?;
        $set_by:ident $part:ident $label:literal
        $(, flag $flag:literal $value:literal)?
        $(, hint $hint:literal)?;
    )+) => {
        /// Metadata of a client as JSON, a file, a form or flags give it. Every field may be left out. Unknown fields are
        /// refused, so that a typing error is not taken for a default.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct ClientMetadata {
            $(
                $(#[doc = $meaning])+
                $(#[serde($serde)])?
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $name: Option<$given>,
            )+
        }

        impl ClientMetadata {
            /// The fields, in the order in which documents list them.
            pub const FIELDS: &'static [Field] = &[$(Field {
                name: stringify!($name),
                meaning: concat!($($meaning),+).trim_ascii(),
                kind: <$given as Given>::KIND,
                set_by: SetBy::$set_by,
                part: Part::$part,
                label: $label,
                flag: optional(&[$(Some(Flag { name: $flag, value: $value }),)? None]),
                hint: optional(&[$(Some($hint),)? None]),
            },)+];

            /// This metadata, and `before` for the fields that it leaves out.
            #[must_use]
            pub fn over(self, before: Self) -> Self {
                Self { $($name: self.$name.or(before.$name),)+ }
            }
        }
    };
}

crate::client_metadata_table!(define_metadata);

impl ClientMetadata {
    /// Reads metadata that was stored. Fields that a newer version wrote are left out, so that both versions can run beside
    /// each other.
    ///
    /// # Errors
    /// Text that is not the metadata of a client.
    pub fn from_stored(json: &str) -> serde_json::Result<Self> {
        serde_json::from_str(json).or_else(|_| {
            let mut fields: Map<String, Value> = serde_json::from_str(json)?;
            fields.retain(|name, _| Self::FIELDS.iter().any(|field| field.name == name));
            serde_json::from_value(Value::Object(fields))
        })
    }
}
