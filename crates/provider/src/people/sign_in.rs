//! Signing in at the login page: a method authenticates the person, a session opens, the browser is remembered.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::{DeviceToken, SessionToken};
use thiserror::Error;

use super::authentication::AuthenticatedPerson;
use super::authentication::password::authenticate_by_password;
use super::authentication::pending::PendingSignIn;
use super::authentication::remembered_device::device_of;
use super::authentication::second_factor::{
    SecondFactor, SecondFactorRefusal, authenticate_by_second_factor,
};
use super::policy::{Demand, FactorStep, Proved, demand, factor_step, remember_devices};
use super::remembered_devices::{RememberedDevice, remember_device};
use super::session::{NewSession, OpenSessionError, OpenedSession, Session, open_session, session};
use crate::base::Base;
use crate::context::Context;
use crate::entities::{Account, Credential, CredentialKind, Username};
use crate::events::actor::{Actor, RequestOrigin};
use crate::events::event::Event;
use crate::events::provider_metrics::SignInOutcome;
use crate::hashing::HashingError;
use crate::ids::AccountId;
use crate::keys::Keys;
use crate::keys::PurposeKeys;
use crate::randomness::RandomnessError;
use crate::seal::SealError;
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
    /// The token of [`SignedIn::remembered_device`], from this browser.
    pub remembered_device: Option<&'a DeviceToken>,
    /// The browser's session until now, and whether the person stays signed in on this device.
    pub session: NewSession<'a>,
}

/// How far a sign-in is after its first factor.
#[derive(Debug)]
#[must_use]
pub enum SignInProgress {
    /// The person is signed in.
    SignedIn(Box<SignedIn>),
    /// The account has a second factor, which has to be proved too: see [`crate::Provider::complete_sign_in`]. This is the value
    /// for the cookie by which the browser goes on.
    SecondFactor(String),
    /// The account has no second factor, and the policy asks for one: see [`crate::Provider::enrolment`]. This is the value for the
    /// same cookie.
    Enrolment(String),
}

/// The second factor of a sign-in.
#[derive(Clone, Copy)]
pub struct CompleteSignIn<'a> {
    /// The value of [`SignInProgress::SecondFactor`], from this browser.
    pub pending: &'a str,
    /// The code as typed.
    pub factor: SecondFactor<'a>,
    /// The name of the device, which may be empty, if its person is not to be asked there again for some days
    /// ([`PendingFactors::remember_for`]).
    pub remember: Option<&'a str>,
    /// The request.
    pub request: RequestOrigin<'a>,
    /// The value of [`SignedIn::device`] from this browser's last sign-in.
    pub device: Option<&'a str>,
    /// The browser's session until now; it ends.
    pub replaces: Option<&'a SessionToken>,
}

/// The factors by which a half-finished sign-in can be completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingFactors {
    /// The kinds of credentials that the account has for it, each once.
    pub kinds: Vec<CredentialKind>,
    /// The username.
    pub username: Username,
    /// Seconds for which the device may be remembered; `None` if the policy does not allow it.
    pub remember_for: Option<i64>,
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
    /// The device, if it is remembered from now on.
    pub remembered_device: Option<RememberedDevice>,
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
    /// The half-finished sign-in cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl From<OpenSessionError> for SecondFactorRefusal {
    fn from(error: OpenSessionError) -> Self {
        match error {
            OpenSessionError::Store(error) => Self::Store(error),
            OpenSessionError::Randomness(error) => Self::Randomness(error),
        }
    }
}

impl From<&SecondFactorRefusal> for SignInOutcome {
    fn from(refusal: &SecondFactorRefusal) -> Self {
        match refusal {
            SecondFactorRefusal::Ended => Self::Ended,
            SecondFactorRefusal::WrongCode => Self::WrongCode,
            SecondFactorRefusal::Disabled => Self::Disabled,
            SecondFactorRefusal::SlowDown(_) => Self::SlowedDown,
            SecondFactorRefusal::Store(_) | SecondFactorRefusal::Randomness(_) => Self::Unavailable,
        }
    }
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
            SignInRefusal::Store(_)
            | SignInRefusal::Hashing(_)
            | SignInRefusal::Randomness(_)
            | SignInRefusal::Seal(_) => Self::Unavailable,
        }
    }
}

pub(crate) async fn sign_in(context: &Context, request: SignIn<'_>) -> Result<SignInProgress, SignInRefusal> {
    let ended = try_to_sign_in(context, request).await;
    if let Err(refusal) = &ended {
        let event = Event::SignInFailed {
            outcome: refusal.into(),
        };
        context.base.happened(Actor::Anonymous(request.request), &event);
    }
    ended
}

async fn try_to_sign_in(context: &Context, request: SignIn<'_>) -> Result<SignInProgress, SignInRefusal> {
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
    let first = FirstFactor {
        new: request.session,
        remembered_device: request.remembered_device,
        request: request.request,
    };
    after_first_factor(&context.base, &context.keys, person, first).await
}

/// The browser in which a first factor was proved.
#[derive(Clone, Copy)]
pub(crate) struct FirstFactor<'a> {
    pub(crate) new: NewSession<'a>,
    pub(crate) remembered_device: Option<&'a DeviceToken>,
    pub(crate) request: RequestOrigin<'a>,
}

/// Opens a session if the policy demands nothing else of somebody who has proved the first factor.
pub(crate) async fn after_first_factor(
    base: &Base,
    keys: &Keys,
    person: AuthenticatedPerson,
    first: FirstFactor<'_>,
) -> Result<SignInProgress, SignInRefusal> {
    let account = person.account();
    let demand = demand(&base.settings.sign_in, account, None, base.now());
    let credentials = base.store.list_credentials(account.id).await?;
    let names = &base.settings.acr;
    let proved = if names.reaches(person.acr(), &names.two_factors) {
        Proved::Two
    } else if is_remembered(base, account, &credentials, first.remembered_device) {
        Proved::OneOnRememberedDevice
    } else {
        Proved::One
    };
    let enrolled = if demand > Demand::IfEnrolled {
        has_any_second_factor(base, &credentials)
    } else {
        has_app(&credentials)
    };
    let pending = |may_enrol| PendingSignIn::seal(base, keys, &person, (first.new.persistent, may_enrol));
    match factor_step(demand, proved, enrolled) {
        FactorStep::Done => {
            let new = NewSession {
                remembered_device: proved == Proved::OneOnRememberedDevice,
                ..first.new
            };
            let signed_in = open_for_browser(base, keys, person, new, first.request).await?;
            Ok(SignInProgress::SignedIn(Box::new(signed_in)))
        }
        FactorStep::Prove => Ok(SignInProgress::SecondFactor(pending(false)?)),
        FactorStep::Enrol | FactorStep::Suggest => Ok(SignInProgress::Enrolment(pending(true)?)),
    }
}

/// `true` if the person can prove a second factor: recovery codes alone are none.
pub(crate) async fn has_second_factor(base: &Base, account: AccountId) -> Result<bool, StoreError> {
    let credentials = base.store.list_credentials(account).await?;
    Ok(has_any_second_factor(base, &credentials))
}

/// `true` if a code is asked for after the password. A passkey alone does not ask for that: people have it to sign in without a password.
pub(super) fn has_app(credentials: &[Credential]) -> bool {
    credentials.iter().any(|one| one.kind == CredentialKind::Totp)
}

/// `true` if an account has an app, or a passkey that it can use here.
fn has_any_second_factor(base: &Base, credentials: &[Credential]) -> bool {
    has_app(credentials) || has_passkey(base, credentials)
}

/// `true` if an account has a passkey that it can use here.
pub(super) fn has_passkey(base: &Base, credentials: &[Credential]) -> bool {
    let offered = base.settings.passkeys.is_some();
    offered && credentials.iter().any(|one| one.kind == CredentialKind::Passkey)
}

fn is_remembered(
    base: &Base,
    account: &Account,
    credentials: &[Credential],
    token: Option<&DeviceToken>,
) -> bool {
    let remembered_for = remember_devices(&base.settings.sign_in, account);
    let device = token.zip(remembered_for);
    device.is_some_and(|(token, time)| device_of(credentials, token, time, base.now()).is_some())
}

pub(crate) async fn pending_factors(
    base: &Base,
    keys: &Keys,
    pending: &str,
) -> Result<Option<PendingFactors>, StoreError> {
    let Some(pending) = PendingSignIn::open(base, keys, pending) else {
        return Ok(None);
    };
    let Some(account) = base.store.find_account(pending.account).await? else {
        return Ok(None);
    };
    let mut kinds = Vec::new();
    for credential in base.store.list_credentials(account.id).await? {
        let second = matches!(
            credential.kind,
            CredentialKind::Totp | CredentialKind::RecoveryCode | CredentialKind::Passkey
        );
        if second && !kinds.contains(&credential.kind) {
            kinds.push(credential.kind);
        }
    }
    Ok(Some(PendingFactors {
        kinds,
        remember_for: remember_devices(&base.settings.sign_in, &account),
        username: account.username,
    }))
}

pub(crate) async fn complete_sign_in(
    base: &Base,
    keys: &Keys,
    request: CompleteSignIn<'_>,
) -> Result<SignedIn, SecondFactorRefusal> {
    let ended = try_to_complete(base, keys, request).await;
    if let Err(refusal) = &ended {
        let event = Event::SignInFailed {
            outcome: refusal.into(),
        };
        base.happened(Actor::Anonymous(request.request), &event);
    }
    ended
}

async fn try_to_complete(
    base: &Base,
    keys: &Keys,
    request: CompleteSignIn<'_>,
) -> Result<SignedIn, SecondFactorRefusal> {
    let pending = PendingSignIn::open(base, keys, request.pending).ok_or(SecondFactorRefusal::Ended)?;
    if !is_in_its_session(base, &pending, request.replaces).await? {
        return Err(SecondFactorRefusal::Ended);
    }
    let account = base.store.find_account(pending.account).await?;
    let account = account
        .filter(|account| account.disabled_at.is_none())
        .ok_or(SecondFactorRefusal::Disabled)?;
    let name = guessed_account(account.username.as_str());
    let known_device = request
        .device
        .is_some_and(|device| is_device_of(&keys.purpose, device, &name));
    let proving = (&pending, account);
    let person = authenticate_by_second_factor(base, keys, proving, request.factor, known_device).await?;
    let session = NewSession {
        replaces: request.replaces,
        persistent: pending.persistent,
        ..NewSession::default()
    };
    let remembered_device = match (request.remember, request.factor) {
        // A recovery code is gone by then, and with it what the device would be bound to.
        (None, _) | (_, SecondFactor::RecoveryCode(_)) => None,
        (Some(name), _) => remember_device(base, &person, name, request.request).await?,
    };
    let signed_in = open_for_browser(base, keys, person, session, request.request).await?;
    Ok(SignedIn {
        remembered_device,
        ..signed_in
    })
}

/// `false` if a half-finished sign-in goes on with a session that has ended, or that the browser does not have.
pub(super) async fn is_in_its_session(
    base: &Base,
    pending: &PendingSignIn,
    token: Option<&SessionToken>,
) -> Result<bool, StoreError> {
    match (pending.session, token) {
        (None, _) => Ok(true),
        (Some(_), None) => Ok(false),
        (Some(id), Some(token)) => Ok(session(base, token)
            .await?
            .is_some_and(|session| session.id == id)),
    }
}

/// Opens a session, and makes the value by which the browser is known at the next sign-in to this account.
pub(crate) async fn open_for_browser(
    base: &Base,
    keys: &Keys,
    person: AuthenticatedPerson,
    new: NewSession<'_>,
    request: RequestOrigin<'_>,
) -> Result<SignedIn, OpenSessionError> {
    let account = guessed_account(person.account().username.as_str());
    let OpenedSession { token, session } = open_session(base, person, new, request).await?;
    let device = URL_SAFE_NO_PAD.encode(device_tag(&keys.purpose, &account));
    Ok(SignedIn {
        token,
        session,
        device,
        remembered_device: None,
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
