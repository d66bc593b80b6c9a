//! Making and changing accounts, the first administrator included.

use pixie_oauth::{OneTimeLink, SessionToken, Subject, SubjectError, UserClaims};
use thiserror::Error;
use zeroize::Zeroizing;

use super::authentication::password::authenticated_by_choosing;
use super::breached_passwords::is_breached;
use super::chosen_password::{OwnWords, PasswordError, check_chosen};
use super::session::OpenSessionError;
use super::sign_in::{self, SignedIn};
use super::typed_password::as_hashed;
use crate::base::Base;
use crate::context::Context;
use crate::entities::{
    Account, Credential, CredentialKind, CredentialSecret, ExternalIdError, ProfileError, Username,
    UsernameError,
};
use crate::events::actor::{ActingPerson, Actor, RequestOrigin};
use crate::events::event::{AddedBy, Event};
use crate::hashing::Hashing;
use crate::hashing::HashingError;
use crate::ids::{AccountId, CredentialId};
use crate::randomness::{RandomnessError, bytes};
use crate::settings::SignUpMode;
use crate::store::Store;
use crate::store::{
    CreateFirstAdministrator, FirstAdministrator, InsertAccount, NewAccount, NewOneTimeLink, StoreError,
};

impl From<OpenSessionError> for AccountRefusal {
    fn from(error: OpenSessionError) -> Self {
        match error {
            OpenSessionError::Store(error) => Self::Store(error),
            OpenSessionError::Randomness(error) => Self::Randomness(error),
        }
    }
}

/// An account to be made.
#[derive(Clone, Default)]
pub struct NewPerson {
    /// The name with which the person signs in.
    pub username: String,
    /// Their subject (`sub`), such as the one that another server gave them; the id of the account if `None`. It never
    /// changes.
    pub sub: Option<String>,
    /// Their name as people read it.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The person's other claims.
    pub claims: UserClaims,
    /// The groups they are in.
    pub groups: Vec<String>,
    /// Their password; nobody signs in to an account without one.
    pub password: Option<Zeroizing<String>>,
    /// `true` if the person may manage everybody's applications.
    pub administrator: bool,
}

/// Why an account is not made or changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AccountRefusal {
    /// Not a username.
    #[error(transparent)]
    Username(#[from] UsernameError),
    /// Not an identifier of the host application.
    #[error(transparent)]
    ExternalId(#[from] ExternalIdError),
    /// Somebody has it.
    #[error("this username is taken")]
    UsernameTaken,
    /// Not a subject.
    #[error(transparent)]
    Subject(#[from] SubjectError),
    /// The subject is that of another account, or the identifier of a client.
    #[error("this subject is that of another account, or the client id of an application")]
    SubjectTaken,
    /// The account has another subject.
    #[error(
        "the subject of an account never changes: {username} has `{sub}`; leave `sub` out, or make another account"
    )]
    SubjectNeverChanges {
        /// The username of the account.
        username: String,
        /// The subject that the account has.
        sub: String,
    },
    /// Not what can be known of a person.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// Not an acceptable password.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The list of leaked passwords cannot be searched; the log says why.
    #[error("the list of leaked passwords cannot be searched")]
    BreachedList,
    /// No such account.
    #[error("there is no such account")]
    Unknown,
    /// The link for the first administrator does not work.
    #[error(
        "this link has been used or has expired; restart the server for a new one, or use `pixie user add --admin`"
    )]
    LinkGone,
    /// Nobody could administer the server without the account.
    #[error("it is the last administrator who may sign in; make another one first")]
    LastAdministrator,
    /// The actor may not do this.
    #[error("only administrators make and change accounts")]
    NotAllowed,
    /// People do not make accounts themselves here.
    #[error("accounts are made by administrators here")]
    SignUpNotOffered,
    /// Too many accounts were made; seconds to wait.
    #[error("many accounts were made just now; try again later")]
    SlowDown(i64),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Passwords are not hashed now.
    #[error(transparent)]
    Hashing(#[from] HashingError),
    /// Nothing can be made.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// The person or actor that makes an account.
pub(crate) enum Maker<'a> {
    /// Somebody who may make it for others.
    Administration(Actor<'a>),
    /// The person themselves, by this request.
    Themselves(RequestOrigin<'a>),
}

/// Makes an account on behalf of somebody who may.
pub(crate) async fn insert(
    base: &Base,
    hashing: &Hashing,
    maker: Maker<'_>,
    new: NewPerson,
) -> Result<NewAccount, AccountRefusal> {
    let new = prepare_account(base, hashing, new).await?;
    let account = &new.account;
    let (actor, by) = match maker {
        Maker::Administration(actor) => (actor, AddedBy::Administration),
        Maker::Themselves(request) => (acting(account, request), AddedBy::SignUp),
    };
    let event = Event::AccountAdded {
        account: account.id,
        administrator: account.administrator,
        by,
    };
    let stored = base.stored_event(actor, &event);
    match base.store.insert_account(new.clone(), stored).await? {
        InsertAccount::Inserted => {
            base.happened(actor, &event);
            Ok(new)
        }
        InsertAccount::UsernameTaken => Err(AccountRefusal::UsernameTaken),
        InsertAccount::SubjectTaken => Err(AccountRefusal::SubjectTaken),
    }
}

pub(super) fn acting<'a>(account: &'a Account, request: RequestOrigin<'a>) -> Actor<'a> {
    Actor::Person(ActingPerson { account, request })
}

pub(crate) async fn sign_up(
    context: &Context,
    new: NewPerson,
    replaces: Option<&SessionToken>,
    request: RequestOrigin<'_>,
) -> Result<SignedIn, AccountRefusal> {
    if context.base.settings.sign_up != SignUpMode::Open {
        return Err(AccountRefusal::SignUpNotOffered);
    }
    context
        .limits
        .sign_ups
        .take(request.address, context.base.now())
        .map_err(AccountRefusal::SlowDown)?;
    let account = insert(
        &context.base,
        &context.hashing,
        Maker::Themselves(request),
        NewPerson {
            username: new.username,
            name: new.name,
            email: new.email,
            password: Some(new.password.unwrap_or_default()),
            ..NewPerson::default()
        },
    )
    .await?;
    // Choosing the password proves it: it is not hashed a second time.
    let person = authenticated_by_choosing(account, context.base.now());
    Ok(sign_in::open_for_browser(&context.base, &context.keys, person, replaces, request).await?)
}

pub(crate) async fn find_account(store: &dyn Store, username: &str) -> Result<Account, AccountRefusal> {
    let name = Username::parse(username).map_err(|_| AccountRefusal::Unknown)?;
    store
        .find_account_by_name(&name)
        .await?
        .ok_or(AccountRefusal::Unknown)
}

pub(crate) async fn list_accounts(
    store: &dyn Store,
    after: Option<AccountId>,
    limit: u32,
) -> Result<Vec<Account>, StoreError> {
    store.list_accounts(after, limit).await
}

pub(crate) async fn first_administrator_link(base: &Base) -> Result<Option<OneTimeLink>, AccountRefusal> {
    if base.store.has_administrator().await? {
        return Ok(None);
    }
    let link: OneTimeLink = base.random_token()?;
    let expires_at = base.now().plus(base.settings.lifetimes.one_time_link);
    let event = Event::FirstAdministratorLinkMade { expires_at };
    let new = NewOneTimeLink {
        hash: link.hash(),
        expires_at,
    };
    let stored = base.stored_event(Actor::System, &event);
    base.store.replace_one_time_link(new, stored).await?;
    base.happened(Actor::System, &event);
    Ok(Some(link))
}

pub(crate) async fn is_link_alive(base: &Base, link: &OneTimeLink) -> Result<bool, StoreError> {
    Ok(base.store.find_one_time_link(link.hash(), base.now()).await?
        && !base.store.has_administrator().await?)
}

pub(crate) async fn create_first_administrator(
    context: &Context,
    link: &OneTimeLink,
    new: NewPerson,
    replaces: Option<&SessionToken>,
    request: RequestOrigin<'_>,
) -> Result<SignedIn, AccountRefusal> {
    let prepared = prepare_account(
        &context.base,
        &context.hashing,
        NewPerson {
            administrator: true,
            sub: None,
            ..new
        },
    )
    .await?;
    let account = prepared.account.clone();
    let now = context.base.now();
    // Choosing the password proves it: it is not hashed a second time.
    let person = authenticated_by_choosing(prepared.clone(), now);
    let command = CreateFirstAdministrator {
        link: link.hash(),
        account: prepared,
        now,
    };
    let (base, actor) = (&context.base, acting(&account, request));
    let event = Event::AccountAdded {
        account: account.id,
        administrator: true,
        by: AddedBy::FirstAdministratorLink,
    };
    let stored = base.stored_event(actor, &event);
    match base.store.create_first_administrator(command, stored).await? {
        FirstAdministrator::Created => {
            base.happened(actor, &event);
            Ok(sign_in::open_for_browser(&context.base, &context.keys, person, replaces, request).await?)
        }
        FirstAdministrator::LinkGone => Err(AccountRefusal::LinkGone),
        FirstAdministrator::UsernameTaken => Err(AccountRefusal::UsernameTaken),
    }
}

pub(super) async fn prepare_account(
    base: &Base,
    hashing: &Hashing,
    new: NewPerson,
) -> Result<NewAccount, AccountRefusal> {
    let username = Username::parse(&new.username)?;
    let id = AccountId::new(base.milliseconds(), &*base.randomness)?;
    let account = Account {
        subject: new.sub.as_deref().map(Subject::parse).transpose()?,
        name: new.name,
        email: new.email,
        claims: new.claims,
        groups: new.groups,
        administrator: new.administrator,
        ..Account::new(id, username, base.now())
    };
    let account = account.settled()?;
    let credentials = match &new.password {
        Some(password) => vec![new_password(base, hashing, password, &account).await?],
        None => Vec::new(),
    };
    Ok(NewAccount { account, credentials })
}

/// Checks and hashes a password that somebody chose.
pub(crate) async fn new_password(
    base: &Base,
    hashing: &Hashing,
    password: &str,
    account: &Account,
) -> Result<Credential, AccountRefusal> {
    let password = as_hashed(password);
    let settings = &base.settings;
    let own = OwnWords::of(account, &settings.issuer, &settings.product);
    check_chosen(&password, &own, settings.min_password_length)?;
    refuse_breached(base, hashing, &password).await?;
    let hash = hashing.hash(&password, bytes(&*base.randomness)?).await?;
    Ok(Credential {
        id: CredentialId::new(base.milliseconds(), &*base.randomness)?,
        kind: CredentialKind::Password,
        label: None,
        lookup: None,
        secret: CredentialSecret::password(&hash),
        counter: 0,
        created_at: base.now(),
        last_used_at: None,
    })
}

/// Refuses a password of the operator's list of leaked ones. A list that cannot be read stops the change: the rule is not left out.
async fn refuse_breached(base: &Base, hashing: &Hashing, password: &str) -> Result<(), AccountRefusal> {
    let Some(list) = base.settings.breached_passwords.clone() else {
        return Ok(());
    };
    let password = Zeroizing::new(password.to_owned());
    let found = hashing.off_thread(move || is_breached(&list, &password)).await?;
    match found {
        Ok(false) => Ok(()),
        Ok(true) => Err(PasswordError::Breached.into()),
        Err(cause) => {
            tracing::error!(%cause, "the list of passwords.breached_list cannot be searched");
            Err(AccountRefusal::BreachedList)
        }
    }
}
