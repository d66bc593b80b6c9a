//! The demands that a request makes on the person: how strong and how recent the sign-in, which account, which consent. It
//! says nothing of how the answer travels, so that any endpoint that waits for a person can state one.

use pixie_oauth::{Acr, Prompt, Prompts, Scope};

use super::hint::Hint;
use super::requested_acr::RequestedAcr;
use crate::entities::Client;
use crate::people::Session;
use crate::people::policy::Demand;
use crate::people::step_up::Reach;
use crate::settings::AcrSettings;

/// The demands of one request.
#[derive(Clone, Copy)]
pub(crate) struct Requirement<'a> {
    pub(crate) client: &'a Client,
    pub(crate) prompts: &'a Prompts,
    /// Seconds since the sign-in at most; 0 asks for a new one.
    pub(crate) max_age: Option<i64>,
    /// The context classes that the client requests.
    pub(crate) acr: Option<&'a RequestedAcr>,
    pub(crate) acr_names: &'a AcrSettings,
    /// The account that the client expects, compared with the one that is signed in.
    pub(crate) account: Hint,
    /// The scope that the person must have allowed.
    pub(crate) scope: &'a Scope,
}

impl Requirement<'_> {
    /// `prompt=none`: no page may be shown.
    pub(crate) fn is_silent(&self) -> bool {
        self.prompts.has(Prompt::None)
    }

    /// Tells if a session may not be enough, however alive it is.
    pub(crate) fn depends_on_the_sign_in(&self) -> bool {
        let prompts = [Prompt::Login, Prompt::Create, Prompt::SelectAccount];
        self.max_age.is_some()
            || self.acr.is_some()
            || self.account != Hint::Absent
            || prompts.into_iter().any(|prompt| self.prompts.has(prompt))
    }

    /// `true` if the step of a session depends on the credentials of its person.
    pub(crate) fn depends_on_credentials(&self, session: &Session, demand: Demand) -> bool {
        let preferred = self.acr.and_then(|acr| acr.values.first());
        self.lacks_second_factor(session, demand)
            || preferred.is_some_and(|acr| !self.acr_names.reaches(&session.acr, acr))
    }

    /// `true` if the policy demands a second factor that the session does not have.
    pub(crate) fn lacks_second_factor(&self, session: &Session, demand: Demand) -> bool {
        demand == Demand::Required && !session.meets_policy(self.acr_names)
    }

    /// `true` if the client wishes for a context class and does not insist on it.
    pub(crate) fn may_be_weaker(&self) -> bool {
        self.acr.is_none_or(|acr| !acr.essential)
    }

    /// Compares the sign-in of a session with the requested context classes. The first that the person can reach is used.
    pub(crate) fn of_class(&self, session: &Session, reach: Reach) -> ClassStep {
        let Some(requested) = self.acr else {
            return ClassStep::Reached;
        };
        let reached = |acr: &Acr| self.acr_names.reaches(&session.acr, acr);
        let names = self.acr_names;
        let strongest = match reach {
            Reach::Unknown | Reach::OneFactor => None,
            Reach::TwoFactors => Some(&names.two_factors),
            Reach::PhishingResistant => Some(&names.phishing_resistant),
        };
        let reachable = |acr: &Acr| strongest.is_some_and(|strongest| names.reaches(strongest, acr));
        let mut values = requested.values.iter();
        match values.find(|acr| reached(acr) || reachable(acr)) {
            Some(acr) if reached(acr) => ClassStep::Reached,
            Some(_) if self.is_silent() && requested.values.iter().any(reached) => ClassStep::Reached,
            Some(_) if self.is_silent() && !requested.essential => ClassStep::Reached,
            Some(_) => ClassStep::StepUp,
            None if !requested.essential => ClassStep::Reached,
            None if reach == Reach::Unknown => ClassStep::SignInAgain,
            None => ClassStep::Unreachable,
        }
    }
}

/// The way of a session to the requested context class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClassStep {
    /// The sign-in reaches a class that the client accepts.
    Reached,
    /// A second factor reaches it.
    StepUp,
    /// Perhaps another sign-in reaches it.
    SignInAgain,
    /// Nothing that the person has reaches what the client insists on.
    Unreachable,
}
