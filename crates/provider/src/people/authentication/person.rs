//! A person who has proved who they are. Only with one a session is opened.

use pixie_oauth::{Acr, AuthenticationMethods};

use crate::clock::Timestamp;
use crate::entities::Account;
use crate::ids::CredentialId;

/// The proof that authentication was not skipped: an account, and how and when its person proved who they are.
#[derive(Clone, Debug)]
pub struct AuthenticatedPerson {
    pub(super) account: Account,
    pub(super) methods: AuthenticationMethods,
    pub(super) acr: Acr,
    pub(super) at: Timestamp,
    /// The credential of this server that was used.
    pub(super) credential: Option<CredentialId>,
}

impl AuthenticatedPerson {
    /// The account.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The methods that were used (`amr`).
    pub fn methods(&self) -> AuthenticationMethods {
        self.methods
    }

    /// The context class that the methods reach (`acr`).
    pub fn acr(&self) -> &Acr {
        &self.acr
    }

    /// The time of the proof (`auth_time`).
    pub fn at(&self) -> Timestamp {
        self.at
    }

    pub(crate) fn credential(&self) -> Option<CredentialId> {
        self.credential
    }
}
