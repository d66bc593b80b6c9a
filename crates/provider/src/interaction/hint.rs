//! Whom the client expects: the id token of an earlier sign-in, or a subject asked for (OpenID Connect Core sections 3.1.2.1,
//! `id_token_hint`, and 5.5.1).

use pixie_oauth::Params;

use crate::authorize::request::AuthorizationRequest;
use crate::base::Base;
use crate::keys::Keys;
use crate::people::Session;
use crate::tokens::id_token_hint;
use crate::tokens::subject;

/// What a hint says of the person who is signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Hint {
    /// There is none.
    #[default]
    Absent,
    /// It is they.
    Same,
    /// It is somebody else.
    SomebodyElse,
    /// This server has not issued it, or the key is gone: it says nothing of anybody.
    Unrecognised,
}

/// What the request's hints say of the person of a session. An expired id token is as good as another: it says who it
/// was, not that they are here.
pub(crate) async fn hint(
    base: &Base,
    keys: &Keys,
    request: &AuthorizationRequest,
    params: &Params,
    session: Option<&Session>,
) -> Hint {
    let (asked, hint) = (request.claims.id_token.get("sub"), params.get("id_token_hint"));
    if asked.is_none() && hint.is_none() {
        return Hint::Absent;
    }
    let subject = session.map(|session| subject::subject(&keys.purpose, &request.client, session.user.id));
    if let (Some(asked), Some(subject)) = (asked, &subject)
        && !asked.accepts(&serde_json::Value::String(subject.clone()))
    {
        return Hint::SomebodyElse;
    }
    let Some(hint) = hint else {
        return Hint::Absent;
    };
    match id_token_hint::id_token_hint(base, keys, hint).await {
        Err(_) => Hint::Unrecognised,
        Ok(hinted) if Some(&hinted.subject) == subject.as_ref() => Hint::Same,
        Ok(_) => Hint::SomebodyElse,
    }
}
