//! Tokens that were verified already, by their SHA-256: the signature of one token is verified once.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use moka::sync::Cache;
use pixie_oauth::IntrospectionResponse;
use pixie_oauth::jose::JwkSet;

use super::claims::Accepted;

/// Nothing is remembered for longer than a day.
const MAX_TTL: Duration = Duration::from_secs(24 * 60 * 60);

/// The SHA-256 of a token: a memory dump or a debugger shows none.
pub(super) type Fingerprint = [u8; 32];

/// The fingerprint of a token.
pub(super) fn fingerprint(token: &str) -> Fingerprint {
    let mut key = [0; 32];
    key.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    key
}

/// The tokens.
pub(super) struct VerifiedTokens(Cache<Fingerprint, Arc<Verified>>);

struct Verified {
    accepted: Accepted,
    /// With these keys. A token whose key the issuer has withdrawn is not good any more.
    keys: Arc<JwkSet>,
}

impl VerifiedTokens {
    pub(super) fn new(max_tokens: u64) -> Self {
        // The injected clock decides about expiry; this only frees the memory of tokens that are not used any more.
        let tokens = Cache::builder()
            .max_capacity(max_tokens)
            .time_to_live(MAX_TTL)
            .build();
        Self(tokens)
    }

    /// The cached claims of a token that is valid now and was verified with the current keys.
    pub(super) fn known(
        &self,
        fingerprint: &Fingerprint,
        keys: &Arc<JwkSet>,
        now: i64,
    ) -> Option<IntrospectionResponse> {
        let known = self.0.get(fingerprint)?;
        let holds = Arc::ptr_eq(&known.keys, keys) && known.accepted.holds_at(now);
        holds.then(|| known.accepted.answer.clone())
    }

    pub(super) fn remember(&self, fingerprint: Fingerprint, keys: &Arc<JwkSet>, accepted: &Accepted) {
        let verified = Verified {
            accepted: accepted.clone(),
            keys: keys.clone(),
        };
        self.0.insert(fingerprint, Arc::new(verified));
    }
}
