//! Reads JSON into a type. The error names the member, quotes its value and says in plain words what is expected.

mod error;
mod items;
#[cfg(test)]
mod tests;
mod text;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Number, Value};

pub use error::JsonError;

/// Reads JSON text.
///
/// # Errors
/// The text is not JSON, repeats a member of an object, or has another form than the type.
pub fn read_text<T: DeserializeOwned>(text: &[u8]) -> Result<T, JsonError> {
    let value = text::parse(text).map_err(|cause| JsonError::of_text(&cause))?;
    read(&value)
}

/// Reads a value.
///
/// # Errors
/// The value has another form than the type.
pub fn read<T: DeserializeOwned>(value: &Value) -> Result<T, JsonError> {
    T::deserialize(Node(value)).map_err(|error| error.about(value))
}

/// Returns `true` if the value of a member with this name is a secret, which no message quotes.
pub fn is_secret(name: &str) -> bool {
    let words = ["secret", "password", "token", "key"];
    words.iter().any(|word| name.ends_with(word))
}

/// A value, from which a type reads itself.
#[derive(Clone, Copy)]
struct Node<'de>(&'de Value);

impl<'de> Node<'de> {
    fn expected<T>(self, form: &str) -> Result<T, JsonError> {
        Err(JsonError::expected(form).about(self.0))
    }

    fn object<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.0.is_object() {
            self.deserialize_any(visitor)
        } else {
            self.expected("an object")
        }
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = JsonError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        let read = match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(number) => visit_number(number, visitor),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => visitor.visit_seq(Items {
                items: items.iter(),
                next: 0,
            }),
            Value::Object(members) => visitor.visit_map(Members {
                members: members.iter(),
                value: None,
            }),
        };
        read.map_err(|error| error.about(self.0))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.0.is_array() {
            self.deserialize_any(visitor)
        } else {
            self.expected(&items::list_of(visitor))
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        self.object(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.object(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        visitor.visit_newtype_struct(self)
    }

    /// A variant is a word: none has contents.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        let Value::String(word) = self.0 else {
            return self.expected(&error::one_of(words));
        };
        let read = visitor.visit_enum(BorrowedStrDeserializer::new(word));
        read.map_err(|error: JsonError| error.about(self.0))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct identifier ignored_any
    }
}

fn visit_number<'de, V: Visitor<'de>>(number: &Number, visitor: V) -> Result<V::Value, JsonError> {
    if let Some(number) = number.as_u64() {
        visitor.visit_u64(number)
    } else if let Some(number) = number.as_i64() {
        visitor.visit_i64(number)
    } else {
        visitor.visit_f64(number.as_f64().unwrap_or_default())
    }
}

/// The items of a list.
struct Items<'de> {
    items: std::slice::Iter<'de, Value>,
    next: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = JsonError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, JsonError> {
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        let index = self.next;
        self.next += 1;
        let read = seed.deserialize(Node(item));
        read.map(Some).map_err(|error| error.about(item).in_item(index))
    }
}

/// The members of an object.
struct Members<'de> {
    members: serde_json::map::Iter<'de>,
    /// The name and the value of the member whose name was read last.
    value: Option<(&'de str, &'de Value)>,
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = JsonError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, JsonError> {
        let Some((name, value)) = self.members.next() else {
            return Ok(None);
        };
        self.value = Some((name, value));
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, JsonError> {
        let (name, value) = self
            .value
            .take()
            .ok_or_else(|| JsonError::custom("a member has no value"))?;
        seed.deserialize(Node(value))
            .map_err(|error| error.about(value).in_member(name))
    }
}
