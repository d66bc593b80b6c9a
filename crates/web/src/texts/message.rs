//! A text of a page that Rust code chooses: the path of a message with its arguments. It becomes words in the language of the page
//! when the page is made.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::language::Language;

/// A text for people. Views have it as a field, and templates then know it as a string.
///
/// ```ignore
/// let refused = text!("login-wait", seconds = 8);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text(Source);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Message {
        path: Cow<'static, str>,
        arguments: Vec<(&'static str, Argument)>,
    },
    Verbatim(String),
}

/// The value of an argument. It is untrusted text, or a number by which a message may choose a plural form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Argument {
    /// A string as it is.
    String(String),
    /// A number.
    Number(i64),
    /// Another text, in the language of the page.
    Text(Text),
}

impl Text {
    /// A message of the built-in files. [`text!`](crate::texts::text) checks its path and its arguments.
    pub(crate) const fn message(path: &'static str, arguments: Vec<(&'static str, Argument)>) -> Self {
        Self(Source::Message {
            path: Cow::Borrowed(path),
            arguments,
        })
    }

    /// A message of a table in Rust; see [`tables`](super::tables).
    pub(super) const fn of_table(path: String) -> Self {
        Self(Source::Message {
            path: Cow::Owned(path),
            arguments: Vec::new(),
        })
    }

    /// A sentence for developers, which is English in every language.
    pub(crate) const fn verbatim(sentence: String) -> Self {
        Self(Source::Verbatim(sentence))
    }

    /// The words in a language.
    pub(super) fn in_language<'a>(&'a self, language: &'a Language) -> Cow<'a, str> {
        match &self.0 {
            Source::Verbatim(sentence) => Cow::Borrowed(sentence),
            Source::Message { path, arguments } => {
                let arguments = arguments.iter().map(|(name, argument)| {
                    let value = match argument {
                        Argument::String(text) => super::language::Value::String(Cow::Borrowed(text)),
                        Argument::Number(number) => super::language::Value::Number(*number),
                        Argument::Text(text) => super::language::Value::String(text.in_language(language)),
                    };
                    (*name, value)
                });
                language.format(path, arguments).unwrap_or(Cow::Borrowed(path))
            }
        }
    }
}

impl Serialize for Text {
    /// The words in the language of the page that is being made.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Language::with_current(|language| serializer.serialize_str(&self.in_language(language)))
            .unwrap_or_else(|| Err(serde::ser::Error::custom("a text is a part of a page")))
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<&String> for Argument {
    fn from(text: &String) -> Self {
        Self::String(text.clone())
    }
}

impl From<Text> for Argument {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

macro_rules! numbers {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Argument {
            fn from(number: $kind) -> Self {
                Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
            }
        }
    )*};
}

numbers!(i8, i16, i64, u64, usize);
