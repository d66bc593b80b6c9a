//! The keys that a cached key set must have, so that it need not be fetched again (RFC 7517 section 4.5).

use std::sync::Arc;

use super::jwk::JwkSet;

/// The keys that a verifier requires of a key set.
#[derive(Clone, Copy, Debug)]
pub enum RequiredKeys<'a> {
    /// Any set is sufficient.
    Any,
    /// The set must have a key with this `kid`.
    Kid(&'a str),
    /// The set must not be this one, with which a token did not verify.
    OtherThan(&'a Arc<JwkSet>),
}

impl RequiredKeys<'_> {
    /// Returns `true` if a set has the required keys. A key without `kid` matches every `kid`.
    pub fn are_in(self, keys: &Arc<JwkSet>) -> bool {
        match self {
            Self::Any => true,
            Self::Kid(kid) => keys
                .keys()
                .iter()
                .any(|key| key.kid().is_none_or(|own| own == kid)),
            Self::OtherThan(others) => !Arc::ptr_eq(others, keys),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::{SigningAlgorithm, SigningKey};

    #[test]
    fn a_name_that_is_not_there_and_keys_that_did_not_serve_ask_for_others() {
        let key = SigningKey::generate(SigningAlgorithm::EdDsa).unwrap();
        let keys = Arc::new(JwkSet::new(vec![key.public().clone()]));
        let others = Arc::new(JwkSet::clone(&keys));
        assert!(RequiredKeys::Any.are_in(&keys));
        assert!(RequiredKeys::Kid(key.kid()).are_in(&keys));
        assert!(!RequiredKeys::Kid("another").are_in(&keys));
        assert!(!RequiredKeys::OtherThan(&keys).are_in(&keys));
        assert!(RequiredKeys::OtherThan(&others).are_in(&keys));
    }
}
