//! Adding an app in the sign-in: the policy asks for a second factor, and the account has none.

use pixie_oauth::SessionToken;

use super::credentials::{
    CredentialRefusal, Enroller, NewTotp, RecoveryCodes, add_app, confirmed_app, new_totp_of, shown_totp_of,
};
use crate::base::Base;
use crate::clock::Timestamp;
use crate::entities::Username;
use crate::events::actor::{ActingPerson, Actor, RequestOrigin};
use crate::keys::Keys;
use crate::people::enrolment::{Enrolling, complete_once, enrolling};
use crate::people::sign_in::open_for_browser;
use crate::people::{NewSession, OpenSessionError, SignedIn};

/// The contents of the page on which somebody adds an app to complete their sign-in.
#[derive(Debug)]
pub struct Enrolment {
    /// The username of the account.
    pub username: Username,
    /// The secret for the app.
    pub totp: NewTotp,
    /// The time from which a second factor is required, if the person may put it off until then.
    pub required_from: Option<Timestamp>,
}

/// An app that is added to complete a sign-in.
#[derive(Clone, Copy)]
pub struct CompleteEnrolment<'a> {
    /// The value of [`crate::SignInProgress::Enrolment`], from this browser.
    pub pending: &'a str,
    /// The value of [`NewTotp::sealed`].
    pub sealed: &'a str,
    /// The code that the app shows.
    pub code: &'a str,
    /// The name of the app; it may be empty.
    pub label: &'a str,
    /// The request.
    pub request: RequestOrigin<'a>,
    /// The browser's session until now; it ends.
    pub replaces: Option<&'a SessionToken>,
}

impl std::fmt::Debug for CompleteEnrolment<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("CompleteEnrolment")
    }
}

/// Somebody who has added an app and is signed in.
#[derive(Debug)]
pub struct Enrolled {
    /// The session, with two factors.
    pub signed_in: SignedIn,
    /// The recovery codes that were made, if the account had none.
    pub recovery_codes: Option<RecoveryCodes>,
}

impl From<OpenSessionError> for CredentialRefusal {
    fn from(error: OpenSessionError) -> Self {
        match error {
            OpenSessionError::Store(error) => Self::Store(error),
            OpenSessionError::Randomness(error) => Self::Randomness(error),
        }
    }
}

fn enroller(enrolling: &Enrolling) -> Enroller<'_> {
    Enroller {
        account: &enrolling.account,
        place: *enrolling.pending.id(),
    }
}

pub(crate) async fn enrolment(
    base: &Base,
    keys: &Keys,
    pending: &str,
    session: Option<&SessionToken>,
    sealed: Option<&str>,
) -> Result<Option<Enrolment>, CredentialRefusal> {
    let Some(enrolling) = enrolling(base, keys, pending, session).await? else {
        return Ok(None);
    };
    let enroller = enroller(&enrolling);
    let totp = match sealed {
        Some(sealed) => shown_totp_of(base, keys, enroller, sealed)?,
        None => new_totp_of(base, keys, enroller)?,
    };
    Ok(Some(Enrolment {
        username: enrolling.account.username.clone(),
        totp,
        required_from: enrolling.required_from,
    }))
}

pub(crate) async fn complete_enrolment(
    base: &Base,
    keys: &Keys,
    request: CompleteEnrolment<'_>,
) -> Result<Enrolled, CredentialRefusal> {
    let enrolling = enrolling(base, keys, request.pending, request.replaces).await?;
    let enrolling = enrolling.ok_or(CredentialRefusal::SignInEnded)?;
    let typed = (request.code, request.label);
    let app = confirmed_app(base, keys, enroller(&enrolling), request.sealed, typed)?;
    let Enrolling { pending, account, .. } = enrolling;
    if !complete_once(base, &pending).await? {
        return Err(CredentialRefusal::SignInEnded);
    }
    let actor = Actor::Person(ActingPerson {
        account: &account,
        request: request.request,
        fresh: true,
    });
    let person = pending.with_new_app(&base.settings.acr, account.clone(), &app);
    let recovery_codes = add_app(base, keys, actor, account.id, app).await?;
    let new = NewSession {
        replaces: request.replaces,
        persistent: pending.persistent,
        ..NewSession::default()
    };
    Ok(Enrolled {
        signed_in: open_for_browser(base, keys, person, new, request.request).await?,
        recovery_codes,
    })
}
