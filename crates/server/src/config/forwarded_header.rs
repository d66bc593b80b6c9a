//! The header in which trusted proxies name the client.

use pixie_web::ForwardedHeader;
use toml::Value;

use super::setting::{Setting, must_be};

impl Setting for ForwardedHeader {
    fn form() -> String {
        "the name of a header such as \"x-forwarded-for\", \"forwarded\" or \"x-real-ip\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        let name = value.as_str().ok_or_else(must_be::<Self>)?;
        name.parse().map_err(|_| must_be::<Self>())
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(self.name().to_string()))
    }
}
