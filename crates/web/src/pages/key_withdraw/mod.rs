//! The question before a signing key is withdrawn, which says what that breaks, and the withdrawal.

pub(crate) mod view;

use axum::extract::{FromRequestParts, Path};
use axum::response::Response;
use http::request::Parts;
use pixie_provider::{Command, KeyState, RotationRefusal};

use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::notice::Notice;
use crate::signed_in::FreshlySignedIn;
use crate::web::Web;
use view::WithdrawKey;

/// The key id in a path. One that cannot be read is answered with 404.
pub(crate) struct KeyId(String);

impl FromRequestParts<Web> for KeyId {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let named = Path::<String>::from_request_parts(parts, web).await;
        named.map(|Path(kid)| Self(kid)).map_err(|_| PageError::NotFound)
    }
}

/// The question.
pub(crate) async fn get(
    FreshlySignedIn(person): FreshlySignedIn,
    KeyId(kid): KeyId,
) -> Result<Response, PageError> {
    if !person.may(Command::WithdrawKey) {
        return Err(RotationRefusal::NotAllowed.into());
    }
    let keys = person.provider().keys(person.actor()).await?;
    let key = keys.into_iter().find(|key| key.kid == kid);
    let key = key.ok_or(PageError::NotFound)?;
    person.show(|layout| WithdrawKey {
        layout,
        kid: key.kid,
        algorithm: key.algorithm.to_string(),
        signed_tokens: !matches!(key.state, KeyState::Next { .. }),
        signs: matches!(key.state, KeyState::Signing { .. }),
    })
}

/// Withdraws the key.
pub(crate) async fn post(
    FreshlySignedIn(person): FreshlySignedIn,
    KeyId(kid): KeyId,
    form: Form,
) -> Result<Response, PageError> {
    person.accept(form)?;
    match person.provider().withdraw_key(person.actor(), &kid).await {
        // The button was pressed twice.
        Ok(_) | Err(RotationRefusal::UnknownKey(_)) => Ok(person.done(Notice::Withdrawn, "keys/")),
        Err(refusal) => Err(refusal.into()),
    }
}
