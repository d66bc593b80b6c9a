//! The next step of an authorization request, decided without asking anything: login, consent, code or error
//! (OpenID Connect Core sections 3.1.2.3 and 3.1.2.4).

use super::refusal::RedirectRefusal;
use super::request::AuthorizationRequest;
use crate::accounts::Session;
use crate::store::Consent;

/// What the person said on the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allow,
    /// No.
    Deny,
}

/// Why a person must sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginReason {
    /// Nobody is signed in in this browser.
    NotSignedIn,
}

/// Why a person is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentReason {
    /// They have never allowed this client anything, or it is not remembered.
    NotGiven,
    /// The client asks for more than they allowed.
    Wider,
}

/// What is known when the step is decided.
#[derive(Clone, Copy)]
pub(super) struct Evidence<'a> {
    pub(super) session: Option<&'a Session>,
    pub(super) consent: Option<&'a Consent>,
    pub(super) decision: Option<Decision>,
}

/// The next step.
#[derive(Debug)]
pub(super) enum Step<'a> {
    Login(LoginReason),
    Consent(ConsentReason),
    Complete(&'a Session),
    Refuse(RedirectRefusal),
}

/// The next step. `prompt=none` becomes its error here and nowhere else.
pub(super) fn next_step<'a>(request: &AuthorizationRequest, evidence: Evidence<'a>) -> Step<'a> {
    let Some(session) = evidence.session else {
        return if request.silent {
            Step::Refuse(RedirectRefusal::LoginRequired)
        } else {
            Step::Login(LoginReason::NotSignedIn)
        };
    };
    match consent_needed(request, evidence) {
        _ if evidence.decision == Some(Decision::Deny) => Step::Refuse(RedirectRefusal::Denied),
        None => Step::Complete(session),
        Some(_) if request.silent => Step::Refuse(RedirectRefusal::ConsentRequired),
        Some(reason) => Step::Consent(reason),
    }
}

fn consent_needed(request: &AuthorizationRequest, evidence: Evidence<'_>) -> Option<ConsentReason> {
    if request.client.trusted || evidence.decision == Some(Decision::Allow) {
        return None;
    }
    match evidence.consent {
        Some(consent) if request.may_be_remembered() => {
            (!consent.scope.covers(&request.scope)).then_some(ConsentReason::Wider)
        }
        _ => Some(ConsentReason::NotGiven),
    }
}
