//! Private keys that sign (RFC 7515 section 5.1). A key is parsed once and kept.

use std::fmt;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Serialize;
use thiserror::Error;
use zeroize::Zeroizing;

use super::algorithm::SigningAlgorithm;
use super::jwk::Jwk;
use super::jwt::JwtType;

/// Why there is no key, or no signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SigningKeyError {
    /// The cryptographic library made no key.
    #[error("no key could be made")]
    Generation,
    /// Not a private key of the algorithm's kind, in PKCS #8.
    #[error(
        "this is not a private key for that algorithm (PKCS #8; RSA keys of 2048 bits or more, P-256, P-384, Ed25519)"
    )]
    Form,
    /// Not PEM.
    #[error(
        "this is not a PEM file with a private key (BEGIN PRIVATE KEY, BEGIN RSA PRIVATE KEY or BEGIN EC PRIVATE KEY)"
    )]
    Pem,
    /// The key has a passphrase.
    #[error(
        "this key is encrypted with a passphrase: write it without one (openssl pkey -in FILE) and try again"
    )]
    Encrypted,
    /// The cryptographic library did not sign.
    #[error("the key did not sign")]
    Signature,
}

/// A private key with the one algorithm it signs with. It does not show in debug output.
pub struct SigningKey {
    algorithm: SigningAlgorithm,
    pair: Pair,
    public: Jwk,
    kid: String,
}

enum Pair {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

impl SigningKey {
    /// Makes a key; an RSA key of 2048 bits takes a noticeable part of a second.
    ///
    /// # Errors
    /// [`SigningKeyError::Generation`].
    pub fn generate(algorithm: SigningAlgorithm) -> Result<Self, SigningKeyError> {
        let failed = |_| SigningKeyError::Generation;
        let pair = match algorithm {
            SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 => {
                Pair::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?)
            }
            SigningAlgorithm::Es256 => {
                Pair::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?)
            }
            SigningAlgorithm::Es384 => {
                Pair::Ec(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).map_err(failed)?)
            }
            SigningAlgorithm::EdDsa => Pair::Ed(Ed25519KeyPair::generate().map_err(failed)?),
        };
        Self::of(algorithm, pair)
    }

    /// Reads a key as [`SigningKey::to_pkcs8`] wrote it, or as another program did.
    ///
    /// # Errors
    /// [`SigningKeyError::Form`].
    pub fn from_pkcs8(algorithm: SigningAlgorithm, der: &[u8]) -> Result<Self, SigningKeyError> {
        let failed = |_| SigningKeyError::Form;
        let pair = match algorithm {
            SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 => {
                Pair::Rsa(RsaKeyPair::from_pkcs8(der).map_err(failed)?)
            }
            SigningAlgorithm::Es256 => {
                Pair::Ec(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(failed)?)
            }
            SigningAlgorithm::Es384 => {
                Pair::Ec(EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, der).map_err(failed)?)
            }
            SigningAlgorithm::EdDsa => {
                Pair::Ed(Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(failed)?)
            }
        };
        Self::of(algorithm, pair)
    }

    /// Reads a key from PEM: PKCS #8, or an RSA or EC key as OpenSSL used to write it (RFC 8017 appendix A.1.2, RFC 5915).
    ///
    /// # Errors
    /// [`SigningKeyError::Pem`], [`SigningKeyError::Encrypted`], [`SigningKeyError::Form`].
    pub fn from_pem(algorithm: SigningAlgorithm, pem: &str) -> Result<Self, SigningKeyError> {
        if pem.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || pem.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(SigningKeyError::Encrypted);
        }
        if let Some(der) = pem_block(pem, "PRIVATE KEY") {
            return Self::from_pkcs8(algorithm, &der?);
        }
        if let Some(der) = pem_block(pem, "EC PRIVATE KEY") {
            let curve = match algorithm {
                SigningAlgorithm::Es256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
                SigningAlgorithm::Es384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
                SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 | SigningAlgorithm::EdDsa => {
                    return Err(SigningKeyError::Form);
                }
            };
            let pair = EcdsaKeyPair::from_private_key_der(curve, &der?).map_err(|_| SigningKeyError::Form)?;
            return Self::of(algorithm, Pair::Ec(pair));
        }
        let der = pem_block(pem, "RSA PRIVATE KEY").ok_or(SigningKeyError::Pem)??;
        let is_rsa = matches!(algorithm, SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256);
        let pair = RsaKeyPair::from_der(&der)
            .ok()
            .filter(|_| is_rsa)
            .ok_or(SigningKeyError::Form)?;
        Self::of(algorithm, Pair::Rsa(pair))
    }

    fn of(algorithm: SigningAlgorithm, pair: Pair) -> Result<Self, SigningKeyError> {
        let public = match &pair {
            Pair::Rsa(pair) => {
                let key = pair.public_key();
                Jwk::rsa(
                    algorithm,
                    key.modulus().big_endian_without_leading_zero(),
                    key.exponent().big_endian_without_leading_zero(),
                )
            }
            Pair::Ec(pair) => {
                Jwk::ec(algorithm, pair.public_key().as_ref()).map_err(|_| SigningKeyError::Form)?
            }
            Pair::Ed(pair) => Jwk::ed25519(pair.public_key().as_ref()),
        };
        let too_small = matches!(&pair, Pair::Rsa(pair) if pair.public_modulus_len() < 256);
        if too_small {
            return Err(SigningKeyError::Form);
        }
        Ok(Self {
            algorithm,
            pair,
            kid: public.thumbprint(),
            public,
        })
    }

    /// The key in PKCS #8, to be sealed.
    ///
    /// # Errors
    /// [`SigningKeyError::Generation`].
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, SigningKeyError> {
        let failed = |_| SigningKeyError::Generation;
        Ok(Zeroizing::new(match &self.pair {
            Pair::Rsa(pair) => pair.as_der().map_err(failed)?.as_ref().to_vec(),
            Pair::Ec(pair) => pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(),
            Pair::Ed(pair) => pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(),
        }))
    }

    /// The one algorithm it signs with.
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// The public key.
    pub fn public(&self) -> &Jwk {
        &self.public
    }

    /// The key's thumbprint, which tokens carry as `kid`.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Signs claims: the compact serialization (RFC 7515 section 7.1). An RSA signature takes most of a millisecond: it
    /// is not for the threads that answer other requests.
    ///
    /// # Errors
    /// [`SigningKeyError::Signature`].
    pub fn sign<C: Serialize>(&self, typ: JwtType, claims: &C) -> Result<String, SigningKeyError> {
        let header = format!(
            r#"{{"typ":"{typ}","alg":"{}","kid":"{}"}}"#,
            self.algorithm, self.kid
        );
        let claims = serde_json::to_vec(claims).map_err(|_| SigningKeyError::Signature)?;
        let mut compact = URL_SAFE_NO_PAD.encode(header);
        compact.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut compact);
        let signature = self.signature(compact.as_bytes())?;
        compact.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut compact);
        Ok(compact)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "signature schemes take their own randomness, which decides nothing"
    )]
    fn signature(&self, message: &[u8]) -> Result<Vec<u8>, SigningKeyError> {
        let failed = |_| SigningKeyError::Signature;
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let scheme: &dyn aws_lc_rs::signature::RsaEncoding = match self.algorithm {
                    SigningAlgorithm::Ps256 => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(scheme, &random, message, &mut signature)
                    .map_err(failed)?;
                Ok(signature)
            }
            Pair::Ec(pair) => Ok(pair.sign(&random, message).map_err(failed)?.as_ref().to_vec()),
            Pair::Ed(pair) => Ok(pair.try_sign(message).map_err(failed)?.as_ref().to_vec()),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SigningKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// The bytes of the first block with this label (RFC 7468 section 2).
fn pem_block(pem: &str, label: &str) -> Option<Result<Zeroizing<Vec<u8>>, SigningKeyError>> {
    let (begin, end) = (
        format!("-----BEGIN {label}-----"),
        format!("-----END {label}-----"),
    );
    let body = pem.split_once(&begin)?.1.split_once(&end)?.0;
    let text: Zeroizing<String> = Zeroizing::new(body.split_whitespace().collect());
    Some(
        STANDARD
            .decode(&*text)
            .map(Zeroizing::new)
            .map_err(|_| SigningKeyError::Pem),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_written_is_read_again_with_the_same_kid() {
        for algorithm in SigningAlgorithm::ALL {
            let key = SigningKey::generate(*algorithm).unwrap();
            let again = SigningKey::from_pkcs8(*algorithm, &key.to_pkcs8().unwrap()).unwrap();
            assert_eq!(again.public(), key.public(), "{algorithm}");
            assert_eq!(key.public().kid(), Some(key.kid()));
        }
    }

    /// Written by `openssl ecparam -name prime256v1 -genkey` for this test.
    const SEC1: &str = "-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIBYwHVpxy9fzbI3++U4r9cpW9UkNh6SY8YRte8r5cWK5oAoGCCqGSM49
AwEHoUQDQgAEGp6eJXpjEIMmFYiQirw4qigm0AbHWjUF5x6OkMXcfsW0C37gO8UQ
jSjxaPRBExlUnKbb31o8Ym8lNyQ193zxpA==
-----END EC PRIVATE KEY-----";

    #[test]
    fn a_key_as_openssl_used_to_write_it_is_read() {
        let key = SigningKey::from_pem(SigningAlgorithm::Es256, SEC1).unwrap();
        let again = SigningKey::from_pkcs8(SigningAlgorithm::Es256, &key.to_pkcs8().unwrap()).unwrap();
        assert_eq!(again.kid(), key.kid());
        assert!(key.sign(JwtType::Jwt, &1).is_ok());
        for other in [
            SigningAlgorithm::Es384,
            SigningAlgorithm::Rs256,
            SigningAlgorithm::EdDsa,
        ] {
            assert_eq!(
                SigningKey::from_pem(other, SEC1).unwrap_err(),
                SigningKeyError::Form
            );
        }
    }

    #[test]
    fn a_key_with_a_passphrase_is_named_as_such() {
        let headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n";
        for (label, headers) in [("ENCRYPTED ", ""), ("RSA ", headers), ("EC ", headers)] {
            let pem = format!(
                "-----BEGIN {label}PRIVATE KEY-----\n{headers}AAAA\n-----END {label}PRIVATE KEY-----\n"
            );
            let refused = SigningKey::from_pem(SigningAlgorithm::Rs256, &pem).unwrap_err();
            assert_eq!(refused, SigningKeyError::Encrypted, "{pem}");
        }
    }

    #[test]
    fn a_key_is_read_from_pem_with_the_same_kid() {
        let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        let body = STANDARD.encode(&*key.to_pkcs8().unwrap());
        let pem = format!("some text\n-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
        assert_eq!(
            SigningKey::from_pem(SigningAlgorithm::Es256, &pem).unwrap().kid(),
            key.kid()
        );
        assert_eq!(
            SigningKey::from_pem(SigningAlgorithm::Rs256, &pem).unwrap_err(),
            SigningKeyError::Form
        );
        assert_eq!(
            SigningKey::from_pem(SigningAlgorithm::Es256, "x").unwrap_err(),
            SigningKeyError::Pem
        );
    }

    #[test]
    fn keys_do_not_show_in_debug_output() {
        let key = SigningKey::generate(SigningAlgorithm::EdDsa).unwrap();
        assert_eq!(
            format!("{key:?}"),
            format!("SigningKey {{ kid: {:?}, .. }}", key.kid())
        );
    }
}
