//! Credentials of accounts, a row for each, and the counts of guesses at them.

use async_trait::async_trait;

use super::StoreError;
use super::events::NewEvent;
use super::replays::UseOnce;
use crate::clock::Timestamp;
use crate::entities::{Credential, CredentialKind, CredentialSecret};
use crate::ids::{AccountId, CredentialId};

/// Adds credentials to an account. Passwords are set by [`SetPassword`](super::SetPassword) only.
#[derive(Clone, Debug)]
pub struct AddCredentials {
    /// The account.
    pub account: AccountId,
    /// At least one; no passwords.
    pub credentials: Vec<Credential>,
    /// All credentials of this kind go in the same commit.
    pub replaces: Option<CredentialKind>,
}

/// The outcome of [`AddCredentials`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddedCredentials {
    /// They are there.
    Added,
    /// The account is gone. Nothing was changed.
    AccountGone,
    /// Another credential has the same `lookup`. Nothing was added.
    Taken,
}

/// Removes a credential.
#[derive(Clone, Copy, Debug)]
pub struct RemoveCredential {
    /// The account.
    pub account: AccountId,
    /// The credential.
    pub credential: CredentialId,
    /// `true` if the last credential goes too with which a sign-in can begin.
    pub even_last: bool,
}

/// The outcome of [`RemoveCredential`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemovedCredential {
    /// It is gone.
    Removed,
    /// Nobody could begin a sign-in to the account without it. Nothing was changed.
    Last,
    /// There is no such credential.
    Gone,
}

/// The effect of a proof on the credential that it was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpendCredential {
    /// The counter becomes this, if it was less.
    Advance(i64),
    /// The credential is deleted, if it is there.
    Delete,
    /// The credential stays as it is, if it is there.
    Keep,
}

/// Spends a proof that counts once: a code, a time step, an answer to a challenge.
#[derive(Clone, Copy, Debug)]
pub struct SpendProof {
    /// The account.
    pub account: AccountId,
    /// The credential, and what becomes of it.
    pub credential: (CredentialId, SpendCredential),
    /// The half-finished sign-in or the challenge that the proof completes. It is used only if the credential allows it.
    pub value: UseOnce,
}

/// Hashes a password anew, with higher costs: it stays the same password.
#[derive(Clone, Debug)]
pub struct RenewPassword {
    /// The account.
    pub account: AccountId,
    /// The credential.
    pub credential: CredentialId,
    /// The hash that it has. If it was changed meanwhile, nothing is changed.
    pub before: CredentialSecret,
    /// The hash that it gets.
    pub after: CredentialSecret,
}

/// Counts a guess at what belongs to an account.
#[derive(Clone, Copy, Debug)]
pub struct CountGuess {
    /// A digest of the account and of what is guessed.
    pub bucket: [u8; 32],
    /// The time of the command.
    pub now: Timestamp,
    /// Seconds after the first guess after which they are forgotten.
    pub window: i64,
}

/// The guesses that count together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guesses {
    /// Their number with this one.
    pub count: i64,
    /// The time at which they are forgotten.
    pub ends_at: Timestamp,
}

/// Credentials in the store. They are written by the commands of accounts and sessions too.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// The credential of a kind that an account has at most once.
    async fn find_credential(
        &self,
        account: AccountId,
        kind: CredentialKind,
    ) -> Result<Option<Credential>, StoreError>;

    /// The account and the credential with this `lookup`.
    async fn find_credential_by_lookup(
        &self,
        lookup: [u8; 32],
    ) -> Result<Option<(AccountId, Credential)>, StoreError>;

    /// The passkey that was made last, of any account.
    async fn newest_passkey(&self) -> Result<Option<Credential>, StoreError>;

    /// Every credential of an account, in the order of their ids.
    async fn list_credentials(&self, account: AccountId) -> Result<Vec<Credential>, StoreError>;

    /// See [`AddCredentials`]. The event is stored if they are added.
    async fn add_credentials(
        &self,
        command: AddCredentials,
        event: Option<NewEvent>,
    ) -> Result<AddedCredentials, StoreError>;

    /// See [`RemoveCredential`]. The event is stored if it is removed.
    async fn remove_credential(
        &self,
        command: RemoveCredential,
        event: Option<NewEvent>,
    ) -> Result<RemovedCredential, StoreError>;

    /// Gives a credential another name; `false` if it is gone.
    async fn rename_credential(
        &self,
        account: AccountId,
        credential: CredentialId,
        label: Option<String>,
    ) -> Result<bool, StoreError>;

    /// See [`RenewPassword`]; `false` if the password was changed meanwhile.
    async fn renew_password(&self, command: RenewPassword) -> Result<bool, StoreError>;

    /// See [`SpendProof`]; `false` if it counts no more. Of many at once one wins.
    async fn spend_proof(&self, command: SpendProof) -> Result<bool, StoreError>;

    /// See [`CountGuess`]. Guesses at once are all counted.
    async fn count_guess(&self, command: CountGuess) -> Result<Guesses, StoreError>;

    /// Forgets the guesses of a bucket.
    async fn forget_guesses(&self, bucket: [u8; 32]) -> Result<(), StoreError>;
}
