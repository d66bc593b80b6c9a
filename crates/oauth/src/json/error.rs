//! The error about a value that has another form than its type.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};
use serde_json::Value;

use super::is_secret;

/// A longer value is not quoted.
const MAX_QUOTED: usize = 200;

/// Why JSON cannot be read: which member is wrong, its value unless that is a secret, and what is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    fault: Fault,
    /// The members and items around the value, the innermost first.
    path: Vec<Step>,
    /// `true` once the value is known that is wrong.
    located: bool,
    /// The wrong value as JSON, if it may be quoted.
    value: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Fault {
    Syntax(String),
    /// The form that is expected instead.
    Expected(String),
    Missing(&'static str),
    /// A member that the type does not have, and those that it has.
    Unknown(String, &'static [&'static str]),
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Item(usize),
}

impl JsonError {
    pub(super) fn of_text(cause: &serde_json::Error) -> Self {
        if cause.is_data() {
            Self::custom(cause)
        } else {
            Fault::Syntax(cause.to_string()).into()
        }
    }

    pub(super) fn expected(form: &str) -> Self {
        Fault::Expected(form.to_owned()).into()
    }

    /// The error with the value that is wrong, unless that of a part of it is known.
    pub(super) fn about(self, value: &Value) -> Self {
        if self.located {
            return self;
        }
        Self {
            located: true,
            value: quoted(value),
            ..self
        }
    }

    pub(super) fn in_item(mut self, index: usize) -> Self {
        self.path.push(Step::Item(index));
        self
    }

    pub(super) fn in_member(mut self, name: &str) -> Self {
        self.path.push(Step::Member(name.to_owned()));
        self.value = self.value.filter(|_| !is_secret(name));
        self
    }

    /// The member of the outermost object that is wrong; `None` if that is the object itself, or no object.
    pub fn member(&self) -> Option<&str> {
        match (self.path.last(), &self.fault) {
            (Some(Step::Member(name)), _) | (None, Fault::Unknown(name, _)) => Some(name),
            _ => None,
        }
    }

    /// The error without the name of [`member`](Self::member), to stand after that name.
    pub fn message(&self) -> String {
        let path = match self.path.split_last() {
            Some((Step::Member(_), inner)) => inner,
            _ => &self.path,
        };
        self.sentence(&place(path))
    }

    /// The reason alone, to stand beside the value.
    pub fn reason(&self) -> String {
        let fault = self.fault.clone();
        Self::from(fault).sentence("")
    }

    fn sentence(&self, place: &str) -> String {
        let (named, value) = (format!("`{place}` "), self.value.as_deref());
        let named = if place.is_empty() { "" } else { &named };
        match (&self.fault, value) {
            (Fault::Syntax(cause), _) => format!("this is not JSON: {cause}"),
            (Fault::Expected(form), Some(value)) => format!("{named}must be {form}, not `{value}`"),
            (Fault::Expected(form), None) => format!("{named}must be {form}"),
            (Fault::Missing(member), _) if place.is_empty() => format!("`{member}` is missing"),
            (Fault::Missing(member), _) => format!("`{place}.{member}` is missing"),
            (Fault::Unknown(member, known), _) => {
                let at = if place.is_empty() {
                    ""
                } else {
                    &format!("`{place}`: ")
                };
                format!("{at}unknown field `{member}`, expected {}", one_of(known))
            }
            (Fault::Other(message), Some(value)) if !place.is_empty() && !has(message, value) => {
                format!("{named}is `{value}`: {message}")
            }
            (Fault::Other(message), _) if place.is_empty() => message.clone(),
            (Fault::Other(message), _) => format!("`{place}`: {message}"),
        }
    }
}

impl From<Fault> for JsonError {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            path: Vec::new(),
            located: false,
            value: None,
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() && matches!(self.fault, Fault::Expected(_)) {
            formatter.write_str("the value ")?;
        }
        formatter.write_str(&self.sentence(&place(&self.path)))
    }
}

impl std::error::Error for JsonError {}

impl Error for JsonError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Fault::Other(message.to_string()).into()
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(&plain(&expected.to_string()))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(&plain(&expected.to_string()))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::expected(&plain(&expected.to_string()))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::expected(&one_of(expected))
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        Fault::Unknown(name.to_owned(), known).into()
    }

    fn missing_field(name: &'static str) -> Self {
        Fault::Missing(name).into()
    }
}

/// The words of a list from which one is expected.
pub(super) fn one_of(words: &[&str]) -> String {
    match words {
        [] => "none".to_owned(),
        [word] => format!("`{word}`"),
        words => format!("one of `{}`", words.join("`, `")),
    }
}

/// A form in plain words. A type that names its own form in words is taken at its word.
fn plain(form: &str) -> String {
    let plain = match form {
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        "a borrowed string" | "str" => "a string",
        "unit" => "null",
        "f32" | "f64" => "a number",
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number",
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "a whole number, 0 or more",
        form if form.starts_with("struct ") => "an object",
        form => form,
    };
    plain.to_owned()
}

fn place(path: &[Step]) -> String {
    let mut place = String::new();
    for step in path.iter().rev() {
        match step {
            Step::Member(name) if place.is_empty() => place.push_str(name),
            Step::Member(name) => place.push_str(&format!(".{name}")),
            Step::Item(index) => place.push_str(&format!("[{index}]")),
        }
    }
    place
}

/// Returns `true` if a message quotes the value.
fn has(message: &str, value: &str) -> bool {
    message.contains(value.trim_matches('"'))
}

/// A value for a message: no object, in which secrets may be, and nothing long.
fn quoted(value: &Value) -> Option<String> {
    let is_plain = |value: &Value| !value.is_object() && !value.is_array();
    let may_be_quoted = match value {
        Value::Array(items) => items.iter().all(is_plain),
        value => is_plain(value),
    };
    Some(value.to_string()).filter(|text| may_be_quoted && text.len() <= MAX_QUOTED)
}
