//! The account that the client expects: that of an earlier ID token, or a subject in `claims` (OpenID Connect Core sections
//! 3.1.2.1, `id_token_hint`, and 5.5.1).

use pixie_oauth::ClaimRequest;

use crate::base::Base;
use crate::entities::Client;
use crate::keys::Keys;
use crate::people::Session;
use crate::tokens::id_token_hint;
use crate::tokens::subject;

/// The comparison of a hint with the account that is signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Hint {
    /// The request has no hint.
    #[default]
    Absent,
    /// The hint names this account.
    Same,
    /// The hint names another account.
    SomebodyElse,
    /// This server has not issued the ID token, or its key is gone: it says nothing of anybody.
    Unrecognised,
}

/// The account that a request expects.
#[derive(Clone, Copy)]
pub(crate) struct ExpectedAccount<'a> {
    pub(crate) client: &'a Client,
    /// The claim `sub` in the parameter `claims`.
    pub(crate) subject: Option<&'a ClaimRequest>,
    pub(crate) id_token_hint: Option<&'a str>,
}

/// Compares what a request expects with the person of a session. An expired ID token is as good as another: it says who it
/// was, not that they are here.
pub(crate) async fn hint(
    base: &Base,
    keys: &Keys,
    expected: ExpectedAccount<'_>,
    session: Option<&Session>,
) -> Hint {
    if expected.subject.is_none() && expected.id_token_hint.is_none() {
        return Hint::Absent;
    }
    let subject = session
        .map(|session| subject::subject(&keys.purpose, expected.client, session.account.local_subject()));
    if let (Some(requested), Some(subject)) = (expected.subject, &subject)
        && !requested.accepts(&serde_json::Value::String(subject.clone()))
    {
        return Hint::SomebodyElse;
    }
    let Some(hint) = expected.id_token_hint else {
        return Hint::Absent;
    };
    match id_token_hint::id_token_hint(base, keys, hint).await {
        Err(_) => Hint::Unrecognised,
        Ok(hinted) if Some(&hinted.subject) == subject.as_ref() => Hint::Same,
        Ok(_) => Hint::SomebodyElse,
    }
}
