//! The public keys that a client registers by value (RFC 7591 section 2, `jwks`).

use std::sync::Arc;

use serde_json::Value;

use crate::jose::{JwkError, JwkSet};

/// A JWK Set as the client registered it, and its keys, parsed once. A clone shares the keys.
#[derive(Clone, Debug)]
pub struct RegisteredKeys {
    json: Value,
    keys: Arc<JwkSet>,
}

impl RegisteredKeys {
    /// Reads a set.
    ///
    /// # Errors
    /// See [`JwkSet::parse`].
    pub fn parse(json: Value) -> Result<Self, JwkError> {
        let keys = Arc::new(JwkSet::parse(&json)?);
        Ok(Self { json, keys })
    }

    /// The set with all its members, also those that this server does not know.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The keys of the kinds that this server knows.
    pub fn keys(&self) -> &Arc<JwkSet> {
        &self.keys
    }
}

impl PartialEq for RegisteredKeys {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

impl Eq for RegisteredKeys {}
