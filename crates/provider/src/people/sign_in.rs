//! Signing in at the login page: a method authenticates the person, a session opens, the browser is remembered.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::SessionToken;
use thiserror::Error;

use super::authentication::AuthenticatedPerson;
use super::authentication::password::authenticate_by_password;
use super::session::{OpenSessionError, OpenedSession, Session, open_session};
use crate::context::Context;
use crate::entities::Username;
use crate::events::actor::{Actor, RequestOrigin};
use crate::events::event::Event;
use crate::events::provider_metrics::SignInOutcome;
use crate::hashing::HashingError;
use crate::keys::PurposeKeys;
use crate::randomness::RandomnessError;
use crate::store::StoreError;
use crate::throttle::Attempt;

/// Someone tries to sign in.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// The username as typed.
    pub username: &'a str,
    /// The password as typed.
    pub password: &'a str,
    /// The request; guesses from one address are counted together.
    pub request: RequestOrigin<'a>,
    /// The value of [`SignedIn::device`] from this browser's last sign-in.
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

/// Why somebody is not signed in. The first three look alike from outside, in words and in time.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignInRefusal {
    /// No such account.
    #[error("unknown username")]
    UnknownAccount,
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
    Randomness(#[from] RandomnessError),
}

impl From<OpenSessionError> for SignInRefusal {
    fn from(error: OpenSessionError) -> Self {
        match error {
            OpenSessionError::Store(error) => Self::Store(error),
            OpenSessionError::Randomness(error) => Self::Randomness(error),
        }
    }
}

impl From<&SignInRefusal> for SignInOutcome {
    fn from(refusal: &SignInRefusal) -> Self {
        match refusal {
            SignInRefusal::UnknownAccount => Self::UnknownAccount,
            SignInRefusal::WrongPassword => Self::WrongPassword,
            SignInRefusal::Disabled => Self::Disabled,
            SignInRefusal::SlowDown(_) => Self::SlowedDown,
            SignInRefusal::Store(_) | SignInRefusal::Hashing(_) | SignInRefusal::Randomness(_) => {
                Self::Unavailable
            }
        }
    }
}

pub(crate) async fn sign_in(context: &Context, request: SignIn<'_>) -> Result<SignedIn, SignInRefusal> {
    let ended = try_to_sign_in(context, request).await;
    if let Err(refusal) = &ended {
        let event = Event::SignInFailed {
            outcome: refusal.into(),
        };
        context.base.happened(Actor::Anonymous(request.request), &event);
    }
    ended
}

async fn try_to_sign_in(context: &Context, request: SignIn<'_>) -> Result<SignedIn, SignInRefusal> {
    let account = guessed_account(request.username);
    let devices = &context.keys.purpose;
    let attempt = Attempt {
        account: &account,
        address: request.request.address,
        known_device: request
            .device
            .is_some_and(|device| is_device_of(devices, device, &account)),
    };
    let person = authenticate_by_password(context, attempt, request.username, request.password).await?;
    Ok(open_for_browser(context, person, request.replaces, request.request).await?)
}

/// Opens a session, and makes the value by which the browser is known at the next sign-in to this account.
pub(super) async fn open_for_browser(
    context: &Context,
    person: AuthenticatedPerson,
    replaces: Option<&SessionToken>,
    request: RequestOrigin<'_>,
) -> Result<SignedIn, OpenSessionError> {
    let account = guessed_account(person.account().username.as_str());
    let OpenedSession { token, session } = open_session(&context.base, person, replaces, request).await?;
    let device = URL_SAFE_NO_PAD.encode(device_tag(&context.keys.purpose, &account));
    Ok(SignedIn {
        token,
        session,
        device,
    })
}

/// The name of an account in the limits on guesses. Every spelling that leads to an account is that account.
fn guessed_account(username: &str) -> String {
    let key = Username::parse(username).map_or_else(|_| username.to_lowercase(), |name| name.key());
    format!("user {key}")
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
