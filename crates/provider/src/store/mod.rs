//! The store's contract with the provider. One method is one use case and one transaction.
//!
//! Commands are owned values that carry the time, the ids and the hashes: a store has no clock and no random source, so
//! it may run commands side by side or many in one commit. An answer means that the commit is on disk. A lost race is
//! an outcome, not an error, and what follows from it happens in the same commit. What ends at a moment is dead at that
//! moment. A command that takes an event stores it in the same commit, or nothing of it if nothing was changed.
//! `pixie-store` states all of this as a test suite.

mod account_links;
mod accounts;
mod clients;
mod consents;
mod credentials;
mod error;
mod event_kind;
mod events;
mod grants;
mod keys;
mod leases;
mod logos;
mod logouts;
mod mails;
mod metrics;
mod replays;
mod root_keys;
mod sessions;
mod sweep;

use std::sync::Arc;

use async_trait::async_trait;

pub use account_links::{AcceptInvitation, AcceptedInvitation, AccountLinks, NewAccountLink, ResetPassword};
pub use accounts::{
    AccountRename, Accounts, CreateFirstAdministrator, DeleteAccount, DeletedAccount, EnsureAccount,
    EnsuredAccount, FirstAdministrator, InsertAccount, NewAccount, NewOneTimeLink, RenameAccount,
    SetDisabled, SetPassword,
};
pub use clients::{Clients, InsertClient, ListClients, UpdateClient};
pub use consents::{Consent, Consents, WithdrawConsent};
pub use credentials::{
    AddCredentials, AddedCredentials, CountGuess, Credentials, Guesses, RemoveCredential, RemovedCredential,
    RenewPassword, SpendCredential, SpendProof,
};
pub use error::{StoreError, StoreErrorAnswer};
pub use event_kind::{EventKind, EventKindError};
pub use events::{AddEventCounts, EventActor, EventCount, Events, ListEvents, NewEvent, StoredEvent};
pub use grants::{
    AccessTokenRecord, CodeRecord, ExtendOutcome, ExtendRefreshToken, Grant, Grants, IssueGrant,
    NewAccessToken, NewCode, NewGrant, NewRefreshToken, OpenIdGrant, RedeemCode, RedeemOutcome,
    RefreshTokenRecord, RevocableToken, RevokeGrants, RevokeOutcome, RevokeToken, RotateOutcome,
    RotateRefreshToken, RotatedAnswer, TokenOwner, WrongVerifier,
};
pub use keys::{EndKey, Keys, RotateKey, RotateKeyOutcome, SealedKey};
pub use leases::{Job, Leases, MAX_LEASE, TakeLease};
pub use logos::{Logo, LogoOrigin, Logos};
pub use logouts::{LeaseLogouts, LogoutDelivery, Logouts, RetryLogout};
pub use mails::{LeaseMails, Mails, NewMail, QueueMail, RetryMail, WaitingMail};
pub use metrics::{StoreFailure, StoreMetrics};
pub use replays::{Replays, UseOnce, UseOnceOutcome};
pub use root_keys::{RootKeys, SealedRootKey};
pub use sessions::{
    CloseSession, ClosedSession, EndSessions, ListedSession, OpenSession, SessionRecord, Sessions,
    WhichSessions,
};
pub use sweep::{Sweep, Swept};

/// A store: every part of the contract, readiness and sweeping.
#[async_trait]
pub trait Store:
    AccountLinks
    + Accounts
    + Clients
    + Consents
    + Credentials
    + Events
    + Grants
    + Keys
    + Leases
    + Logos
    + Logouts
    + Mails
    + Replays
    + RootKeys
    + Sessions
{
    /// Succeeds if the store can write.
    async fn ready(&self) -> Result<(), StoreError>;

    /// The counters of the store, if it has any.
    fn metrics(&self) -> Option<Arc<StoreMetrics>> {
        None
    }

    /// Deletes a bounded number of rows that no longer mean anything.
    async fn sweep(&self, command: Sweep) -> Result<Swept, StoreError>;

    /// Gives disk space that nothing uses any more back to the file system, so little of it that nobody waits: how many pages
    /// went, none if there is no more to give or the database sees to that itself.
    async fn give_back_space(&self) -> Result<u64, StoreError> {
        Ok(0)
    }
}
