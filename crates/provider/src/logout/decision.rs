//! The decision on a logout request (OpenID Connect RP-Initiated Logout 1.0 section 2).

use pixie_oauth::Params;

use super::refusal::LogoutRefusal;
use super::request::PostLogoutRedirect;
use crate::context::Context;
use crate::entities::Client;
use crate::keys::PurposeKeys;
use crate::logout::request;
use crate::people::Session;
use crate::tokens::id_token_hint::IdTokenHint;
use crate::tokens::subject;

/// The next step of a logout.
#[derive(Clone, Debug)]
pub enum LogoutPlan {
    /// Nobody is signed in: there is nothing to end.
    Nobody(LogoutRedirect),
    /// The session ends now.
    End(LogoutRedirect),
    /// The person is asked first, on a page of ours: nothing is ended before.
    Ask(AskReason, LogoutRedirect),
    /// The request is refused on a page.
    Refuse(LogoutRefusal),
}

/// The place that the browser goes to once nobody is signed in.
#[derive(Clone, Debug, Default)]
pub struct LogoutRedirect {
    /// The application that asked.
    pub application: Option<String>,
    /// The address to return to.
    pub return_to: Option<PostLogoutRedirect>,
    /// `true` if the browser goes there by itself: an id token of ours was shown, or the person has agreed. Otherwise there is
    /// a link.
    pub by_itself: bool,
}

/// Why the person is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskReason {
    /// Anybody could have sent the browser here.
    NoHint,
    /// The hint is about somebody else.
    AnotherPerson,
    /// The hint is about another session of the same person.
    AnotherSession,
}

pub(crate) async fn plan_logout(
    context: &Context,
    params: &Params,
    session: Option<&Session>,
    confirmed: bool,
) -> LogoutPlan {
    let request = match request::logout_request(context, params).await {
        Ok(request) => request,
        Err(refusal) => return LogoutPlan::Refuse(refusal),
    };
    let known = session.map(|session| {
        request
            .client
            .as_ref()
            .map(|client| known(&context.keys.purpose, client, session))
    });
    let step = next_step(
        request.hint.as_ref(),
        known.as_ref().map(Option::as_ref),
        confirmed,
    );
    let redirect = LogoutRedirect {
        application: request.client.map(|client| client.name.clone()),
        return_to: request.return_to,
        by_itself: request.hint.is_some() || (confirmed && session.is_some()),
    };
    match step {
        Step::Nobody => LogoutPlan::Nobody(redirect),
        Step::End => LogoutPlan::End(redirect),
        Step::Ask(reason) => LogoutPlan::Ask(reason, redirect),
    }
}

fn known(keys: &PurposeKeys, client: &Client, session: &Session) -> Known {
    Known {
        subject: subject::subject(keys, client, session.account.local_subject()),
        session: subject::session_identifier(keys, client, session.id),
    }
}

/// The session in the browser, as a client knows it.
struct Known {
    subject: String,
    session: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Nobody,
    End,
    Ask(AskReason),
}

/// The decision. `session` is the browser's, as far as a client is named that can know it.
fn next_step(hint: Option<&IdTokenHint>, session: Option<Option<&Known>>, confirmed: bool) -> Step {
    let Some(known) = session else {
        return Step::Nobody;
    };
    if confirmed {
        return Step::End;
    }
    match (hint, known) {
        (Some(hint), Some(known)) if hint.subject != known.subject => Step::Ask(AskReason::AnotherPerson),
        (Some(hint), Some(known)) => match &hint.session {
            Some(session) if *session != known.session => Step::Ask(AskReason::AnotherSession),
            _ => Step::End,
        },
        _ => Step::Ask(AskReason::NoHint),
    }
}

#[cfg(test)]
mod tests {
    use pixie_oauth::ClientId;

    use super::*;

    fn hint(subject: &str, session: Option<&str>) -> Option<IdTokenHint> {
        Some(IdTokenHint {
            client: ClientId::parse("rp").unwrap(),
            subject: subject.to_owned(),
            session: session.map(str::to_owned),
        })
    }

    #[test]
    fn only_a_hint_of_this_session_ends_it_unasked() {
        let known = Known {
            subject: "ada".to_owned(),
            session: "s".to_owned(),
        };
        let ask = |reason| (Step::Ask(reason), Step::End);
        for (hint, known, (unasked, confirmed)) in [
            (hint("ada", Some("s")), Some(&known), (Step::End, Step::End)),
            (hint("ada", None), Some(&known), (Step::End, Step::End)),
            (
                hint("ada", Some("old")),
                Some(&known),
                ask(AskReason::AnotherSession),
            ),
            (
                hint("eve", Some("s")),
                Some(&known),
                ask(AskReason::AnotherPerson),
            ),
            (hint("eve", None), Some(&known), ask(AskReason::AnotherPerson)),
            (hint("Ada", None), Some(&known), ask(AskReason::AnotherPerson)),
            (None, Some(&known), ask(AskReason::NoHint)),
            (None, None, ask(AskReason::NoHint)),
        ] {
            let case = format!("{hint:?}");
            assert_eq!(next_step(hint.as_ref(), Some(known), false), unasked, "{case}");
            assert_eq!(next_step(hint.as_ref(), Some(known), true), confirmed, "{case}");
            assert_eq!(next_step(hint.as_ref(), None, false), Step::Nobody, "{case}");
            assert_eq!(next_step(hint.as_ref(), None, true), Step::Nobody, "{case}");
        }
    }
}
