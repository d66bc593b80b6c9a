//! Accounts and the link that makes the first administrator.

use async_trait::async_trait;
use pixie_oauth::{Subject, TokenHash, kinds};

use super::StoreError;
use super::events::NewEvent;
use super::mails::NewMail;
use crate::clock::Timestamp;
use crate::entities::{Account, Credential, ExternalId, Username};
use crate::ids::AccountId;

/// How adding an account ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InsertAccount {
    /// It is there.
    Inserted,
    /// Somebody has this name, perhaps in another case.
    UsernameTaken,
    /// The subject is that of another account, or the identifier of a client (RFC 9700 section 4.15).
    SubjectTaken,
}

/// Makes an account, with its first credentials in the same commit.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The account.
    pub account: Account,
    /// The credentials; at most one of each kind that an account has once.
    pub credentials: Vec<Credential>,
}

/// Finds the account of a person whom the host application knows, or makes it without credentials.
#[derive(Clone, Debug)]
pub struct EnsureAccount {
    /// The identifier of the person in the host application.
    pub external_id: ExternalId,
    /// The account to make if there is none, with this identifier and the username that the person has now.
    pub account: Account,
}

/// The outcome of [`EnsureAccount`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnsuredAccount {
    /// The account as it is now. It was there if its id is not that of the command.
    Account(Box<Account>),
    /// Another account has the username, perhaps in another case. Nothing was changed.
    UsernameTaken,
}

/// Changes the username of an account.
#[derive(Clone, Debug)]
pub struct RenameAccount {
    /// The account.
    pub account: AccountId,
    /// The username that it gets.
    pub username: Username,
    /// The time of the command.
    pub now: Timestamp,
}

/// How changing a username ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountRename {
    /// The account has the username.
    Renamed,
    /// Another account has the username, perhaps in another case. Nothing was changed.
    UsernameTaken,
    /// The account is gone.
    Gone,
}

/// Gives an account another password. Links by which another one could be chosen have no use left.
#[derive(Clone, Debug)]
pub struct SetPassword {
    /// The account.
    pub account: AccountId,
    /// The password; it takes the place of the former one.
    pub credential: Credential,
    /// The mail about the change.
    pub mail: Option<NewMail>,
    /// `true` to end its sessions and refresh tokens in the same commit.
    pub ends_everything: bool,
    /// The time of the change.
    pub now: Timestamp,
}

/// Disables an account, ending its sessions and tokens in the same commit, or enables it again.
#[derive(Clone, Copy, Debug)]
pub struct SetDisabled {
    /// The account to disable or enable.
    pub account: AccountId,
    /// `true` if it is disabled from now on.
    pub disabled: bool,
    /// The time of the command.
    pub now: Timestamp,
}

/// Deletes an account with its credentials, sessions, consents, links and waiting mails. In the same commit its grants and tokens end,
/// the clients of its sessions are noted down to be notified, and its applications belong to nobody.
#[derive(Clone, Debug)]
pub struct DeleteAccount {
    /// The account.
    pub account: AccountId,
    /// The subject that it was given, for the notifications.
    pub subject: Option<Subject>,
    /// The time of the command.
    pub now: Timestamp,
}

/// The outcome of [`DeleteAccount`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletedAccount {
    /// It is gone.
    Deleted,
    /// There is no such account.
    Gone,
    /// It is the last administrator who may sign in. Nothing was changed.
    LastAdministrator,
}

/// A link that works once.
#[derive(Clone, Copy, Debug)]
pub struct NewOneTimeLink {
    /// The hash of its secret.
    pub hash: TokenHash<kinds::Link>,
    /// The time at which it ends.
    pub expires_at: Timestamp,
}

/// Uses a link to make the first administrator.
#[derive(Clone, Debug)]
pub struct CreateFirstAdministrator {
    /// The hash of the link's secret.
    pub link: TokenHash<kinds::Link>,
    /// The account to make.
    pub account: NewAccount,
    /// The time of the command.
    pub now: Timestamp,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstAdministrator {
    /// The account is there and the link is used up.
    Created,
    /// Unknown, used or expired link, or there is an administrator already. Nothing was changed.
    LinkGone,
    /// Somebody has this name; the link still works.
    UsernameTaken,
}

/// Accounts in the store.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// An account.
    async fn find_account(&self, id: AccountId) -> Result<Option<Account>, StoreError>;

    /// An account by name, without case.
    async fn find_account_by_name(&self, name: &Username) -> Result<Option<Account>, StoreError>;

    /// The account of a person whom the host application knows. Identifiers are compared byte by byte.
    async fn find_account_by_external_id(&self, id: &ExternalId) -> Result<Option<Account>, StoreError>;

    /// At most `limit` accounts with this e-mail address, in the order of their ids. Letters of ASCII are compared without case.
    async fn find_accounts_by_email(&self, email: &str, limit: u32) -> Result<Vec<Account>, StoreError>;

    /// At most `limit` accounts after the given one, in the order of their ids.
    async fn list_accounts(&self, after: Option<AccountId>, limit: u32) -> Result<Vec<Account>, StoreError>;

    /// Adds an account unless its name or its subject is taken, with the event if it is inserted.
    async fn insert_account(
        &self,
        account: NewAccount,
        event: Option<NewEvent>,
    ) -> Result<InsertAccount, StoreError>;

    /// See [`EnsureAccount`]. The event is stored if the account is made.
    async fn ensure_account(
        &self,
        command: EnsureAccount,
        event: Option<NewEvent>,
    ) -> Result<EnsuredAccount, StoreError>;

    /// See [`RenameAccount`]. The event is stored if the account is renamed.
    async fn rename_account(
        &self,
        command: RenameAccount,
        event: Option<NewEvent>,
    ) -> Result<AccountRename, StoreError>;

    /// Changes name, e-mail address, claims, groups and administrator mark (nothing else) of an account; `false` if it is
    /// gone. The event is stored if the account is there, as with the two commands that follow.
    async fn update_account(&self, account: Account, event: Option<NewEvent>) -> Result<bool, StoreError>;

    /// See [`SetPassword`]; `false` if the account is gone.
    async fn set_password(&self, command: SetPassword, event: Option<NewEvent>) -> Result<bool, StoreError>;

    /// See [`SetDisabled`]; `false` if the account is gone.
    async fn set_disabled(&self, command: SetDisabled, event: Option<NewEvent>) -> Result<bool, StoreError>;

    /// See [`DeleteAccount`]. The event is stored if the account is deleted.
    async fn delete_account(
        &self,
        command: DeleteAccount,
        event: Option<NewEvent>,
    ) -> Result<DeletedAccount, StoreError>;

    /// `true` if there is an administrator who may sign in.
    async fn has_administrator(&self) -> Result<bool, StoreError>;

    /// Keeps a link, with the event; those before it stop working.
    async fn replace_one_time_link(
        &self,
        link: NewOneTimeLink,
        event: Option<NewEvent>,
    ) -> Result<(), StoreError>;

    /// `true` if a link still works.
    async fn find_one_time_link(
        &self,
        hash: TokenHash<kinds::Link>,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// See [`CreateFirstAdministrator`]. The event is stored if the account is made.
    async fn create_first_administrator(
        &self,
        command: CreateFirstAdministrator,
        event: Option<NewEvent>,
    ) -> Result<FirstAdministrator, StoreError>;
}
