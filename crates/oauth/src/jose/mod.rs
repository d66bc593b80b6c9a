//! Signed JSON: keys, signatures, tokens (RFC 7515, RFC 7517, RFC 7518, RFC 7519, RFC 7638, RFC 8037).
//!
//! A signature's algorithm comes from the key that is used, never from the header of what is verified (RFC 8725 section
//! 3.1). Only public keys are ever written as JWK, and only asymmetric ones are read.

mod algorithm;
mod half_hash;
mod jwk;
mod jwt;
mod required_keys;
mod signing_key;

pub use algorithm::SigningAlgorithm;
pub use half_hash::half_hash;
pub use jwk::{Jwk, JwkError, JwkSet, RegisteredJwkError, VerificationKey};
pub use jwt::{JwtError, JwtType, UnverifiedJwt, VerifiedJwt};
pub use required_keys::RequiredKeys;
pub use signing_key::{SigningKey, SigningKeyError};
