//! People of the host application, the one into which the provider is mounted: each has an account here with nothing but their
//! identifier and username, and the application tells the rest when a client asks.

use std::borrow::Cow;

use super::sign_up::AccountRefusal;
use crate::base::Base;
use crate::entities::{Account, ExternalId, Username};
use crate::events::actor::Actor;
use crate::events::event::{AddedBy, Event};
use crate::ids::AccountId;
use crate::store::{AccountRename, EnsureAccount, EnsuredAccount, RenameAccount, StoreError};

/// A person of the host application.
#[derive(Clone, Copy, Debug)]
pub struct HostPerson<'a> {
    /// The identifier of the person in the application, 1 to 255 bytes. It never changes and is never given to another person:
    /// the key of a row, not an e-mail address.
    pub external_id: &'a str,
    /// The username, as pages and introspection show it. Another account must not have it.
    pub username: &'a str,
}

pub(crate) async fn ensure_account(base: &Base, person: HostPerson<'_>) -> Result<Account, AccountRefusal> {
    let external_id = ExternalId::parse(person.external_id)?;
    let username = Username::parse(person.username)?;
    let found = base.store.find_account_by_external_id(&external_id).await?;
    let account = match found {
        Some(account) => account,
        None => make(base, external_id, username.clone()).await?,
    };
    if account.username.as_str() == username.as_str() {
        return Ok(account);
    }
    rename(base, account, username).await
}

async fn make(base: &Base, external_id: ExternalId, username: Username) -> Result<Account, AccountRefusal> {
    let id = AccountId::new(base.milliseconds(), &*base.randomness)?;
    let account = Account {
        external_id: Some(external_id.clone()),
        ..Account::new(id, username, base.now())
    };
    let event = Event::AccountAdded {
        account: account.id,
        administrator: false,
        by: AddedBy::HostApplication,
    };
    let made = account.id;
    let stored = base.stored_event(Actor::System, &event);
    let command = EnsureAccount { external_id, account };
    match base.store.ensure_account(command, stored).await? {
        EnsuredAccount::Account(account) => {
            if account.id == made {
                base.happened(Actor::System, &event);
            }
            Ok(*account)
        }
        EnsuredAccount::UsernameTaken => Err(AccountRefusal::UsernameTaken),
    }
}

/// The person has another username in the host application now.
async fn rename(base: &Base, account: Account, username: Username) -> Result<Account, AccountRefusal> {
    let now = base.now();
    let event = Event::AccountChanged {
        account: account.id,
        administrator: account.administrator,
    };
    let command = RenameAccount {
        account: account.id,
        username: username.clone(),
        now,
    };
    let stored = base.stored_event(Actor::System, &event);
    match base.store.rename_account(command, stored).await? {
        AccountRename::Renamed => {
            base.happened(Actor::System, &event);
            Ok(Account {
                username,
                updated_at: now,
                ..account
            })
        }
        AccountRename::UsernameTaken => Err(AccountRefusal::UsernameTaken),
        AccountRename::Gone => Err(AccountRefusal::Unknown),
    }
}

/// The account with the profile of its person: the stored one, or that of the host application. `None` if the application does
/// not know the person any more.
pub(crate) async fn with_profile<'a>(
    base: &Base,
    account: &'a Account,
) -> Result<Option<Cow<'a, Account>>, StoreError> {
    let (Some(accounts), Some(external_id)) = (&base.accounts, &account.external_id) else {
        return Ok(Some(Cow::Borrowed(account)));
    };
    let profile = accounts.profile(external_id.as_str()).await?;
    Ok(profile.map(|profile| Cow::Owned(profile.of(account.clone()))))
}
