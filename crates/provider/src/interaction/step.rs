//! The next step of an authorization request, decided without asking anything: login, consent, answer or error
//! (OpenID Connect Core sections 3.1.2.3 and 3.1.2.4).

use pixie_oauth::Prompt;

use super::hint::Hint;
use super::proof::Answered;
use crate::authorize::RedirectRefusal;
use crate::authorize::request::AuthorizationRequest;
use crate::clock::Timestamp;
use crate::people::Session;
use crate::store::Consent;

/// What the person said on the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allow,
    /// No.
    Deny,
}

/// Why a person must sign in, or say who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginReason {
    /// Nobody is signed in in this browser.
    NotSignedIn,
    /// The client wants them to make an account (`prompt=create`).
    NewAccount,
    /// The client wants them to sign in again (`prompt=login`).
    Again,
    /// They signed in longer ago than the client wants (`max_age`).
    TooLongAgo,
    /// The client wants them to choose an account (`prompt=select_account`).
    WhichAccount,
    /// The client expects somebody else (`id_token_hint`, or a subject in `claims`).
    SomebodyElse,
}

/// Why a person is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentReason {
    /// They have never allowed this client anything, or it is not remembered.
    NotGiven,
    /// The client asks for more than they allowed.
    Wider,
    /// The client wants them to be asked (`prompt=consent`).
    Wanted,
}

/// What is known when the step is decided.
#[derive(Clone, Copy)]
pub(crate) struct Evidence<'a> {
    pub(crate) session: Option<&'a Session>,
    pub(crate) consent: Option<&'a Consent>,
    pub(crate) decision: Option<Decision>,
    pub(crate) answered: Answered,
    pub(crate) hint: Hint,
    pub(crate) now: Timestamp,
}

/// The next step.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    Login(LoginReason),
    Consent(ConsentReason),
    Complete(&'a Session),
    Refuse(RedirectRefusal),
}

/// The next step. `prompt=none` becomes its error here and nowhere else.
pub(crate) fn next_step<'a>(request: &AuthorizationRequest, evidence: Evidence<'a>) -> Step<'a> {
    if let Some(reason) = login_needed(request, evidence) {
        return match reason {
            _ if !request.silent() => Step::Login(reason),
            LoginReason::WhichAccount => Step::Refuse(RedirectRefusal::AccountSelectionRequired),
            _ => Step::Refuse(RedirectRefusal::LoginRequired),
        };
    }
    let Some(session) = evidence.session else {
        return Step::Refuse(RedirectRefusal::LoginRequired);
    };
    if evidence.hint == Hint::SomebodyElse {
        // They were asked, and signed in as another person than the client expects.
        return Step::Refuse(RedirectRefusal::OtherPerson);
    }
    match consent_needed(request, evidence) {
        _ if evidence.decision == Some(Decision::Deny) => Step::Refuse(RedirectRefusal::Denied),
        None => Step::Complete(session),
        Some(_) if request.silent() => Step::Refuse(RedirectRefusal::ConsentRequired),
        Some(reason) => Step::Consent(reason),
    }
}

fn login_needed(request: &AuthorizationRequest, evidence: Evidence<'_>) -> Option<LoginReason> {
    let answered = evidence.answered;
    let wants = |prompt| request.prompts.has(prompt);
    if wants(Prompt::Create) && !answered.signed_in {
        return Some(LoginReason::NewAccount);
    }
    let Some(session) = evidence.session else {
        return Some(LoginReason::NotSignedIn);
    };
    if answered.signed_in {
        return None;
    }
    let age = evidence.now.since(session.authenticated_at);
    if wants(Prompt::Login) {
        Some(LoginReason::Again)
    } else if request.max_age.is_some_and(|most| age > most || most == 0) {
        Some(LoginReason::TooLongAgo)
    } else if wants(Prompt::SelectAccount) && !answered.chosen {
        Some(LoginReason::WhichAccount)
    } else if evidence.hint == Hint::SomebodyElse || (evidence.hint == Hint::Unrecognised && request.silent())
    {
        // A hint that says nothing is no reason to trouble a person, and none to answer for whoever is here.
        Some(LoginReason::SomebodyElse)
    } else {
        None
    }
}

fn consent_needed(request: &AuthorizationRequest, evidence: Evidence<'_>) -> Option<ConsentReason> {
    if evidence.decision == Some(Decision::Allow) {
        return None;
    }
    if request.prompts.has(Prompt::Consent) {
        return Some(ConsentReason::Wanted);
    }
    if request.client.trusted {
        return None;
    }
    match evidence.consent {
        Some(consent) if request.may_be_remembered() => {
            (!consent.scope.covers(&request.told)).then_some(ConsentReason::Wider)
        }
        _ => Some(ConsentReason::NotGiven),
    }
}

#[cfg(test)]
mod tests;
