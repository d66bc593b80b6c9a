//! Links to make an account or to choose a new password. A link stays in the store for a while after its end or its last use, so
//! that its holder learns why it does not work.

use async_trait::async_trait;
use pixie_oauth::{TokenHash, kinds};

use super::StoreError;
use super::accounts::{NewAccount, SetPassword};
use super::events::NewEvent;
use super::mails::NewMail;
use crate::clock::Timestamp;
use crate::entities::AccountLink;

/// A link to be stored.
#[derive(Clone, Debug)]
pub struct NewAccountLink {
    /// The hash of its secret.
    pub hash: TokenHash<kinds::Link>,
    /// The link.
    pub link: AccountLink,
    /// `true` if it takes the place of the links before it for the account.
    pub replaces: bool,
    /// The mail with the link.
    pub mail: Option<NewMail>,
}

/// Uses an invitation once, to make an account.
#[derive(Clone, Debug)]
pub struct AcceptInvitation {
    /// The hash of the link's secret.
    pub link: TokenHash<kinds::Link>,
    /// The account to make, in the groups of the link.
    pub account: NewAccount,
    /// The time of the command.
    pub now: Timestamp,
}

/// The outcome of [`AcceptInvitation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptedInvitation {
    /// The account is there, and the link has one use less.
    Accepted,
    /// The link is unknown, has ended or has no use left. Nothing was changed.
    LinkGone,
    /// Somebody has this name; the link keeps its use.
    UsernameTaken,
}

/// Uses a link to give an account another password, and removes its other credentials if the link says so.
#[derive(Clone, Debug)]
pub struct ResetPassword {
    /// The hash of the link's secret.
    pub link: TokenHash<kinds::Link>,
    /// The password, for the account of the link.
    pub password: SetPassword,
}

/// Links in the store.
#[async_trait]
pub trait AccountLinks: Send + Sync {
    /// See [`NewAccountLink`]; `false` if the account is gone. The event is stored if the link is.
    async fn insert_account_link(
        &self,
        link: NewAccountLink,
        event: Option<NewEvent>,
    ) -> Result<bool, StoreError>;

    /// A link, also if it has ended or has no use left.
    async fn find_account_link(
        &self,
        hash: TokenHash<kinds::Link>,
    ) -> Result<Option<AccountLink>, StoreError>;

    /// See [`AcceptInvitation`]. Of many who use the last use one wins. The event is stored if the account is made.
    async fn accept_invitation(
        &self,
        command: AcceptInvitation,
        event: Option<NewEvent>,
    ) -> Result<AcceptedInvitation, StoreError>;

    /// See [`ResetPassword`]; `false` if the link does not work, or the account is disabled or gone: nothing was changed then. The
    /// event is stored if the password is.
    async fn reset_password(
        &self,
        command: ResetPassword,
        event: Option<NewEvent>,
    ) -> Result<bool, StoreError>;
}
