//! Mails that wait to be sent. Commands that change something take the mail about it and store it in the same commit, if the
//! change is made. A node leases a mail before it sends it, so that two nodes do not send it both.

use async_trait::async_trait;

use super::StoreError;
use crate::clock::Timestamp;
use crate::ids::{AccountId, MailId};
use crate::mail::MailKind;

/// A mail to be stored. It is due at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMail {
    /// The identifier.
    pub id: MailId,
    /// The kind.
    pub kind: MailKind,
    /// The account that the mail is about; a mail about an account that is gone is not stored.
    pub account: Option<AccountId>,
    /// Recipient and text, sealed with the master key.
    pub sealed: Vec<u8>,
    /// The time at which it was written.
    pub created_at: Timestamp,
    /// The time after which it is not sent any more.
    pub expires_at: Timestamp,
    /// If so many mails wait already, it is not stored. Commands of several nodes at the same moment may exceed that by one
    /// each.
    pub max_waiting: u32,
}

/// How storing a mail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueMail {
    /// The mail waits.
    Queued,
    /// Too many mails wait, or the account is gone.
    Dropped,
}

/// A mail to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingMail {
    /// The identifier.
    pub id: MailId,
    /// The kind.
    pub kind: MailKind,
    /// The account that the mail is about.
    pub account: Option<AccountId>,
    /// Recipient and text, as they were stored.
    pub sealed: Vec<u8>,
    /// How often it was tried, this time included.
    pub attempts: u32,
    /// The time at which it was written.
    pub created_at: Timestamp,
    /// The time after which it must not be sent.
    pub expires_at: Timestamp,
}

/// Takes mails that are due. Until `leased_until` nobody else is given them.
#[derive(Clone, Copy, Debug)]
pub struct LeaseMails {
    /// The time of the command.
    pub now: Timestamp,
    /// Until when they are the caller's.
    pub leased_until: Timestamp,
    /// How many at the most.
    pub limit: u32,
}

/// Puts a mail back after a failed attempt.
#[derive(Clone, Copy, Debug)]
pub struct RetryMail {
    /// The mail.
    pub id: MailId,
    /// The time to try again.
    pub due_at: Timestamp,
}

/// Mails in the store.
#[async_trait]
pub trait Mails: Send + Sync {
    /// Stores a mail that comes with no other change.
    async fn queue_mail(&self, mail: NewMail) -> Result<QueueMail, StoreError>;

    /// See [`LeaseMails`]; counts an attempt for each, the longest due first. Mails whose time is over are among them, so that
    /// the caller can say so.
    async fn lease_mails(&self, command: LeaseMails) -> Result<Vec<WaitingMail>, StoreError>;

    /// A mail is done with: it was sent, or given up.
    async fn finish_mail(&self, id: MailId) -> Result<(), StoreError>;

    /// See [`RetryMail`].
    async fn retry_mail(&self, command: RetryMail) -> Result<(), StoreError>;
}
