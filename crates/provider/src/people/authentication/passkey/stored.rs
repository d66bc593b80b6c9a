//! A passkey as it is stored: its public key, and the domain that it was made for.

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::prelude::Credential as PublicKey;

use super::PasskeyRefusal;
use crate::entities::{Credential, CredentialKind, CredentialSecret};

/// The secret of a credential of the kind [`CredentialKind::Passkey`].
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredPasskey {
    /// The relying party id with which it was made.
    pub(crate) relying_party: String,
    /// The key, as the library keeps it.
    pub(super) key: PublicKey,
}

impl StoredPasskey {
    /// The passkey of a credential; `None` if it is none, or its bytes cannot be read.
    pub(crate) fn of(credential: &Credential) -> Option<Self> {
        if credential.kind != CredentialKind::Passkey {
            return None;
        }
        let mut passkey: Self = serde_json::from_slice(credential.secret.as_stored()).ok()?;
        // The counter that grows is the one of the row.
        passkey.key.counter = u32::try_from(credential.counter).ok()?;
        Some(passkey)
    }

    pub(super) fn to_secret(&self) -> Result<CredentialSecret, PasskeyRefusal> {
        let bytes = serde_json::to_vec(self)?;
        Ok(CredentialSecret::from_stored(bytes))
    }

    /// `PublicKeyCredentialDescriptorJSON` (WebAuthn Level 3 section 5.8.3). Browsers refuse `transports` of no value.
    pub(super) fn descriptor(&self) -> Value {
        let mut descriptor = json!({
            "type": "public-key",
            "id": URL_SAFE_NO_PAD.encode(self.credential_id()),
        });
        if let Some(transports) = &self.key.transports {
            descriptor["transports"] = json!(transports);
        }
        descriptor
    }

    /// The id by which browsers and authenticators know it.
    pub(crate) fn credential_id(&self) -> &[u8] {
        &self.key.cred_id
    }
}

/// The digest by which the credential with this id is found.
pub(super) fn lookup(credential_id: &[u8]) -> [u8; 32] {
    let mut digest = Context::new(&SHA256);
    digest.update(b"passkey ");
    digest.update(credential_id);
    let mut lookup = [0; 32];
    lookup.copy_from_slice(digest.finish().as_ref());
    lookup
}
