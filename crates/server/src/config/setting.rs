//! The types that a key can have: how a value is read, what it looks like, how it is written back.

use std::net::SocketAddr;
use std::path::PathBuf;

use toml::Value;

/// The type of a key.
pub(super) trait Setting: Sized {
    /// `true` if values are hidden in everything that is printed.
    const SECRET: bool = false;

    /// `true` if messages quote a value that is refused.
    const QUOTED: bool = !Self::SECRET;

    /// The form of a value, for messages after "must be".
    fn form() -> String;

    /// An example for the default file, if there is no default.
    fn example() -> String {
        "\"…\"".to_owned()
    }

    /// Reads a value. The error follows the key and its value in the message.
    fn read(value: &Value) -> Result<Self, String>;

    /// The value as it is written in a file; none if it is not set.
    fn write(&self) -> Option<Value>;

    /// Reads the text of an environment variable or a flag: a TOML value, or a string without its quotes.
    fn read_text(text: &str) -> Result<Self, String> {
        match text.parse::<Value>().map(|value| Self::read(&value)) {
            Ok(Ok(setting)) => Ok(setting),
            Ok(Err(complaint)) => Self::read(&Value::String(text.to_owned())).map_err(|_| complaint),
            Err(_) => Self::read(&Value::String(text.to_owned())),
        }
    }
}

/// The error about a value of the wrong form.
pub(super) fn must_be<T: Setting>() -> String {
    format!("must be {}", T::form())
}

impl Setting for bool {
    fn form() -> String {
        "true or false".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        value.as_bool().ok_or_else(must_be::<Self>)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::Boolean(*self))
    }
}

macro_rules! whole_number {
    ($($number:ty),+) => { $(
        impl Setting for $number {
            fn form() -> String {
                "a whole number".to_owned()
            }

            fn example() -> String {
                "2".to_owned()
            }

            fn read(value: &Value) -> Result<Self, String> {
                let number = value.as_integer().ok_or_else(must_be::<Self>)?;
                Self::try_from(number).map_err(|_| format!("must be a whole number between 0 and {}", Self::MAX))
            }

            fn write(&self) -> Option<Value> {
                i64::try_from(*self).ok().map(Value::Integer)
            }
        }
    )+ };
}
whole_number!(u16, u32, usize);

impl Setting for String {
    fn form() -> String {
        "text".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        let text = value.as_str().ok_or("must be text in double quotes")?;
        if text.is_empty() {
            Err("must not be empty".to_owned())
        } else {
            Ok(text.to_owned())
        }
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(self.clone()))
    }
}

impl Setting for PathBuf {
    fn form() -> String {
        "a path".to_owned()
    }

    fn example() -> String {
        "\"/path/to/file\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        String::read(value)
            .map(Self::from)
            .map_err(|_| "must be a path in double quotes".to_owned())
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(self.display().to_string()))
    }
}

impl Setting for SocketAddr {
    fn form() -> String {
        "an address and a port such as \"127.0.0.1:8000\" or \"[::]:8000\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        value
            .as_str()
            .and_then(|text| text.parse().ok())
            .ok_or_else(must_be::<Self>)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(self.to_string()))
    }
}

impl<T: Setting> Setting for Option<T> {
    const SECRET: bool = T::SECRET;
    const QUOTED: bool = T::QUOTED;

    fn form() -> String {
        T::form()
    }

    fn example() -> String {
        T::example()
    }

    fn read(value: &Value) -> Result<Self, String> {
        T::read(value).map(Some)
    }

    fn write(&self) -> Option<Value> {
        self.as_ref().and_then(T::write)
    }
}

impl<T: Setting> Setting for Vec<T> {
    const SECRET: bool = T::SECRET;
    const QUOTED: bool = T::QUOTED;

    fn form() -> String {
        format!("a list, each item {}", T::form())
    }

    fn example() -> String {
        format!("[{}]", T::example())
    }

    fn read(value: &Value) -> Result<Self, String> {
        match value {
            Value::Array(items) => items.iter().map(T::read).collect(),
            Value::String(text) if text.trim().is_empty() => Ok(Self::new()),
            Value::String(text) => text
                .split(',')
                .map(|item| T::read(&Value::String(item.trim().to_owned())))
                .collect(),
            _ => Err(must_be::<Self>()),
        }
    }

    fn write(&self) -> Option<Value> {
        Some(Value::Array(self.iter().filter_map(T::write).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_without_quotes_is_read_as_a_string() {
        assert_eq!(String::read_text("Acme & Sons").unwrap(), "Acme & Sons");
        assert_eq!(String::read_text("\"Acme\"").unwrap(), "Acme");
        assert_eq!(String::read_text("42").unwrap(), "42");
        assert_eq!(
            Vec::<String>::read_text("read, write").unwrap(),
            ["read", "write"]
        );
        assert_eq!(Vec::<String>::read_text("[\"read\"]").unwrap(), ["read"]);
    }

    #[test]
    fn the_complaint_says_what_a_value_looks_like() {
        insta::assert_snapshot!(u32::read_text("-1").unwrap_err(), @"must be a whole number between 0 and 4294967295");
        insta::assert_snapshot!(u32::read_text("many").unwrap_err(), @"must be a whole number");
        insta::assert_snapshot!(bool::read_text("yes").unwrap_err(), @"must be true or false");
        insta::assert_snapshot!(
            SocketAddr::read_text("localhost:8000").unwrap_err(),
            @r#"must be an address and a port such as "127.0.0.1:8000" or "[::]:8000""#
        );
        insta::assert_snapshot!(String::read(&Value::Integer(1)).unwrap_err(), @"must be text in double quotes");
        insta::assert_snapshot!(PathBuf::read(&Value::Integer(1)).unwrap_err(), @"must be a path in double quotes");
    }
}
