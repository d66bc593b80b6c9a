//! Making and changing accounts, the first administrator included.

use pixie_oauth::{ClaimError, OneTimeLink, SessionToken, UserClaims};
use thiserror::Error;
use zeroize::Zeroizing;

use super::account::{ExternalIdError, User, Username, UsernameError};
use super::authentication::password::authenticated_by_choosing;
use super::chosen_password::{PasswordError, check_chosen};
use super::credential::{Credential, CredentialSecret};
use super::hashing::HashingError;
use super::session::OpenSessionError;
use super::sign_in::{self, SignedIn};
use crate::base::Base;
use crate::context::Context;
use crate::events::audit;
use crate::events::event::{AddedBy, Event};
use crate::events::happened::happened;
use crate::ids::{CredentialId, UserId};
use crate::operate::actor::{ActingPerson, Actor, RequestOrigin};
use crate::randomness::{RandomnessError, bytes};
use crate::store::Store;
use crate::store::{
    CreateFirstAdministrator, FirstAdministrator, InsertUser, NewAccount, NewOneTimeLink, StoreError,
};

impl From<OpenSessionError> for UserRefusal {
    fn from(error: OpenSessionError) -> Self {
        match error {
            OpenSessionError::Store(error) => Self::Store(error),
            OpenSessionError::Randomness(error) => Self::Randomness(error),
        }
    }
}

/// An account to be made.
#[derive(Clone, Default)]
pub struct NewUser {
    /// The name with which the person signs in.
    pub username: String,
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
pub enum UserRefusal {
    /// Not a username.
    #[error(transparent)]
    Username(#[from] UsernameError),
    /// Not an identifier of the host application.
    #[error(transparent)]
    ExternalId(#[from] ExternalIdError),
    /// Somebody has it.
    #[error("this username is taken")]
    UsernameTaken,
    /// Not what can be known of a person.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// Not the names of groups.
    #[error(
        "a person is in at most 200 groups; the name of a group has 1 to 200 characters, no control characters and no \
             spaces at its ends"
    )]
    Group,
    /// Not an acceptable password.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// No such account.
    #[error("there is no such account")]
    Unknown,
    /// The link for the first administrator does not work.
    #[error(
        "this link has been used or has expired; restart the server for a new one, or use `pixie user add --admin`"
    )]
    LinkGone,
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
    context: &Context,
    maker: Maker<'_>,
    new: NewUser,
) -> Result<NewAccount, UserRefusal> {
    let account = prepare_account(context, new).await?;
    let user = &account.user;
    let (actor, by) = match maker {
        Maker::Administration(actor) => (actor, AddedBy::Administration),
        Maker::Themselves(request) => (acting(user, request), AddedBy::SignUp),
    };
    let event = Event::AccountAdded {
        account: user.id,
        administrator: user.administrator,
        by,
    };
    let stored = audit::to_store(&context.base, actor, &event);
    match context.base.store.insert_user(account.clone(), stored).await? {
        InsertUser::Inserted => {
            happened(&context.base, actor, &event);
            Ok(account)
        }
        InsertUser::UsernameTaken => Err(UserRefusal::UsernameTaken),
    }
}

fn acting<'a>(account: &'a User, request: RequestOrigin<'a>) -> Actor<'a> {
    Actor::Person(ActingPerson { account, request })
}

pub(crate) async fn sign_up(
    context: &Context,
    new: NewUser,
    replaces: Option<&SessionToken>,
    request: RequestOrigin<'_>,
) -> Result<SignedIn, UserRefusal> {
    if !context.base.settings.sign_up {
        return Err(UserRefusal::SignUpNotOffered);
    }
    context
        .limits
        .sign_ups
        .take(request.address, context.base.now())
        .map_err(UserRefusal::SlowDown)?;
    let account = insert(
        context,
        Maker::Themselves(request),
        NewUser {
            username: new.username,
            name: new.name,
            email: new.email,
            password: Some(new.password.unwrap_or_default()),
            ..NewUser::default()
        },
    )
    .await?;
    // Choosing the password proves it: it is not hashed a second time.
    let person = authenticated_by_choosing(account, context.base.now());
    Ok(sign_in::open_for_browser(context, person, replaces, request).await?)
}

pub(crate) async fn find_user(store: &dyn Store, username: &str) -> Result<User, UserRefusal> {
    let name = Username::parse(username).map_err(|_| UserRefusal::Unknown)?;
    store.find_user_by_name(&name).await?.ok_or(UserRefusal::Unknown)
}

pub(crate) async fn list_users(
    store: &dyn Store,
    after: Option<UserId>,
    limit: u32,
) -> Result<Vec<User>, StoreError> {
    store.list_users(after, limit).await
}

pub(crate) async fn first_administrator_link(base: &Base) -> Result<Option<OneTimeLink>, UserRefusal> {
    if base.store.has_administrator().await? {
        return Ok(None);
    }
    let link: OneTimeLink = base.random_token()?;
    let expires_at = base.now().plus(base.settings.lifetimes.one_time_link);
    base.store
        .replace_one_time_link(NewOneTimeLink {
            hash: link.hash(),
            expires_at,
        })
        .await?;
    Ok(Some(link))
}

pub(crate) async fn is_link_alive(base: &Base, link: &OneTimeLink) -> Result<bool, StoreError> {
    Ok(base.store.find_one_time_link(link.hash(), base.now()).await?
        && !base.store.has_administrator().await?)
}

pub(crate) async fn create_first_administrator(
    context: &Context,
    link: &OneTimeLink,
    new: NewUser,
    request: RequestOrigin<'_>,
) -> Result<User, UserRefusal> {
    let account = prepare_account(
        context,
        NewUser {
            administrator: true,
            ..new
        },
    )
    .await?;
    let user = account.user.clone();
    let command = CreateFirstAdministrator {
        link: link.hash(),
        account,
        now: context.base.now(),
    };
    let (base, actor) = (&context.base, acting(&user, request));
    let event = Event::AccountAdded {
        account: user.id,
        administrator: true,
        by: AddedBy::FirstAdministratorLink,
    };
    let stored = audit::to_store(base, actor, &event);
    match base.store.create_first_administrator(command, stored).await? {
        FirstAdministrator::Created => {
            happened(base, actor, &event);
            Ok(user)
        }
        FirstAdministrator::LinkGone => Err(UserRefusal::LinkGone),
        FirstAdministrator::UsernameTaken => Err(UserRefusal::UsernameTaken),
    }
}

async fn prepare_account(context: &Context, new: NewUser) -> Result<NewAccount, UserRefusal> {
    let username = Username::parse(&new.username)?;
    let credentials = match &new.password {
        Some(password) => vec![new_password(context, password, username.as_str()).await?],
        None => Vec::new(),
    };
    let now = context.base.now();
    let user = User {
        id: UserId::new(context.base.milliseconds(), &*context.base.randomness)?,
        username,
        name: new.name,
        email: new.email,
        claims: new.claims,
        groups: new.groups,
        external_id: None,
        administrator: new.administrator,
        disabled_at: None,
        created_at: now,
        updated_at: now,
    };
    Ok(NewAccount {
        user: user.settled()?,
        credentials,
    })
}

/// Checks and hashes a password that somebody chose.
pub(crate) async fn new_password(
    context: &Context,
    password: &str,
    username: &str,
) -> Result<Credential, UserRefusal> {
    let base = &context.base;
    check_chosen(password, username, base.settings.min_password_length)?;
    let hash = context.hashing.hash(password, bytes(&*base.randomness)?).await?;
    Ok(Credential {
        id: CredentialId::new(base.milliseconds(), &*base.randomness)?,
        label: None,
        secret: CredentialSecret::Password(hash),
        created_at: base.now(),
        last_used_at: None,
    })
}
