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

    /// Returns `true` if this server generated the secret: it has 256 bits.
    pub fn is_generated(&self) -> bool {
        is_recognisable(PREFIX, BODY, &self.0)
    }

    /// Returns `true` if the secret has so many random bits that SHA-256 keeps it safe: this server generated it, or it looks
    /// like the output of a generator of others. Another one needs a slow hash.
    pub fn is_random(&self) -> bool {
        self.is_generated() || looks_random(&self.0)
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

/// Returns `true` for hexadecimal texts of 32 digits and more (hyphens as in a UUID do not count), and for texts of 40 characters
/// and more that mix capitals, small letters and digits as a generator does. Words and repetitions are never random; what is
/// mistaken for chosen is only hashed slowly.
fn looks_random(text: &str) -> bool {
    let plain = text.replace('-', "");
    let hexadecimal = plain
        .bytes()
        .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        || plain
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte));
    if hexadecimal {
        let digits = plain.bytes().filter(u8::is_ascii_digit).count();
        return plain.len() >= 32
            && has_no_pattern(&plain)
            && distinct(&plain) >= 10
            && (plain.len() * 2 / 5..plain.len() * 17 / 20).contains(&digits);
    }
    let class = |byte: u8| {
        (
            byte.is_ascii_uppercase(),
            byte.is_ascii_lowercase(),
            byte.is_ascii_digit(),
        )
    };
    let bytes = text.as_bytes();
    let count = |is: fn(&u8) -> bool| bytes.iter().filter(|byte| is(byte)).count();
    let changes = bytes
        .windows(2)
        .filter(|pair| class(pair[0]) != class(pair[1]))
        .count();
    let rare = text.len() / 20;
    text.len() >= 40
        && !text.contains(' ')
        && has_no_pattern(text)
        && distinct(text) >= 20
        && count(u8::is_ascii_uppercase) > 3 * rare
        && count(u8::is_ascii_lowercase) > 3 * rare
        && count(u8::is_ascii_digit) > rare
        && changes * 20 > 9 * text.len()
}

/// The number of different characters.
fn distinct(text: &str) -> usize {
    let mut bytes = text.as_bytes().to_vec();
    bytes.sort_unstable();
    bytes.dedup();
    bytes.len()
}

/// Returns `false` if four characters occur twice in this order, or follow each other as in an alphabet or in a row.
fn has_no_pattern(text: &str) -> bool {
    let quadruples: Vec<&[u8]> = text.as_bytes().windows(4).collect();
    let repeated = quadruples
        .iter()
        .enumerate()
        .filter(|(index, one)| quadruples[..*index].contains(one))
        .count();
    let runs = quadruples.iter().any(|four| {
        let step = |pair: &[u8]| i16::from(pair[1]) - i16::from(pair[0]);
        let first = step(&four[..2]);
        first.abs() <= 1 && four.windows(2).all(|pair| step(pair) == first)
    });
    // In a long random hexadecimal text, four digits occur twice by chance.
    !runs && repeated <= text.len() / 32
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

    fn is_random(text: &str) -> bool {
        ClientSecret::parse(text).unwrap().is_random()
    }

    #[test]
    fn long_random_secrets_of_other_generators_are_recognised() {
        for text in [
            "3f9c1be07a52d846910ce7b3fa64d8251b7e90c3a6f84d2e5b01c97f36ad80e4",
            "9B2F61D07C4E83A5F01D6E92B7C3480A",
            "7c9e6679-7425-40de-944b-e07fc1f90ae7",
            "q3Zk9VtP0xLw7RbN2sYf8HdJ5mCg4TaU6eWi1KoQyXz",
            "bXk3Q9vTz+7LpWm0RfA2yHcNu8JdEo5sGiV1t4KxPYI=",
        ] {
            assert!(is_random(text), "{text}");
        }
    }

    #[test]
    fn words_and_repetitions_are_not_random_however_long() {
        for text in [
            "correct horse battery staple correct horse battery staple",
            "CorrectHorseBatteryStapleIsAFamousPassphrase2024",
            "this-is-the-secret-of-our-reports-application-2026",
            "0123456789abcdef0123456789abcdef",
            "deadbeefdeadbeefdeadbeefdeadbeef",
            "00000000000000000000000000000000",
            "12345678901234567890123456789012",
            "20240101202402012024030120240401",
            "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGh",
            "a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2",
            "7c9e6679742540de944be07fc1f90ae",
        ] {
            assert!(!is_random(text), "{text}");
        }
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
