//! `[tokens]`: what tokens look like.

use pixie_oauth::AccessTokenFormat;
use toml::Value;

use super::key::section;
use super::setting::{Setting, must_be};

section! {
    /// The format of tokens.
    Tokens = "tokens" {
        /// The format of an access token, if neither its API (`[[resources]]`) nor its application chooses one: `"opaque"`, random
        /// and introspected by APIs; or `"jwt"`, signed claims that APIs read themselves (RFC 9068). See `docs/resources.md`.
        access_token_format: AccessTokenFormat = AccessTokenFormat::Opaque;
    }
}

impl Setting for AccessTokenFormat {
    fn form() -> String {
        "\"opaque\" or \"jwt\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        let word = value.as_str().and_then(|text| Self::parse(text).ok());
        word.ok_or_else(must_be::<Self>)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(self.to_string()))
    }
}
