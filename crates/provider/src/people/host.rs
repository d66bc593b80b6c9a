//! People of the host application, the one into which the provider is mounted: each has an account here with nothing but their
//! identifier and username, and the application tells the rest when a client asks.

use std::borrow::Cow;

use async_trait::async_trait;
use pixie_oauth::UserClaims;

use super::account::{ExternalId, User, Username};
use super::claims::Profile;
use super::sign_up::UserRefusal;
use crate::base::Base;
use crate::ids::UserId;
use crate::store::{EnsureAccount, EnsuredAccount, StoreError};

/// A person of the host application.
#[derive(Clone, Copy, Debug)]
pub struct HostPerson<'a> {
    /// The identifier of the person in the application, 1 to 255 bytes. It never changes and is never given to another person:
    /// the key of a row, not an e-mail address.
    pub external_id: &'a str,
    /// The username, as pages and introspection show it. Another account must not have it.
    pub username: &'a str,
}

/// The users of the host application.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The profile of a person now. It is read for each userinfo response and id token that may contain claims; the scopes
    /// and the claims that the client has requested decide which of them it gets. `None` if the person is gone: userinfo then
    /// refuses the token, and id tokens contain no claims. [`crate::Provider::set_disabled`] ends their sessions and tokens.
    ///
    /// # Errors
    /// The application cannot say now; the client is answered 503, as if the store had failed.
    async fn profile(&self, external_id: &str) -> Result<Option<Profile>, StoreError>;
}

pub(crate) async fn ensure_account(base: &Base, person: HostPerson<'_>) -> Result<User, UserRefusal> {
    let external_id = ExternalId::parse(person.external_id)?;
    let username = Username::parse(person.username)?;
    let found = base.store.find_user_by_external_id(&external_id).await?;
    if let Some(found) = found.filter(|found| found.username.as_str() == username.as_str()) {
        return Ok(found);
    }
    let now = base.now();
    let account = User {
        id: UserId::new(base.milliseconds(), &*base.randomness)?,
        username,
        name: None,
        email: None,
        claims: UserClaims::default(),
        groups: Vec::new(),
        external_id: Some(external_id.clone()),
        administrator: false,
        disabled_at: None,
        created_at: now,
        updated_at: now,
    };
    let command = EnsureAccount { external_id, account };
    match base.store.ensure_account(command).await? {
        EnsuredAccount::Account(user) => Ok(*user),
        EnsuredAccount::UsernameTaken => Err(UserRefusal::UsernameTaken),
    }
}

/// The account with the profile of its person: the stored one, or that of the host application. `None` if the application does
/// not know the person any more.
pub(crate) async fn with_profile<'a>(
    base: &Base,
    account: &'a User,
) -> Result<Option<Cow<'a, User>>, StoreError> {
    let (Some(accounts), Some(external_id)) = (&base.accounts, &account.external_id) else {
        return Ok(Some(Cow::Borrowed(account)));
    };
    let profile = accounts.profile(external_id.as_str()).await?;
    Ok(profile.map(|profile| Cow::Owned(profile.of(account.clone()))))
}
