//! A secret value of the configuration, which no output shows.

use std::fmt;

use toml::Value;
use zeroize::Zeroizing;

use super::setting::Setting;

/// A text that prints as `[hidden]` and is wiped from memory when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(Zeroizing<String>);

impl Hidden {
    /// The text itself, for the one who must use it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[hidden]")
    }
}

impl Setting for Hidden {
    const SECRET: bool = true;

    fn form() -> String {
        "secret text".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        String::read(value).map(|text| Self(Zeroizing::new(text)))
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String("[hidden]".to_owned()))
    }
}
