//! Links that an administrator or the operator hands over: to make an account, or to choose a new password.

use super::username::Username;
use crate::clock::Timestamp;
use crate::ids::AccountId;

/// The kind of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountLinkKind {
    /// It makes accounts.
    Invitation,
    /// It gives an account another password.
    Reset,
}

impl AccountLinkKind {
    const ALL: [Self; 2] = [Self::Invitation, Self::Reset];

    /// The word for the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    /// Reads the word of the store.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// The effect of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Each use makes an account.
    Invitation {
        /// The username that the form suggests.
        username: Option<Username>,
        /// The groups of the accounts that it makes.
        groups: Vec<String>,
    },
    /// The one use of it gives an account another password.
    Reset {
        /// The account.
        account: AccountId,
        /// `true` if every other credential of the account goes with the old password.
        removes_factors: bool,
    },
}

impl LinkPurpose {
    /// The kind.
    pub fn kind(&self) -> AccountLinkKind {
        match self {
            Self::Invitation { .. } => AccountLinkKind::Invitation,
            Self::Reset { .. } => AccountLinkKind::Reset,
        }
    }
}

/// A link without its secret, which only its holder has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLink {
    /// The effect.
    pub purpose: LinkPurpose,
    /// How often it can still be used.
    pub uses_left: u32,
    /// The person who made it; `None` if it was the operator or the server.
    pub made_by: Option<AccountId>,
    /// The time at which it was made.
    pub made_at: Timestamp,
    /// The time from which on it does not work.
    pub ends_at: Timestamp,
}
