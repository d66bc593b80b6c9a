//! The demands that a request makes on the person: how strong and how recent the sign-in, which account, which consent. It
//! says nothing of how the answer travels, so that any endpoint that waits for a person can state one.

use pixie_oauth::{Acr, ClaimRequest, Prompt, Prompts, Scope};

use super::hint::Hint;
use crate::entities::Client;
use crate::people::Session;

/// The demands of one request.
#[derive(Clone, Copy)]
pub(crate) struct Requirement<'a> {
    pub(crate) client: &'a Client,
    pub(crate) prompts: &'a Prompts,
    /// Seconds since the sign-in at most; 0 asks for a new one.
    pub(crate) max_age: Option<i64>,
    /// The context class, if the client insists on one (OpenID Connect Core section 5.5.1.1).
    pub(crate) acr: Option<&'a ClaimRequest>,
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

    /// Tells if the sign-in of a session reaches the context class.
    pub(crate) fn accepts_acr_of(&self, session: &Session) -> bool {
        reached_acr(self.acr, &session.acr).is_some()
    }
}

/// The context class that an answer names: that of the sign-in, or if the client insists on a weaker one, that one (OpenID Connect
/// Core section 5.5.1.1). `None` if the sign-in does not reach what the client insists on.
pub(crate) fn reached_acr(required: Option<&ClaimRequest>, of_sign_in: &Acr) -> Option<Acr> {
    let classes = [Acr::phishing_resistant(), Acr::two_factors(), Acr::one_factor()];
    let weaker = classes.iter().skip_while(|class| *class != of_sign_in).skip(1);
    let mut reached = std::iter::once(of_sign_in).chain(weaker).cloned();
    reached.find(|acr| required.is_none_or(|required| required.accepts(&acr.as_str().into())))
}
