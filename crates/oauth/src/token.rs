//! Opaque tokens that secret scanners recognise: a prefix, the time, 256 random bits, a checksum (RFC 6749 section 10.10).
//!
//! The time is no secret. It stands at the beginning of what is stored, so that a store finds what was issued together in
//! one place: a new token goes to the end of its table, however many there are.

use std::fmt;
use std::marker::PhantomData;

use aws_lc_rs::digest::{SHA256, digest};
use thiserror::Error;
use zeroize::Zeroizing;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Base62 digits of the time, in milliseconds: enough for the next 6,800 years.
const TIME: usize = 8;
/// Of the stored hash, the bytes that are the time.
const STORED_TIME: usize = 6;
pub(crate) const BODY: usize = 43;
const CHECKSUM: usize = 6;

/// The kinds of opaque values; each has a prefix of its own, so that one is never taken for another.
pub mod kinds {
    /// An access token (RFC 6749 section 1.4).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Access {}
    /// A refresh token (RFC 6749 section 1.5).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Refresh {}
    /// An authorization code (RFC 6749 section 1.3.1).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Code {}
    /// The value of a session cookie.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Session {}
    /// A registration access token (RFC 7592 section 2).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Registration {}
    /// A browser that is not asked for a second factor.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Device {}
    /// A link that works once, such as the one that makes the first administrator.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Link {}
}

/// A kind of opaque token.
pub trait TokenKind: 'static {
    /// How tokens of the kind begin.
    const PREFIX: &'static str;
}

impl TokenKind for kinds::Access {
    const PREFIX: &'static str = "pixie_at_";
}
impl TokenKind for kinds::Refresh {
    const PREFIX: &'static str = "pixie_rt_";
}
impl TokenKind for kinds::Code {
    const PREFIX: &'static str = "pixie_ac_";
}
impl TokenKind for kinds::Session {
    const PREFIX: &'static str = "pixie_ss_";
}
impl TokenKind for kinds::Registration {
    const PREFIX: &'static str = "pixie_ra_";
}
impl TokenKind for kinds::Device {
    const PREFIX: &'static str = "pixie_rd_";
}
impl TokenKind for kinds::Link {
    const PREFIX: &'static str = "pixie_ol_";
}

/// A secret value of one kind. It does not show in debug output, has no `Display`, and is wiped when dropped.
#[derive(Clone)]
pub struct Token<K> {
    value: Zeroizing<String>,
    kind: PhantomData<K>,
}

/// An access token.
pub type AccessToken = Token<kinds::Access>;
/// A refresh token.
pub type RefreshToken = Token<kinds::Refresh>;
/// An authorization code.
pub type AuthorizationCode = Token<kinds::Code>;
/// The value of a session cookie.
pub type SessionToken = Token<kinds::Session>;
/// The token with which a dynamically registered client manages its registration.
pub type RegistrationToken = Token<kinds::Registration>;
/// A remembered device.
pub type DeviceToken = Token<kinds::Device>;
/// The secret of a link that works once.
pub type OneTimeLink = Token<kinds::Link>;

/// The text is not a token that this server can have made: wrong prefix, length, digits or checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is not a value that this server issues")]
pub struct TokenFormatError;

impl<K: TokenKind> Token<K> {
    /// Makes a token from the time, in milliseconds since 1970, and 256 random bits.
    pub fn new(milliseconds: i64, entropy: &[u8; 32]) -> Self {
        let time = base62::<TIME>(&milliseconds.to_be_bytes());
        Self {
            value: Zeroizing::new(recognisable(K::PREFIX, &time, entropy)),
            kind: PhantomData,
        }
    }

    /// Reads a token. Mistyped and invented values are found here, by their checksum, without asking the store.
    ///
    /// # Errors
    /// Not the form of this kind.
    pub fn parse(text: &str) -> Result<Self, TokenFormatError> {
        if is_recognisable(K::PREFIX, TIME + BODY, text) {
            Ok(Self {
                value: Zeroizing::new(text.to_owned()),
                kind: PhantomData,
            })
        } else {
            Err(TokenFormatError)
        }
    }

    /// The text of the secret. The name `expose` is a warning that it must not reach a log.
    pub fn expose(&self) -> &str {
        &self.value
    }

    /// The hash that is stored in place of the token: its time, by which rows are ordered, and 208 bits of its SHA-256.
    pub fn hash(&self) -> TokenHash<K> {
        let mut bytes = sha256(self.value.as_bytes());
        bytes.copy_within(..32 - STORED_TIME, STORED_TIME);
        bytes[..STORED_TIME].copy_from_slice(&self.time().to_be_bytes()[8 - STORED_TIME..]);
        TokenHash {
            bytes,
            kind: PhantomData,
        }
    }

    /// Milliseconds since 1970, of which six bytes order tokens for longer than their digits do.
    fn time(&self) -> u64 {
        let digits = &self.value.as_bytes()[K::PREFIX.len()..][..TIME];
        digits
            .iter()
            .fold(0, |milliseconds, digit| milliseconds * 62 + value_of(*digit))
    }
}

impl<K> fmt::Debug for Token<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// The time and the SHA-256 of a token of one kind, as the store has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenHash<K> {
    bytes: [u8; 32],
    kind: PhantomData<K>,
}

impl<K> TokenHash<K> {
    /// A hash as the store kept it.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self {
            bytes,
            kind: PhantomData,
        }
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

/// `prefix`, what everybody may know, 43 digits of entropy, 6 digits of checksum.
pub(crate) fn recognisable(prefix: &str, known: &str, entropy: &[u8; 32]) -> String {
    let mut text = String::with_capacity(prefix.len() + known.len() + BODY + CHECKSUM);
    text.push_str(prefix);
    text.push_str(known);
    text.push_str(&base62::<BODY>(entropy));
    let checksum = checksum(&text);
    text.push_str(&checksum);
    text
}

/// Returns `true` if a text has this prefix, this number of digits after it, and their checksum.
pub(crate) fn is_recognisable(prefix: &str, digits: usize, text: &str) -> bool {
    text.len() == prefix.len() + digits + CHECKSUM
        && text.starts_with(prefix)
        && text.is_ascii()
        && checksum(&text[..prefix.len() + digits]) == text[prefix.len() + digits..]
}

/// The CRC-32 of the text before it, six base62 digits: finds typing errors, keeps no secret.
fn checksum(text: &str) -> String {
    base62::<CHECKSUM>(&crc32fast::hash(text.as_bytes()).to_be_bytes())
}

/// The value of a base62 digit; 0 for every other byte.
fn value_of(digit: u8) -> u64 {
    let value = match digit {
        b'0'..=b'9' => digit - b'0',
        b'A'..=b'Z' => digit - b'A' + 10,
        b'a'..=b'z' => digit - b'a' + 36,
        _ => 0,
    };
    value.into()
}

/// A big-endian number of at most 32 bytes as `LENGTH` base62 digits; the caller chooses a length that holds it.
pub(crate) fn base62<const LENGTH: usize>(number: &[u8]) -> String {
    /// So many digits are as much as fits into a word.
    const DIGITS_AT_ONCE: usize = 10;
    const GROUP: u64 = 62_u64.pow(10);
    let mut words = [0_u64; 4];
    for (word, chunk) in words.iter_mut().rev().zip(number.rchunks(8)) {
        *word = chunk.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte));
    }
    let mut digits = [b'0'; LENGTH];
    for group in digits.rchunks_mut(DIGITS_AT_ONCE) {
        let mut rest = divide(&mut words, GROUP);
        for digit in group.iter_mut().rev() {
            *digit = DIGITS[usize::try_from(rest % 62).unwrap_or_default()];
            rest /= 62;
        }
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

/// Divides a number of words, the greatest first, and gives the remainder.
fn divide(words: &mut [u64], divisor: u64) -> u64 {
    let divisor = u128::from(divisor);
    let remainder = words.iter_mut().fold(0_u128, |remainder, word| {
        let value = (remainder << 64) | u128::from(*word);
        *word = u64::try_from(value / divisor).unwrap_or_default();
        value % divisor
    });
    u64::try_from(remainder).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_token_has_a_recognisable_prefix_and_a_checksum() {
        let token = AccessToken::new(1_800_000_000_000, &[7; 32]);
        assert!(token.expose().starts_with("pixie_at_"));
        assert_eq!(token.expose().len(), 9 + 8 + 43 + 6);
        assert_eq!(AccessToken::parse(token.expose()).unwrap().hash(), token.hash());
    }

    #[test]
    fn what_is_stored_is_ordered_by_time() {
        let stored =
            |milliseconds, entropy| *AccessToken::new(milliseconds, &[entropy; 32]).hash().as_bytes();
        let now = 1_800_000_000_123;
        assert!(stored(now, 9) < stored(now + 1, 1));
        assert_eq!(stored(now, 9)[..6], now.to_be_bytes()[2..]);
        assert_ne!(stored(now, 9)[6..], stored(now, 1)[6..]);
    }

    #[test]
    fn a_time_before_1970_or_too_late_to_be_told_gives_a_token_too() {
        for milliseconds in [i64::MIN, -1, 0, 62_i64.pow(8) - 1, 62_i64.pow(8), i64::MAX] {
            let token = AccessToken::new(milliseconds, &[7; 32]);
            assert_eq!(AccessToken::parse(token.expose()).unwrap().hash(), token.hash());
        }
    }

    #[test]
    fn one_kind_is_never_taken_for_another() {
        let token = RefreshToken::new(1_800_000_000_000, &[7; 32]);
        assert!(AccessToken::parse(token.expose()).is_err());
    }

    #[test]
    fn a_mistyped_token_is_found_by_its_checksum() {
        let token = AccessToken::new(1_800_000_000_000, &[7; 32]);
        let mistyped =
            token
                .expose()
                .replacen("pixie_at_0", "pixie_at_1", 1)
                .replacen("pixie_at_1", "pixie_at_2", 1);
        assert_ne!(mistyped, token.expose());
        assert!(AccessToken::parse(&mistyped).is_err());
        assert!(AccessToken::parse("pixie_at_").is_err());
        assert!(AccessToken::parse("pixie_at_äääääääääääääääääääääääääääääääääääääääääääääääää").is_err());
    }

    #[test]
    fn tokens_do_not_show_in_debug_output() {
        assert_eq!(
            format!("{:?}", AccessToken::new(1_800_000_000_000, &[1; 32])),
            "[redacted]"
        );
    }

    #[test]
    fn base62_counts_as_numbers_do() {
        assert_eq!(base62::<3>(&[0]), "000");
        assert_eq!(base62::<3>(&[61]), "00z");
        assert_eq!(base62::<3>(&[62]), "010");
        assert_eq!(base62::<6>(&u32::MAX.to_be_bytes()), "4gfFC3");
        assert_eq!(base62::<43>(&[255; 32]).len(), 43);
        assert_ne!(base62::<43>(&[255; 32]).as_bytes()[0], b'0');
    }

    proptest! {
        #[test]
        fn different_entropy_gives_different_tokens(one: [u8; 32], two: [u8; 32]) {
            prop_assume!(one != two);
            prop_assert_ne!(AccessToken::new(1_800_000_000_000, &one).hash(), AccessToken::new(1_800_000_000_000, &two).hash());
        }

        #[test]
        fn parsing_never_panics(text: String) {
            let _ = AccessToken::parse(&text);
            let _ = AccessToken::parse(&format!("pixie_at_{text}"));
        }
    }
}
