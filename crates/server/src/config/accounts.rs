//! `[accounts]`: how people come to have accounts.

use pixie_provider::SignUpMode;
use toml::Value;

use super::key::section;
use super::setting::{Setting, must_be};

section! {
    /// How people get accounts.
    Accounts = "accounts" {
        /// The people who make accounts for themselves: `"open"` lets anybody, by a link on the login page or by `prompt=create` of an application;
        /// `"invitation"` lets people with a link of `pixie user invite`; with `"closed"` nobody but administrators, with
        /// `pixie user add` or in `[[users]]`, which works in any case.
        sign_up: SignUpMode = SignUpMode::Invitation;
    }
}

impl Setting for SignUpMode {
    fn form() -> String {
        "\"open\", \"invitation\" or \"closed\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        match value.as_str() {
            Some("open") => Ok(Self::Open),
            Some("invitation") => Ok(Self::Invitation),
            Some("closed") => Ok(Self::Closed),
            _ => Err(former_switch(value).unwrap_or_else(must_be::<Self>)),
        }
    }

    fn write(&self) -> Option<Value> {
        let word = match self {
            Self::Open => "open",
            Self::Invitation => "invitation",
            Self::Closed => "closed",
        };
        Some(Value::String(word.to_owned()))
    }
}

/// The word for a value that was true or false before 0.1.0.
fn former_switch(value: &Value) -> Option<String> {
    let word = match value.as_bool()? {
        true => "open",
        false => "closed",
    };
    Some(format!(
        "{}; write \"{word}\" for {value}",
        must_be::<SignUpMode>()
    ))
}
