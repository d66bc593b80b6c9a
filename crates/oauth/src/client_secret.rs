//! The client secret (RFC 6749 section 2.3.1 and appendix A.2).

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::is_vschar;
use crate::token::{BODY, is_recognisable, recognisable, sha256};

const PREFIX: &str = "pixie_cs_";
const MAX_LENGTH: usize = 512;
/// Shorter secrets can be guessed; RFC 6749 section 10.10 requires 128 bits.
const MIN_CHOSEN_LENGTH: usize = 16;

/// A client secret, generated or chosen. It does not show in debug output and is wiped when dropped.
#[derive(Clone)]
pub struct ClientSecret(Zeroizing<String>);

/// Why a text cannot be a client secret.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ClientSecretError {
    /// Empty, longer than 512 characters, or characters outside visible ASCII.
    #[error("a client secret has 1 to 512 visible ASCII characters")]
    Form,
    /// A chosen secret that is too short to keep.
    #[error(
        "a chosen client secret needs at least 16 characters; leave it out to have a strong one generated"
    )]
    TooShort,
}

impl ClientSecret {
    /// Makes a secret from 256 random bits.
    pub fn from_entropy(entropy: &[u8; 32]) -> Self {
        Self(Zeroizing::new(recognisable(PREFIX, "", entropy)))
    }

    /// Reads a secret that a client presents.
    ///
    /// # Errors
    /// Empty, longer than 512 characters, or characters outside visible ASCII.
    pub fn parse(text: &str) -> Result<Self, ClientSecretError> {
        if text.is_empty() || text.len() > MAX_LENGTH || !is_vschar(text) {
            return Err(ClientSecretError::Form);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// Reads a chosen secret for a new client.
    ///
    /// # Errors
    /// As [`ClientSecret::parse`], and secrets of fewer than 16 characters.
    pub fn choose(text: &str) -> Result<Self, ClientSecretError> {
        let secret = Self::parse(text)?;
        if text.len() < MIN_CHOSEN_LENGTH {
            Err(ClientSecretError::TooShort)
        } else {
            Ok(secret)
        }
    }

    /// The text, for the one who may have it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns `true` if this server generated the secret: it has 256 bits and is stored as SHA-256. A chosen secret needs a
    /// slow hash.
    pub fn is_generated(&self) -> bool {
        is_recognisable(PREFIX, BODY, &self.0)
    }

    /// The SHA-256 of the secret, what is stored of a generated one.
    pub fn sha256(&self) -> [u8; 32] {
        sha256(self.0.as_bytes())
    }

    /// Compares with a stored SHA-256 in constant time.
    pub fn matches(&self, stored: &[u8; 32]) -> bool {
        verify_slices_are_equal(&self.sha256(), stored).is_ok()
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_secret_is_known_as_one() {
        let secret = ClientSecret::from_entropy(&[9; 32]);
        assert!(secret.is_generated());
        assert!(secret.matches(&secret.sha256()));
        assert!(!ClientSecret::parse("a chosen secret").unwrap().is_generated());
    }

    #[test]
    fn a_short_chosen_secret_is_refused() {
        assert_eq!(
            ClientSecret::choose("hunter2").unwrap_err(),
            ClientSecretError::TooShort
        );
        assert!(ClientSecret::choose("correct horse battery").is_ok());
        assert_eq!(ClientSecret::parse("").unwrap_err(), ClientSecretError::Form);
        assert_eq!(ClientSecret::parse("a\tb").unwrap_err(), ClientSecretError::Form);
    }

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        assert_eq!(
            format!("{:?}", ClientSecret::parse("hunter2").unwrap()),
            "[redacted]"
        );
    }
}
