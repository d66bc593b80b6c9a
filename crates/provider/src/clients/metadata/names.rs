//! The identifier, the name and the chosen secret of a client.

use pixie_oauth::{ClientAuthMethod, ClientSecret};

use super::Checks;

const MAX_NAME_CHARACTERS: usize = 100;

/// The minimum length of a secret that signs with HS256: the size of the hash (RFC 7518 section 3.2).
const MIN_HMAC_SECRET_LENGTH: usize = 32;

impl Checks<'_> {
    pub(super) fn client_id(&mut self) {
        let id = self.metadata.client_id.as_ref();
        // RFC 9700 section 4.15: an API that reads `sub` must not take a client for a person.
        if id.is_some_and(|id| uuid::Uuid::try_parse(id.as_str()).is_ok()) {
            self.refuse(
                "client_id",
                "a client id must not be a UUID: subjects of people are",
            );
        }
    }

    pub(super) fn client_name(&mut self) -> Option<String> {
        let name = self
            .metadata
            .client_name
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty())?;
        if name.chars().count() > MAX_NAME_CHARACTERS || name.chars().any(is_invisible) {
            self.refuse(
                "client_name",
                "a name has at most 100 characters, and none that control or turn the text",
            );
        }
        Some(name.to_owned())
    }

    pub(super) fn secret(&mut self) -> Option<ClientSecret> {
        let chosen = self.metadata.client_secret.as_deref()?;
        let method = self.auth_method;
        if !method.has_secret() {
            self.refuse(
                "client_secret",
                format!("a client with the token_endpoint_auth_method {method} has no secret"),
            );
        }
        if method == ClientAuthMethod::ClientSecretJwt && chosen.len() < MIN_HMAC_SECRET_LENGTH {
            self.refuse(
                "client_secret",
                format!("the secret for client_secret_jwt has at least {MIN_HMAC_SECRET_LENGTH} characters: it is the key of HS256 (RFC 7518 section 3.2)"),
            );
        }
        ClientSecret::choose(chosen)
            .map_err(|error| self.refuse("client_secret", error.to_string()))
            .ok()
    }
}

/// Control characters, and those of Unicode that are invisible or turn the direction: with them, one name looks like another.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
