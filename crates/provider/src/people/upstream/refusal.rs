//! Why somebody is not signed in by an upstream provider, or an identity is not linked.

use thiserror::Error;

use crate::events::provider_metrics::SignInOutcome;
use crate::people::sign_in::SignInRefusal;
use crate::people::{AccountRefusal, OpenSessionError};
use crate::randomness::RandomnessError;
use crate::seal::SealError;
use crate::store::StoreError;
use crate::upstream::UpstreamError;

/// Why somebody is not signed in by an upstream provider, or an identity is not linked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UpstreamRefusal {
    /// There is no provider with this id.
    #[error("there is no upstream provider with this id")]
    Unknown,
    /// The request to return to is too long for the cookie that keeps it.
    #[error("the request to return to is too long to be kept while the person is at the provider")]
    TooLong,
    /// The answer belongs to another browser, came too late, or has counted before.
    #[error(
        "the answer belongs to no sign-in of this browser: it was begun elsewhere, too long ago, or is over"
    )]
    Ended,
    /// The person has cancelled at the provider.
    #[error("the person has cancelled at the provider")]
    Cancelled,
    /// The provider answers with another error, or with neither a code nor an error.
    #[error("the provider answers with an error: {0}")]
    ErrorResponse(String),
    /// The provider does not say who the person is, or is not believed.
    #[error(transparent)]
    Provider(#[from] UpstreamError),
    /// The session to whose account the identity was to be linked has ended.
    #[error("the session that asked for the link has ended")]
    SessionEnded,
    /// The identity is linked to another account.
    #[error("the identity is linked to another account")]
    BelongsToSomebodyElse,
    /// The account has too many ways to sign in.
    #[error("the account has as many ways to sign in as it may")]
    TooMany,
    /// The account is disabled.
    #[error("disabled account")]
    Disabled,
    /// No account can be made.
    #[error(transparent)]
    Account(#[from] AccountRefusal),
    /// No session can be opened.
    #[error(transparent)]
    SignIn(#[from] SignInRefusal),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There are no random bytes.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// Nothing can be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl From<OpenSessionError> for UpstreamRefusal {
    fn from(error: OpenSessionError) -> Self {
        Self::SignIn(error.into())
    }
}

impl From<&UpstreamRefusal> for SignInOutcome {
    fn from(refusal: &UpstreamRefusal) -> Self {
        match refusal {
            UpstreamRefusal::Ended | UpstreamRefusal::SessionEnded => Self::Ended,
            UpstreamRefusal::Disabled => Self::Disabled,
            UpstreamRefusal::SignIn(refusal) => refusal.into(),
            UpstreamRefusal::Store(_) | UpstreamRefusal::Randomness(_) | UpstreamRefusal::Seal(_) => {
                Self::Unavailable
            }
            _ => Self::Upstream,
        }
    }
}
