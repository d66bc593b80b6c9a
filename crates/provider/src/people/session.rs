//! Sessions of browsers (OWASP ASVS 7): opened by an [`AuthenticatedPerson`] only, found by a cookie, revoked.

use pixie_oauth::{Acr, AuthenticationMethods, SessionToken, TokenHash, kinds};
use thiserror::Error;

use super::authentication::AuthenticatedPerson;
use crate::base::Base;
use crate::clock::Timestamp;
use crate::entities::Account;
use crate::events::actor::{ActingPerson, Actor, RequestOrigin};
use crate::events::event::{Ended, Event};
use crate::ids::SessionId;
use crate::randomness::RandomnessError;
use crate::settings::AcrSettings;
use crate::store::{CloseSession, ClosedSession, OpenSession, StoreError};

/// Seconds between two notes that a session was used: reading a page need not cost a write.
const TOUCH_EVERY: i64 = 300;

/// Seconds after a sign-in in which its person may do what is dangerous, such as changing how they sign in.
const FRESH_FOR: i64 = 10 * 60;

/// A signed-in browser.
#[derive(Clone, Debug)]
pub struct Session {
    /// The session's id; not the secret in the cookie.
    pub id: SessionId,
    /// The person.
    pub account: Account,
    /// The methods by which they proved who they are (`amr`).
    pub methods: AuthenticationMethods,
    /// The context class that the methods reach (`acr`).
    pub acr: Acr,
    /// The time of the proof (`auth_time`).
    pub authenticated_at: Timestamp,
    /// `true` if they stay signed in on this device ([`crate::Lifetimes::session`]).
    pub persistent: bool,
    /// `true` if the second factor was not asked for, because the device is remembered.
    pub remembered_device: bool,
    /// The hash of the cookie: each sign-in has another one.
    pub(crate) sign_in: TokenHash<kinds::Session>,
}

impl Session {
    /// `true` if its person authenticated in the last minutes.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        now.since(self.authenticated_at) < FRESH_FOR
    }

    /// `true` if its person has proved two factors, here or at a host application, or one of them on a remembered device.
    pub(crate) fn meets_policy(&self, names: &AcrSettings) -> bool {
        self.remembered_device || names.reaches(&self.acr, &names.two_factors)
    }
}

/// The place of a session that is to be opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewSession<'a> {
    /// The browser's session until now; it ends. If it is one of the same person, it goes on under another cookie.
    pub replaces: Option<&'a SessionToken>,
    /// `true` if the person stays signed in on this device. A session that goes on stays persistent.
    pub persistent: bool,
    /// `true` if the second factor was not asked for, because the device is remembered.
    pub remembered_device: bool,
}

impl<'a> NewSession<'a> {
    /// A session in place of that of the browser, which ends with the browser.
    pub(crate) fn in_place_of(replaces: Option<&'a SessionToken>) -> Self {
        Self {
            replaces,
            ..Self::default()
        }
    }
}

/// A session that was just opened.
#[derive(Debug)]
pub struct OpenedSession {
    /// The value for the session cookie.
    pub token: SessionToken,
    /// The session.
    pub session: Session,
}

/// No session is opened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OpenSessionError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There are no random bytes.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

pub(crate) async fn open_session(
    base: &Base,
    person: AuthenticatedPerson,
    new: NewSession<'_>,
    request: RequestOrigin<'_>,
) -> Result<OpenedSession, OpenSessionError> {
    let (token, now): (SessionToken, _) = (base.random_token()?, base.now());
    let account = person.account();
    let before = session_to_continue(base, account, new.replaces).await?;
    let id = match &before {
        Some(before) => before.id,
        None => SessionId::new(base.milliseconds(), &*base.randomness)?,
    };
    let lifetimes = &base.settings.lifetimes;
    let chosen = new.persistent || before.is_some_and(|before| before.persistent);
    let persistent = chosen && lifetimes.offer_persistent_sessions();
    let session = Session {
        id,
        account: account.clone(),
        methods: person.methods(),
        acr: person.acr().clone(),
        authenticated_at: person.at(),
        persistent,
        remembered_device: new.remembered_device,
        sign_in: token.hash(),
    };
    let command = OpenSession {
        hash: token.hash(),
        id,
        account: account.id,
        methods: session.methods,
        acr: session.acr.clone(),
        authenticated_at: session.authenticated_at,
        credential: person.credential(),
        now,
        expires_at: now.plus(lifetimes.session(persistent).absolute),
        persistent,
        remembered_device: new.remembered_device,
        replaces: new.replaces.map(SessionToken::hash),
    };
    let event = Event::SignedIn {
        account: account.id,
        session: id,
        methods: session.methods,
    };
    let actor = acting(account, request);
    let stored = base.stored_event(actor, &event);
    base.store.open_session(command, stored).await?;
    base.happened(actor, &event);
    Ok(OpenedSession { token, session })
}

/// Somebody who signs in again goes on with their session: its applications stay signed in and are notified when it ends.
async fn session_to_continue(
    base: &Base,
    account: &Account,
    replaces: Option<&SessionToken>,
) -> Result<Option<Session>, StoreError> {
    let Some(token) = replaces else {
        return Ok(None);
    };
    let before = session(base, token).await?;
    Ok(before.filter(|before| before.account.id == account.id))
}

pub(crate) async fn session(base: &Base, token: &SessionToken) -> Result<Option<Session>, StoreError> {
    let (hash, now) = (token.hash(), base.now());
    let Some(record) = base.store.find_session(hash).await? else {
        return Ok(None);
    };
    let idle = now.since(record.last_seen_at);
    let lifetime = base.settings.lifetimes.session(record.persistent);
    let ended = record.expires_at <= now || idle >= lifetime.idle;
    if ended || record.account.disabled_at.is_some() {
        return Ok(None);
    }
    if idle >= TOUCH_EVERY {
        base.store.touch_session(hash, now).await?;
    }
    Ok(Some(Session {
        id: record.id,
        account: record.account,
        methods: record.methods,
        acr: record.acr,
        authenticated_at: record.authenticated_at,
        persistent: record.persistent,
        remembered_device: record.remembered_device,
        sign_in: hash,
    }))
}

/// Ends a session, and with it the grants that do not outlive it; its clients will be notified.
pub(crate) async fn revoke_session(
    base: &Base,
    token: &SessionToken,
    session: &Session,
    request: RequestOrigin<'_>,
) -> Result<ClosedSession, StoreError> {
    let event = |ended| Event::SignedOut {
        account: session.account.id,
        session: session.id,
        ended,
    };
    let command = CloseSession {
        hash: token.hash(),
        now: base.now(),
    };
    let actor = acting(&session.account, request);
    let stored = base.stored_event(actor, &event(Ended::default()));
    let closed = base.store.close_session(command, stored).await?;
    let ended = Ended {
        clients: closed.clients.len(),
        grants: closed.grants,
    };
    base.happened(actor, &event(ended));
    Ok(closed)
}

fn acting<'a>(account: &'a Account, request: RequestOrigin<'a>) -> Actor<'a> {
    Actor::Person(ActingPerson {
        account,
        request,
        fresh: false,
    })
}
