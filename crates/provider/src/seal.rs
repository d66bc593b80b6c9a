//! Keys for one purpose, derived with HKDF-SHA-256 (RFC 5869), and sealing with them by AES-256-GCM.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::randomness::{Randomness, RandomnessError, bytes};

/// The cryptographic library failed to derive a key or to encrypt, for example because there was no memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the cryptographic library cannot derive a key or encrypt")]
pub struct CipherError;

/// Why nothing was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SealError {
    /// There is no nonce.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// The library failed.
    #[error(transparent)]
    Cipher(#[from] CipherError),
}

/// A key for one purpose.
#[derive(Clone)]
pub(crate) struct SealingKey(Zeroizing<[u8; 32]>);

impl SealingKey {
    /// Derives the key for a purpose from a secret of at least 128 bits.
    pub(crate) fn derive(secret: &[u8], purpose: &str) -> Result<Self, CipherError> {
        Ok(Self(derive(secret, purpose)?))
    }

    /// Seals a text; `context` must be the same when it is opened.
    pub(crate) fn seal(
        &self,
        plain: &[u8],
        context: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE_LEN] = bytes(randomness)?;
        let mut sealed = Vec::with_capacity(NONCE_LEN + plain.len() + MAX_TAG_LEN);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let tag = self
            .cipher()
            .and_then(|cipher| {
                let nonce = Nonce::assume_unique_for_key(nonce);
                let text = &mut sealed[NONCE_LEN..];
                cipher
                    .seal_in_place_separate_tag(nonce, Aad::from(context), text)
                    .ok()
            })
            .ok_or(CipherError)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens a sealed text; `None` if it was changed, or sealed with another key or context.
    pub(crate) fn open(&self, sealed: &[u8], context: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = Zeroizing::new(ciphertext.to_vec());
        let length = self
            .cipher()?
            .open_in_place(nonce, Aad::from(context), &mut text)
            .ok()?
            .len();
        text.truncate(length);
        Some(text)
    }

    fn cipher(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, &*self.0).ok().map(LessSafeKey::new)
    }
}

/// 32 bytes for one purpose from a secret. The purpose is HKDF's `info`. There is no salt: the secrets are random, and there is
/// no place where a salt could be kept (RFC 5869 section 3.1).
pub(crate) fn derive(secret: &[u8], purpose: &str) -> Result<Zeroizing<[u8; 32]>, CipherError> {
    let mut derived = Zeroizing::new([0; 32]);
    Salt::none(HKDF_SHA256)
        .extract(secret)
        .expand(&[purpose.as_bytes()], HKDF_SHA256)
        .and_then(|key| key.fill(&mut *derived))
        .map_err(|_| CipherError)?;
    Ok(derived)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::CountedRandomness;

    /// The first 32 bytes of test case 3 of RFC 5869, appendix A.3: a secret of 22 bytes, no salt, no info.
    #[test]
    fn keys_are_derived_as_rfc_5869_says() {
        let expected = [
            0x8d, 0xa4, 0xe7, 0x75, 0xa5, 0x63, 0xc1, 0x8f, 0x71, 0x5f, 0x80, 0x2a, 0x06, 0x3c, 0x5a, 0x31,
            0xb8, 0xa1, 0x1f, 0x5c, 0x5e, 0xe1, 0x87, 0x9e, 0xc3, 0x45, 0x4e, 0x5f, 0x3c, 0x73, 0x8d, 0x2d,
        ];
        assert_eq!(*derive(&[0x0b; 22], "").unwrap(), expected);
    }

    #[test]
    fn another_purpose_or_secret_gives_an_unrelated_key() {
        let key = |secret: u8, purpose: &str| *derive(&[secret; 32], purpose).unwrap();
        let keys = [
            key(1, "form tokens"),
            key(1, "form token"),
            key(1, "signing keys"),
            key(2, "form tokens"),
        ];
        for (index, one) in keys.iter().enumerate() {
            for other in &keys[index + 1..] {
                let equal_bits: u32 = one.iter().zip(other).map(|(a, b)| (a ^ b).count_zeros()).sum();
                assert!(
                    (90..166).contains(&equal_bits),
                    "{equal_bits} of 256 bits are equal"
                );
            }
        }
        assert_eq!(key(1, "form tokens"), keys[0]);
    }

    /// A machine without random bytes.
    struct Exhausted;

    impl Randomness for Exhausted {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomnessError> {
            Err(RandomnessError)
        }
    }

    #[test]
    fn missing_random_bytes_are_reported_as_such() {
        let key = SealingKey::derive(b"secret", "answers").unwrap();
        assert_eq!(
            key.seal(b"x", b"", &Exhausted),
            Err(SealError::Randomness(RandomnessError))
        );
    }

    #[test]
    fn only_the_same_key_and_context_open() {
        let randomness = CountedRandomness::default();
        let key = SealingKey::derive(b"secret", "answers").unwrap();
        let sealed = key.seal(b"plain", b"context", &randomness).unwrap();
        assert_eq!(key.open(&sealed, b"context").unwrap().as_slice(), b"plain");
        assert!(key.open(&sealed, b"other").is_none());
        assert!(
            SealingKey::derive(b"secret", "keys")
                .unwrap()
                .open(&sealed, b"context")
                .is_none()
        );
        assert!(
            SealingKey::derive(b"other", "answers")
                .unwrap()
                .open(&sealed, b"context")
                .is_none()
        );
        let mut changed = sealed.clone();
        changed[13] ^= 1;
        assert!(key.open(&changed, b"context").is_none());
        assert!(key.open(b"short", b"context").is_none());
    }

    #[test]
    fn the_same_text_is_sealed_differently_each_time() {
        let randomness = CountedRandomness::default();
        let key = SealingKey::derive(b"secret", "answers").unwrap();
        assert_ne!(key.seal(b"x", b"", &randomness), key.seal(b"x", b"", &randomness));
    }
}
