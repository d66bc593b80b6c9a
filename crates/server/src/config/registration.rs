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
        /// Who may: `"off"` for nobody, `"token"` for who has an access token with the scope `registration`, `"open"` for
        /// anybody.
        mode: RegistrationMode = RegistrationMode::Off;
        /// What they are held to: `"oauth21"`, `"oidc"`, `"mcp"` or `"legacy"`. Nobody looks at them first, so that nothing
        /// weaker than needed is right.
        profile: Profile = Profile::Oauth21, if is_offered;
        /// New applications that one address may register in an hour where anybody may. What was registered before may be
        /// registered again. `0` for no bound.
        per_hour: u32 = 60;
        /// New applications that all addresses together may register in an hour. `0` for no bound.
        per_hour_in_all: u32 = 1000;
        /// Applications that may have registered themselves at the same time where anybody may. `0` for no bound.
        most_clients: u32 = 10_000;
        /// An application that registered itself and has neither a living token nor somebody's consent is deleted so long
        /// after its last change. `0` keeps it for ever.
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
