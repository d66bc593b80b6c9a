//! The next step of a request that waits for a person, decided without asking anything: login, consent, answer or error
//! (OpenID Connect Core sections 3.1.2.3 and 3.1.2.4).

use pixie_oauth::Prompt;

use super::hint::Hint;
use super::proof::Proven;
use super::requirement::{ClassStep, Requirement};
use crate::clock::Timestamp;
use crate::people::Session;
use crate::people::policy::Demand;
use crate::people::step_up::Reach;
use crate::store::Consent;

/// The answer that the user gave on the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The user allows the request.
    Allow,
    /// The user allows the request, and later requests too although any program on the device can take the client's place at this
    /// redirect URI ([`crate::ConsentRequest::remembered`]). For all other requests the same as `Allow`.
    AllowOnDevice,
    /// The user denies the request.
    Deny,
}

impl Decision {
    /// Returns `true` if the request is allowed.
    pub fn allows(self) -> bool {
        matches!(self, Self::Allow | Self::AllowOnDevice)
    }
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
    /// The client insists on a stronger sign-in (an essential `acr` in `claims`), and only the host application knows if there is one.
    Stronger,
    /// The client requests a context class that a second factor beside the sign-in of the session reaches, or the policy demands one: the
    /// first factor is not asked for again.
    SecondFactor,
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

/// The request is refused instead of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepRefusal {
    /// `prompt=none`, and nobody is signed in, or not as the client requires.
    LoginRequired,
    /// `prompt=none`, and the person would have to choose an account.
    AccountSelectionRequired,
    /// `prompt=none`, and the person would have to consent.
    ConsentRequired,
    /// Another person signed in than the client expects.
    OtherPerson,
    /// The sign-in does not reach the context class on which the client insists.
    UnmetContext,
    /// The person denied the request.
    Denied,
}

/// The facts that decide the step.
#[derive(Clone, Copy)]
pub(crate) struct Evidence<'a> {
    pub(crate) session: Option<&'a Session>,
    /// The consent that counts for the redirect URI of the request.
    pub(crate) consent: Option<&'a Consent>,
    pub(crate) decision: Option<Decision>,
    pub(crate) proven: Proven,
    /// The second factor that the policy demands of the person for this client.
    pub(crate) demand: Demand,
    /// The factors that the person could prove, if [`Requirement::depends_on_credentials`].
    pub(crate) reach: Reach,
    /// The time at which the request came: the age of the sign-in is judged by it.
    pub(crate) arrived_at: Timestamp,
}

/// The next step.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    Login(LoginReason),
    Consent(ConsentReason),
    Complete(&'a Session),
    Refuse(StepRefusal),
}

/// The next step. `prompt=none` becomes its error here and nowhere else.
pub(crate) fn next_step<'a>(requirement: Requirement<'_>, evidence: Evidence<'a>) -> Step<'a> {
    if let Some(reason) = login_needed(requirement, evidence) {
        return match reason {
            _ if !requirement.is_silent() => Step::Login(reason),
            LoginReason::WhichAccount => Step::Refuse(StepRefusal::AccountSelectionRequired),
            _ => Step::Refuse(StepRefusal::LoginRequired),
        };
    }
    let Some(session) = evidence.session else {
        return Step::Refuse(StepRefusal::LoginRequired);
    };
    if requirement.account == Hint::SomebodyElse {
        // They were asked, and signed in as another person than the client expects.
        return Step::Refuse(StepRefusal::OtherPerson);
    }
    if requirement.lacks_second_factor(session, evidence.demand) {
        return match evidence.reach {
            _ if requirement.is_silent() => Step::Refuse(StepRefusal::LoginRequired),
            Reach::OneFactor | Reach::TwoFactors | Reach::PhishingResistant => {
                Step::Login(LoginReason::SecondFactor)
            }
            Reach::Unknown if evidence.proven.signed_in => Step::Refuse(StepRefusal::UnmetContext),
            Reach::Unknown => Step::Login(LoginReason::Stronger),
        };
    }
    match requirement.of_class(session, evidence.reach) {
        ClassStep::Reached => {}
        // They were asked, and used another factor than the one that the class needs.
        ClassStep::StepUp if evidence.proven.signed_in && requirement.may_be_weaker() => {}
        ClassStep::StepUp if !requirement.is_silent() => return Step::Login(LoginReason::SecondFactor),
        // Somebody who has just signed in again, no stronger, is not asked once more.
        ClassStep::SignInAgain if !requirement.is_silent() && !evidence.proven.signed_in => {
            return Step::Login(LoginReason::Stronger);
        }
        ClassStep::StepUp | ClassStep::SignInAgain | ClassStep::Unreachable => {
            return Step::Refuse(StepRefusal::UnmetContext);
        }
    }
    match consent_needed(requirement, evidence) {
        _ if evidence.decision == Some(Decision::Deny) => Step::Refuse(StepRefusal::Denied),
        None => Step::Complete(session),
        Some(_) if requirement.is_silent() => Step::Refuse(StepRefusal::ConsentRequired),
        Some(reason) => Step::Consent(reason),
    }
}

fn login_needed(requirement: Requirement<'_>, evidence: Evidence<'_>) -> Option<LoginReason> {
    let proven = evidence.proven;
    let requires = |prompt| requirement.prompts.has(prompt);
    if requires(Prompt::Create) && !proven.signed_in {
        return Some(LoginReason::NewAccount);
    }
    let Some(session) = evidence.session else {
        return Some(LoginReason::NotSignedIn);
    };
    if proven.signed_in {
        return None;
    }
    let age = evidence.arrived_at.since(session.authenticated_at);
    let account = requirement.account;
    if requires(Prompt::Login) {
        Some(LoginReason::Again)
    } else if requirement.max_age.is_some_and(|max| age > max || max == 0) {
        Some(LoginReason::TooLongAgo)
    } else if requires(Prompt::SelectAccount) && !proven.chosen {
        Some(LoginReason::WhichAccount)
    } else if account == Hint::SomebodyElse || (account == Hint::Unrecognised && requirement.is_silent()) {
        // A hint that names nobody is no reason to interrupt a user, and none to accept the account that is signed in.
        Some(LoginReason::SomebodyElse)
    } else {
        None
    }
}

fn consent_needed(requirement: Requirement<'_>, evidence: Evidence<'_>) -> Option<ConsentReason> {
    if evidence.decision.is_some_and(Decision::allows) {
        return None;
    }
    if requirement.prompts.has(Prompt::Consent) {
        return Some(ConsentReason::Wanted);
    }
    if requirement.client.trusted {
        return None;
    }
    match evidence.consent {
        Some(consent) => (!consent.scope.covers(requirement.scope)).then_some(ConsentReason::Wider),
        None => Some(ConsentReason::NotGiven),
    }
}

#[cfg(test)]
mod tests;
