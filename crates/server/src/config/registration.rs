//! `[registration]`: clients that register themselves (RFC 7591).

use std::time::Duration;

use pixie_oauth::Profile;
use pixie_provider::RegistrationMode;
use toml::Value;

use super::key::section;
use super::setting::{Setting, must_be};

section! {
    /// Applications that register themselves (RFC 7591), as agents and testers do. See `docs/registration.md`.
    Registration = "registration" {
        /// The clients that may register: `"off"` for nobody, `"token"` for a client with an access token of scope `registration`, `"open"` for
        /// anybody.
        mode: RegistrationMode = RegistrationMode::Off;
        /// The profile of new applications: `"oauth21"`, `"oidc"`, `"mcp"` or `"legacy"`. No administrator reviews them, so choose
        /// the strictest that they can follow.
        profile: Profile = Profile::Oauth21, if is_offered;
        /// New applications that one address may register in an hour if anybody may register. An application that was
        /// registered before may register again. `0` for no limit.
        per_hour: u32 = 60;
        /// New applications that all addresses together may register in an hour. `0` for no limit.
        per_hour_in_all: u32 = 1000;
        /// Applications that may have registered themselves at the same time if anybody may register. `0` for no limit.
        max_clients: u32 = 10_000;
        /// How long after its last change an application that registered itself is deleted, if it has no active token and no
        /// consent. `0` keeps it for ever.
        unused_clients_expire: Duration = Duration::from_secs(30 * 24 * 3600);
    }
}

fn is_offered(profile: &Profile) -> Result<(), String> {
    if Profile::OFFERED.contains(profile) {
        Ok(())
    } else {
        Err(must_be::<Profile>())
    }
}

impl Setting for RegistrationMode {
    fn form() -> String {
        "\"off\", \"token\" or \"open\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        match value.as_str() {
            Some("off") => Ok(Self::Off),
            Some("token") => Ok(Self::Token),
            Some("open") => Ok(Self::Open),
            _ => Err(must_be::<Self>()),
        }
    }

    fn write(&self) -> Option<Value> {
        let word = match self {
            Self::Off => "off",
            Self::Token => "token",
            Self::Open => "open",
        };
        Some(Value::String(word.to_owned()))
    }
}

impl Setting for Profile {
    fn form() -> String {
        let words: Vec<_> = Self::OFFERED
            .iter()
            .map(|one| format!("{:?}", one.as_str()))
            .collect();
        format!("one of {}", words.join(", "))
    }

    fn read(value: &Value) -> Result<Self, String> {
        let word = value.as_str().ok_or_else(must_be::<Self>)?;
        Self::parse(word).map_err(|_| must_be::<Self>())
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(self.as_str().to_owned()))
    }
}
