//! Clients that wait for the notification that a session has ended (OpenID Connect Back-Channel Logout section 2.5).
//!
//! Rows are made by [`super::Sessions::close_session`] and by every other command that ends sessions: one for each
//! client that the session had signed in to. A node leases a row before it delivers it, so that two nodes do not
//! deliver it both.

use async_trait::async_trait;
use pixie_oauth::Subject;

use super::StoreError;
use crate::clock::Timestamp;
use crate::entities::LocalSubject;
use crate::ids::{AccountId, ClientKey, SessionId};

/// A client to be notified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutDelivery {
    /// The session that has ended.
    pub session: SessionId,
    /// The client that is notified.
    pub client: ClientKey,
    /// The user that the session belonged to.
    pub account: AccountId,
    /// The subject that the account was given.
    pub subject: Option<Subject>,
    /// How often it was tried.
    pub attempts: u32,
    /// The time at which the session ended.
    pub ended_at: Timestamp,
}

impl LogoutDelivery {
    /// The local identifier of the user.
    pub fn local_subject(&self) -> LocalSubject<'_> {
        LocalSubject::new(self.account, self.subject.as_ref())
    }
}

/// Takes deliveries that are due. Until `leased_until` nobody else is given them.
#[derive(Clone, Copy, Debug)]
pub struct LeaseLogouts {
    /// The time of the command.
    pub now: Timestamp,
    /// Until when they are the caller's.
    pub leased_until: Timestamp,
    /// How many at the most.
    pub limit: u32,
}

/// Puts a delivery back after a failed attempt.
#[derive(Clone, Copy, Debug)]
pub struct RetryLogout {
    /// The session.
    pub session: SessionId,
    /// The client.
    pub client: ClientKey,
    /// The time to try again.
    pub due_at: Timestamp,
}

/// Deliveries in the store.
#[async_trait]
pub trait Logouts: Send + Sync {
    /// See [`LeaseLogouts`]; counts an attempt for each, the longest due first.
    async fn lease_logouts(&self, command: LeaseLogouts) -> Result<Vec<LogoutDelivery>, StoreError>;

    /// A delivery is done with: it arrived, was given up, or the client wants none.
    async fn finish_logout(&self, session: SessionId, client: ClientKey) -> Result<(), StoreError>;

    /// See [`RetryLogout`].
    async fn retry_logout(&self, command: RetryLogout) -> Result<(), StoreError>;
}
