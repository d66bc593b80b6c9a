//! Sealing: AES-256-GCM with keys derived by HMAC-SHA-256, one for each purpose (NIST SP 800-108).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use crate::randomness::{NoRandomness, Randomness, bytes};

/// A key for one purpose.
pub(crate) struct SealingKey(Zeroizing<[u8; 32]>);

impl SealingKey {
    /// Derives the key for a purpose from a secret of at least 128 bits.
    pub(crate) fn derive(secret: &[u8], purpose: &str) -> Self {
        Self(derive(secret, purpose))
    }

    /// Seals a text; `context` must be the same when it is opened.
    pub(crate) fn seal(
        &self,
        plain: &[u8],
        context: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let nonce: [u8; NONCE_LEN] = bytes(randomness)?;
        let mut sealed = plain.to_vec();
        self.cipher()
            .and_then(|cipher| {
                let nonce = Nonce::assume_unique_for_key(nonce);
                cipher
                    .seal_in_place_append_tag(nonce, Aad::from(context), &mut sealed)
                    .ok()
            })
            .ok_or(NoRandomness)?;
        sealed.splice(0..0, nonce);
        Ok(sealed)
    }

    /// Opens what was sealed; `None` where it was changed, or sealed with another key or context.
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

/// 32 bytes for one purpose, from a secret.
pub(crate) fn derive(secret: &[u8], purpose: &str) -> Zeroizing<[u8; 32]> {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), purpose.as_bytes());
    let mut derived = Zeroizing::new([0; 32]);
    derived.copy_from_slice(tag.as_ref());
    derived
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CountedRandomness;

    #[test]
    fn only_the_same_key_and_context_open() {
        let randomness = CountedRandomness::default();
        let key = SealingKey::derive(b"secret", "answers");
        let sealed = key.seal(b"plain", b"context", &randomness).unwrap();
        assert_eq!(key.open(&sealed, b"context").unwrap().as_slice(), b"plain");
        assert!(key.open(&sealed, b"other").is_none());
        assert!(
            SealingKey::derive(b"secret", "keys")
                .open(&sealed, b"context")
                .is_none()
        );
        assert!(
            SealingKey::derive(b"other", "answers")
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
        let key = SealingKey::derive(b"secret", "answers");
        assert_ne!(key.seal(b"x", b"", &randomness), key.seal(b"x", b"", &randomness));
    }
}
