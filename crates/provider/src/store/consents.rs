//! What people have allowed, remembered per client.

use async_trait::async_trait;
use pixie_oauth::Scope;

use super::StoreError;
use super::events::NewEvent;
use crate::clock::Timestamp;
use crate::ids::{ClientKey, UserId};

/// What one person allowed one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The person.
    pub user: UserId,
    /// The client.
    pub client: ClientKey,
    /// Everything allowed so far.
    pub scope: Scope,
    /// When it was last widened.
    pub granted_at: Timestamp,
}

/// Takes a consent back, and revokes what the client got from this person in the same commit.
#[derive(Clone, Copy, Debug)]
pub struct WithdrawConsent {
    /// The person.
    pub user: UserId,
    /// The client.
    pub client: ClientKey,
    /// When.
    pub now: Timestamp,
}

/// Consents in the store. They are written by [`super::Grants::issue_code`].
#[async_trait]
pub trait Consents: Send + Sync {
    /// What this person allowed this client.
    async fn find_consent(&self, user: UserId, client: ClientKey) -> Result<Option<Consent>, StoreError>;

    /// Everything this person allowed, to clients that still exist.
    async fn list_consents(&self, user: UserId) -> Result<Vec<Consent>, StoreError>;

    /// See [`WithdrawConsent`]. The event is stored in any case.
    async fn withdraw_consent(
        &self,
        command: WithdrawConsent,
        event: Option<NewEvent>,
    ) -> Result<(), StoreError>;
}
