//! Signing in by password, and the session that comes of it (OWASP ASVS 6.3 and 7.2).

use std::net::IpAddr;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::{SessionToken, TokenHash, kinds};
use thiserror::Error;

use crate::base::Base;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::ids::SessionId;
use crate::keys::Keys;
use crate::keys::PurposeKeys;
use crate::metrics::SignInOutcome;
use crate::people::Attempt;
use crate::people::{HashingError, Turn};
use crate::people::{User, Username};
use crate::randomness::NoRandomness;
use crate::store::{CloseSession, ClosedSession, OpenSession, StoreError};

/// A session is noted as used at most this often, seconds: reading a page need not cost a write.
const TOUCH_EVERY: i64 = 300;

/// Someone tries to sign in.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// The username as typed.
    pub username: &'a str,
    /// The password as typed.
    pub password: &'a str,
    /// Where the request comes from.
    pub address: Option<IpAddr>,
    /// What this browser was given when it last signed in.
    pub device: Option<&'a str>,
    /// The browser's session until now; it ends.
    pub replaces: Option<&'a SessionToken>,
}

/// A successful sign-in.
#[derive(Debug)]
pub struct SignedIn {
    /// The value for the session cookie.
    pub token: SessionToken,
    /// The session.
    pub session: Session,
    /// The value for the cookie by which this browser is known the next time. It proves nothing but that.
    pub device: String,
}

/// A signed-in browser.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id; not the secret in the cookie.
    pub id: SessionId,
    /// The person.
    pub user: User,
    /// When they proved who they are.
    pub authenticated_at: Timestamp,
    /// The hash of the cookie: another one for each time that they did.
    pub(crate) sign_in: TokenHash<kinds::Session>,
}

/// Why somebody is not signed in. The first three look alike from outside, in words and in time.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignInRefusal {
    /// No such account.
    #[error("unknown username")]
    UnknownUser,
    /// Not the password, or the account has none.
    #[error("wrong password")]
    WrongPassword,
    /// The account is disabled.
    #[error("disabled account")]
    Disabled,
    /// Too many failures; seconds to wait.
    #[error("too many failed attempts")]
    SlowDown(i64),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Too many sign in at once.
    #[error(transparent)]
    Hashing(#[from] HashingError),
    /// No session can be made.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

impl From<&Result<SignedIn, SignInRefusal>> for SignInOutcome {
    fn from(ended: &Result<SignedIn, SignInRefusal>) -> Self {
        match ended {
            Ok(_) => Self::SignedIn,
            Err(SignInRefusal::UnknownUser) => Self::UnknownUser,
            Err(SignInRefusal::WrongPassword) => Self::WrongPassword,
            Err(SignInRefusal::Disabled) => Self::Disabled,
            Err(SignInRefusal::SlowDown(_)) => Self::SlowedDown,
            Err(SignInRefusal::Store(_) | SignInRefusal::Hashing(_) | SignInRefusal::Randomness(_)) => {
                Self::Unavailable
            }
        }
    }
}

pub(crate) async fn sign_in(context: &Context, request: SignIn<'_>) -> Result<SignedIn, SignInRefusal> {
    let ended = try_to_sign_in(context, request).await;
    context.base.metrics.sign_in((&ended).into());
    ended
}

async fn try_to_sign_in(context: &Context, request: SignIn<'_>) -> Result<SignedIn, SignInRefusal> {
    let now = context.base.now();
    let account = format!("user {}", request.username.to_lowercase());
    let known_device = request
        .device
        .is_some_and(|device| is_device_of(&context.keys.purpose, device, &account));
    let attempt = Attempt {
        account: &account,
        address: request.address,
        known_device,
    };
    let wait = context.limits.guesses.wait(attempt, now);
    if wait > 0 {
        return Err(SignInRefusal::SlowDown(wait));
    }
    let checked = check_password(context, request.username, request.password).await;
    // Others may have failed while this one waited for its turn: guesses sent at once are worth no more than guesses
    // sent one after the other, and those beyond the free ones are not told whether they were right.
    let now = context.base.now();
    let wait = context.limits.guesses.wait(attempt, now);
    if wait > 0 {
        return Err(SignInRefusal::SlowDown(wait));
    }
    match checked {
        Ok(user) => {
            context.limits.guesses.succeeded(attempt);
            open_session(
                &context.base,
                &context.keys,
                user,
                request.replaces,
                &account,
                now,
            )
            .await
        }
        Err(refusal) => {
            use SignInRefusal::{Disabled, UnknownUser, WrongPassword};
            if matches!(refusal, UnknownUser | WrongPassword | Disabled) {
                context.limits.guesses.failed(attempt, now);
            }
            Err(refusal)
        }
    }
}

pub(crate) async fn session(base: &Base, token: &SessionToken) -> Result<Option<Session>, StoreError> {
    let now = base.now();
    let Some(record) = base.store.find_session(token.hash()).await? else {
        return Ok(None);
    };
    let idle = now.since(record.last_seen_at);
    let ended = record.expires_at <= now || idle >= base.settings.lifetimes.session_idle;
    if ended || record.user.disabled_at.is_some() {
        return Ok(None);
    }
    if idle >= TOUCH_EVERY {
        base.store.touch_session(token.hash(), now).await?;
    }
    Ok(Some(Session {
        id: record.id,
        user: record.user,
        authenticated_at: record.authenticated_at,
        sign_in: token.hash(),
    }))
}

/// Ends a session, and with it the grants that do not outlive it; its clients will be told.
///
/// # Errors
/// The store did not answer.
pub(crate) async fn sign_out(base: &Base, token: &SessionToken) -> Result<ClosedSession, StoreError> {
    let command = CloseSession {
        hash: token.hash(),
        now: base.now(),
    };
    base.store.close_session(command).await
}

async fn check_password(context: &Context, username: &str, password: &str) -> Result<User, SignInRefusal> {
    let user = match Username::parse(username) {
        Ok(name) => context.base.store.find_user_by_name(&name).await?,
        Err(_) => None,
    };
    let hash = user.as_ref().and_then(|user| user.password.as_ref());
    let right = context.hashing.verify(Turn::Later, password, hash).await?;
    let user = user.ok_or(SignInRefusal::UnknownUser)?;
    if !right {
        return Err(SignInRefusal::WrongPassword);
    }
    if user.disabled_at.is_some() {
        return Err(SignInRefusal::Disabled);
    }
    Ok(user)
}

async fn open_session(
    base: &Base,
    keys: &Keys,
    user: User,
    replaces: Option<&SessionToken>,
    account: &str,
    now: Timestamp,
) -> Result<SignedIn, SignInRefusal> {
    let token: SessionToken = base.random_token()?;
    let id = match session_to_continue(base, &user, replaces).await? {
        Some(id) => id,
        None => SessionId::new(base.milliseconds(), &*base.randomness)?,
    };
    base.store
        .open_session(OpenSession {
            hash: token.hash(),
            id,
            user: user.id,
            now,
            expires_at: now.plus(base.settings.lifetimes.session_absolute),
            replaces: replaces.map(SessionToken::hash),
        })
        .await?;
    tracing::info!(user = %user.id, "signed in");
    let device = URL_SAFE_NO_PAD.encode(device_tag(&keys.purpose, account));
    Ok(SignedIn {
        session: Session {
            id,
            user,
            authenticated_at: now,
            sign_in: token.hash(),
        },
        token,
        device,
    })
}

/// Somebody who signs in again goes on with their session: its applications stay signed in and are told when it ends.
async fn session_to_continue(
    base: &Base,
    user: &User,
    replaces: Option<&SessionToken>,
) -> Result<Option<SessionId>, StoreError> {
    match replaces {
        Some(token) => {
            let before = session(base, token).await?;
            Ok(before
                .filter(|before| before.user.id == user.id)
                .map(|before| before.id))
        }
        None => Ok(None),
    }
}

fn is_device_of(keys: &PurposeKeys, device: &str, account: &str) -> bool {
    let Ok(tag) = URL_SAFE_NO_PAD.decode(device) else {
        return false;
    };
    hmac::verify(&keys.devices, account.as_bytes(), &tag).is_ok()
}

fn device_tag(keys: &PurposeKeys, account: &str) -> hmac::Tag {
    hmac::sign(&keys.devices, account.as_bytes())
}
