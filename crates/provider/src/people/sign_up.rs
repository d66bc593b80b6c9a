//! Making and changing accounts, the first administrator included.

use std::net::IpAddr;

use pixie_oauth::{ClaimError, OneTimeLink, UserClaims};
use thiserror::Error;
use zeroize::Zeroizing;

use super::account::{PasswordHash, User, Username, UsernameError};
use super::chosen_password::{PasswordError, check_chosen};
use super::hashing::HashingError;
use crate::ids::UserId;
use crate::provider::Provider;
use crate::randomness::{NoRandomness, bytes};
use crate::store::{
    CreateFirstAdministrator, FirstAdministrator, InsertUser, NewOneTimeLink, SetDisabled, SetPassword,
    StoreError,
};

/// An account to be made.
#[derive(Clone, Default)]
pub struct NewUser {
    /// What the person signs in with.
    pub username: String,
    /// Their name as people read it.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// What else is known of them.
    pub claims: UserClaims,
    /// The groups they are in.
    pub groups: Vec<String>,
    /// Their password; nobody signs in to an account without one.
    pub password: Option<Zeroizing<String>>,
    /// Whether they may manage everybody's applications.
    pub administrator: bool,
}

/// Why an account is not made or changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UserRefusal {
    /// Not a username.
    #[error(transparent)]
    Username(#[from] UsernameError),
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
    Randomness(#[from] NoRandomness),
}

impl Provider {
    /// Makes an account.
    ///
    /// # Errors
    /// See [`UserRefusal`].
    pub async fn add_user(&self, new: NewUser) -> Result<User, UserRefusal> {
        let user = self.prepare_user(new).await?;
        match self.store().insert_user(user.clone()).await? {
            InsertUser::Inserted => {
                tracing::info!(user = %user.id, administrator = user.administrator, "account made");
                Ok(user)
            }
            InsertUser::UsernameTaken => Err(UserRefusal::UsernameTaken),
        }
    }

    /// Makes the account of somebody who asks for it. They are no administrator, in no group, and nothing is said of them but
    /// what they say.
    ///
    /// # Errors
    /// See [`UserRefusal`].
    pub async fn sign_up(&self, new: NewUser, address: Option<IpAddr>) -> Result<User, UserRefusal> {
        if !self.settings().sign_up {
            return Err(UserRefusal::SignUpNotOffered);
        }
        self.sign_up_rate()
            .take(address, self.now())
            .map_err(UserRefusal::SlowDown)?;
        self.add_user(NewUser {
            username: new.username,
            name: new.name,
            email: new.email,
            password: new.password,
            ..NewUser::default()
        })
        .await
    }

    /// An account by its username.
    ///
    /// # Errors
    /// Unknown, or the store did not answer.
    pub async fn find_user(&self, username: &str) -> Result<User, UserRefusal> {
        let name = Username::parse(username).map_err(|_| UserRefusal::Unknown)?;
        self.store()
            .find_user_by_name(&name)
            .await?
            .ok_or(UserRefusal::Unknown)
    }

    /// At most `limit` accounts after the given one, in the order in which they were made.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn list_users(&self, after: Option<UserId>, limit: u32) -> Result<Vec<User>, StoreError> {
        self.store().list_users(after, limit).await
    }

    /// Changes name, e-mail address, claims, groups and administrator mark of an account.
    ///
    /// # Errors
    /// See [`UserRefusal`].
    pub async fn update_user(&self, user: User) -> Result<(), UserRefusal> {
        let user = User {
            updated_at: self.now(),
            ..user.settled()?
        };
        found(self.store().update_user(user).await?)
    }

    /// Gives an account another password; its sessions and refresh tokens end.
    ///
    /// # Errors
    /// See [`UserRefusal`].
    pub async fn set_password(&self, user: &User, password: &str) -> Result<(), UserRefusal> {
        let password = self.hash_chosen(password, user.username.as_str()).await?;
        let command = SetPassword {
            user: user.id,
            password,
            now: self.now(),
        };
        found(self.store().set_password(command).await?)?;
        tracing::info!(user = %user.id, "password changed");
        Ok(())
    }

    /// Disables an account, ending its sessions and tokens, or enables it again.
    ///
    /// # Errors
    /// It is gone, or the store did not answer.
    pub async fn set_disabled(&self, user: UserId, disabled: bool) -> Result<(), UserRefusal> {
        found(
            self.store()
                .set_disabled(SetDisabled {
                    user,
                    disabled,
                    now: self.now(),
                })
                .await?,
        )?;
        tracing::info!(%user, disabled, "account changed");
        Ok(())
    }

    /// A link to make the first administrator; `None` where there is one. Links before it stop working.
    ///
    /// # Errors
    /// The store did not answer, or no random bytes.
    pub async fn first_administrator_link(&self) -> Result<Option<OneTimeLink>, UserRefusal> {
        if self.store().has_administrator().await? {
            return Ok(None);
        }
        let link: OneTimeLink = self.new_token()?;
        let expires_at = self.now().plus(self.settings().lifetimes.one_time_link);
        self.store()
            .replace_one_time_link(NewOneTimeLink {
                hash: link.hash(),
                expires_at,
            })
            .await?;
        Ok(Some(link))
    }

    /// Whether a link to make the first administrator still works.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn is_link_alive(&self, link: &OneTimeLink) -> Result<bool, StoreError> {
        Ok(self.store().find_one_time_link(link.hash(), self.now()).await?
            && !self.store().has_administrator().await?)
    }

    /// Makes the first administrator by a link, which works once.
    ///
    /// # Errors
    /// See [`UserRefusal`].
    pub async fn create_first_administrator(
        &self,
        link: &OneTimeLink,
        new: NewUser,
    ) -> Result<User, UserRefusal> {
        let user = self
            .prepare_user(NewUser {
                administrator: true,
                ..new
            })
            .await?;
        let command = CreateFirstAdministrator {
            link: link.hash(),
            user: user.clone(),
            now: self.now(),
        };
        match self.store().create_first_administrator(command).await? {
            FirstAdministrator::Created => {
                tracing::info!(user = %user.id, "first administrator made");
                Ok(user)
            }
            FirstAdministrator::LinkGone => Err(UserRefusal::LinkGone),
            FirstAdministrator::UsernameTaken => Err(UserRefusal::UsernameTaken),
        }
    }

    async fn prepare_user(&self, new: NewUser) -> Result<User, UserRefusal> {
        let username = Username::parse(&new.username)?;
        let password = match &new.password {
            Some(password) => Some(self.hash_chosen(password, username.as_str()).await?),
            None => None,
        };
        let now = self.now();
        let user = User {
            id: UserId::new(self.milliseconds(), self.randomness())?,
            username,
            name: new.name,
            email: new.email,
            claims: new.claims,
            groups: new.groups,
            password,
            administrator: new.administrator,
            disabled_at: None,
            created_at: now,
            updated_at: now,
        };
        user.settled()
    }

    async fn hash_chosen(&self, password: &str, username: &str) -> Result<PasswordHash, UserRefusal> {
        check_chosen(password, username, self.settings().shortest_password)?;
        Ok(self.hashing().hash(password, bytes(self.randomness())?).await?)
    }
}

fn found(changed: bool) -> Result<(), UserRefusal> {
    if changed {
        Ok(())
    } else {
        Err(UserRefusal::Unknown)
    }
}
