//! The form of the items of a list. A type does not say it, but asks for it: its visitor is given one item that has no value.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};

/// The list that a visitor expects, such as `a list of strings`.
pub(super) fn list_of<'de, V: Visitor<'de>>(visitor: V) -> String {
    match visitor.visit_seq(OneItem) {
        Err(ItemError(Some(items))) => format!("a list of {items}"),
        Ok(_) | Err(ItemError(None)) => "a list".to_owned(),
    }
}

struct OneItem;

impl<'de> SeqAccess<'de> for OneItem {
    type Error = ItemError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, ItemError> {
        seed.deserialize(Item).map(Some)
    }
}

/// The plural of the form; `None` if the type takes more than one.
#[derive(Debug)]
struct ItemError(Option<&'static str>);

impl fmt::Display for ItemError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.unwrap_or("items"))
    }
}

impl std::error::Error for ItemError {}

impl Error for ItemError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(None)
    }
}

/// An item without a value: each way of reading one gives the form as its error.
struct Item;

macro_rules! forms {
    ($($form:literal: $($method:ident)+;)+) => {
        $($(fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ItemError> {
            Err(ItemError(Some($form)))
        })+)+
    };
}

impl<'de> Deserializer<'de> for Item {
    type Error = ItemError;

    forms! {
        "strings": deserialize_str deserialize_string deserialize_char deserialize_identifier;
        "true or false": deserialize_bool;
        "whole numbers": deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
            deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128;
        "numbers": deserialize_f32 deserialize_f64;
        "lists": deserialize_seq deserialize_bytes deserialize_byte_buf;
        "objects": deserialize_map;
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ItemError> {
        Err(ItemError(None))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ItemError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ItemError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, ItemError> {
        Err(ItemError(Some("objects")))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, ItemError> {
        Err(ItemError(Some("strings")))
    }

    serde::forward_to_deserialize_any! { unit unit_struct tuple tuple_struct ignored_any }
}
