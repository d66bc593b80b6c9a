//! Credentials of accounts, a row for each.

use async_trait::async_trait;

use super::StoreError;
use crate::entities::{Credential, CredentialKind};
use crate::ids::AccountId;

/// Credentials in the store. They are written by the commands of accounts and sessions.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// The credential of a kind that an account has at most once.
    async fn find_credential(
        &self,
        account: AccountId,
        kind: CredentialKind,
    ) -> Result<Option<Credential>, StoreError>;

    /// Every credential of an account, in the order of their ids.
    async fn list_credentials(&self, account: AccountId) -> Result<Vec<Credential>, StoreError>;
}
