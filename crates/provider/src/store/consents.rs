//! The scopes that people have allowed, remembered for each client.

use async_trait::async_trait;
use pixie_oauth::Scope;

use super::StoreError;
use super::events::NewEvent;
use crate::clock::Timestamp;
use crate::ids::{ClientKey, UserId};

/// The scope that one user allowed one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The person.
    pub user: UserId,
    /// The client.
    pub client: ClientKey,
    /// Everything allowed so far.
    pub scope: Scope,
    /// The time at which it was last widened.
    pub granted_at: Timestamp,
}

/// Takes a consent back, and revokes what the client got from this person in the same commit.
#[derive(Clone, Copy, Debug)]
pub struct WithdrawConsent {
    /// The person.
    pub user: UserId,
    /// The client.
    pub client: ClientKey,
    /// The time of the command.
    pub now: Timestamp,
}

/// Consents in the store. They are written by [`super::Grants::issue_grant`].
#[async_trait]
pub trait Consents: Send + Sync {
    /// The consent that this user gave this client.
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
