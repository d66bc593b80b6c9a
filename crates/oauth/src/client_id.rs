//! The client identifier (RFC 6749 section 2.2 and appendix A.1).

use std::fmt;

use thiserror::Error;

use crate::is_vschar;

const MAX_LENGTH: usize = 255;

/// A client identifier: 1 to 255 visible ASCII characters, compared as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(String);

/// Why a text is not a client identifier.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a client id has 1 to 255 visible ASCII characters, without spaces at its ends")]
pub struct ClientIdError;

impl ClientId {
    /// Reads a client identifier.
    ///
    /// # Errors
    /// Empty, longer than 255 characters, or characters outside visible ASCII.
    pub fn parse(text: &str) -> Result<Self, ClientIdError> {
        let acceptable =
            !text.is_empty() && text.len() <= MAX_LENGTH && is_vschar(text) && text.trim_matches(' ') == text;
        if acceptable {
            Ok(Self(text.to_owned()))
        } else {
            Err(ClientIdError)
        }
    }

    /// Makes an identifier from random bytes: 27 base62 characters.
    pub fn from_entropy(entropy: &[u8; 20]) -> Self {
        Self(crate::token::base62::<27>(entropy))
    }

    /// The identifier as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

crate::serde_as_str!(ClientId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walkthroughs_client_id_is_accepted() {
        assert_eq!(
            ClientId::parse("client_id_value").unwrap().as_str(),
            "client_id_value"
        );
    }

    #[test]
    fn empty_long_padded_and_invisible_identifiers_are_refused() {
        for text in ["", " a", "a ", "a\n", "ä", &"a".repeat(256)] {
            assert_eq!(ClientId::parse(text), Err(ClientIdError), "{text:?}");
        }
    }

    #[test]
    fn a_generated_identifier_is_one() {
        let id = ClientId::from_entropy(&[255; 20]);
        assert_eq!(id.as_str().len(), 27);
        assert_eq!(ClientId::parse(id.as_str()), Ok(id));
    }
}
