//! Why a passkey is not accepted.

use thiserror::Error;
use webauthn_rs::prelude::WebauthnError;

use crate::events::provider_metrics::SignInOutcome;
use crate::people::session::OpenSessionError;
use crate::randomness::RandomnessError;
use crate::seal::SealError;
use crate::store::StoreError;

/// Why a passkey is not accepted, or none can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PasskeyRefusal {
    /// These settings have no passkeys.
    #[error("passkeys are not offered")]
    NotOffered,
    /// The challenge is older than ten minutes, was answered before, or was asked for another purpose.
    #[error("the challenge is too old, was answered before, or is not the one of this form")]
    Ended,
    /// The answer is no `PublicKeyCredential`.
    #[error("the answer of the browser cannot be read: {0}")]
    Unreadable(String),
    /// No account has the passkey.
    #[error("unknown passkey")]
    Unknown,
    /// It is a passkey of another account than the answer or the sign-in names.
    #[error("the passkey belongs to another account")]
    SomebodyElse,
    /// The page at which the passkey was used is not one of this issuer.
    #[error("the passkey was used at another site")]
    OtherOrigin,
    /// A check of WebAuthn Level 3 section 7.1 or 7.2 failed.
    #[error("the passkey proves nothing: {0}")]
    NotProved(String),
    /// The account is disabled.
    #[error("disabled account")]
    Disabled,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No session can be made.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// The challenge cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl From<serde_json::Error> for PasskeyRefusal {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<WebauthnError> for PasskeyRefusal {
    fn from(error: WebauthnError) -> Self {
        Self::NotProved(error.to_string())
    }
}

impl From<OpenSessionError> for PasskeyRefusal {
    fn from(error: OpenSessionError) -> Self {
        match error {
            OpenSessionError::Store(error) => Self::Store(error),
            OpenSessionError::Randomness(error) => Self::Randomness(error),
        }
    }
}

impl From<&PasskeyRefusal> for SignInOutcome {
    fn from(refusal: &PasskeyRefusal) -> Self {
        use PasskeyRefusal::{
            Disabled, Ended, NotOffered, NotProved, OtherOrigin, Randomness, Seal, SomebodyElse, Store,
            Unknown, Unreadable,
        };
        match refusal {
            Ended => Self::Ended,
            Disabled => Self::Disabled,
            Unreadable(_) | Unknown | SomebodyElse | OtherOrigin | NotProved(_) => Self::WrongPasskey,
            NotOffered | Store(_) | Randomness(_) | Seal(_) => Self::Unavailable,
        }
    }
}
