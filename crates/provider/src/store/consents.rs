//! The scopes that people have allowed, remembered for each client.

use async_trait::async_trait;
use pixie_oauth::Scope;

use super::StoreError;
use super::events::NewEvent;
use crate::clock::Timestamp;
use crate::ids::{AccountId, ClientKey};

/// The scope that one user allowed one client, at one redirect URI of a device or at all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The person.
    pub account: AccountId,
    /// The client.
    pub client: ClientKey,
    /// Everything allowed so far.
    pub scope: Scope,
    /// The time at which it was last widened.
    pub granted_at: Timestamp,
    /// The redirect URI on the user's device at which any program can play the client, without a port that may vary. The consent
    /// counts for this URI only, and a consent without one does not count for it.
    pub device_uri: Option<String>,
}

/// Takes a consent back, and revokes what the client got from this person in the same commit.
#[derive(Clone, Copy, Debug)]
pub struct WithdrawConsent {
    /// The person.
    pub account: AccountId,
    /// The client.
    pub client: ClientKey,
    /// The time of the command.
    pub now: Timestamp,
}

/// Consents in the store. They are written by [`super::Grants::issue_grant`].
#[async_trait]
pub trait Consents: Send + Sync {
    /// The consent that this user gave this client at a redirect URI of a device, or at all others.
    async fn find_consent(
        &self,
        account: AccountId,
        client: ClientKey,
        device_uri: Option<&str>,
    ) -> Result<Option<Consent>, StoreError>;

    /// Everything this person allowed, to clients that still exist.
    async fn list_consents(&self, account: AccountId) -> Result<Vec<Consent>, StoreError>;

    /// See [`WithdrawConsent`]. The event is stored in any case.
    async fn withdraw_consent(
        &self,
        command: WithdrawConsent,
        event: Option<NewEvent>,
    ) -> Result<(), StoreError>;
}
