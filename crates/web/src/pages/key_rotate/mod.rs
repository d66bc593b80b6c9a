//! The question before a signing key is rotated, and the rotation (OpenID Connect Core section 10.1.1).

pub(crate) mod view;

use axum::extract::{FromRequestParts, Path};
use axum::response::Response;
use http::request::Parts;
use pixie_oauth::jose::SigningAlgorithm;
use pixie_provider::{Command, KeysError, RotationRefusal, When};

use crate::form::Form;
use crate::page_error::{Explained, PageError};
use crate::pages::moment::{in_words, minute};
use crate::pages::notice::Notice;
use crate::signed_in::FreshlySignedIn;
use crate::texts::text;
use crate::web::Web;
use view::RotateKey;

/// The algorithm that a path names. Any other word is answered with 404.
pub(crate) struct Algorithm(SigningAlgorithm);

impl FromRequestParts<Web> for Algorithm {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let named = Path::<String>::from_request_parts(parts, web).await;
        let Path(name) = named.map_err(|_| PageError::NotFound)?;
        SigningAlgorithm::named(&name)
            .map(Self)
            .ok_or(PageError::NotFound)
    }
}

/// The question.
pub(crate) async fn get(
    FreshlySignedIn(person): FreshlySignedIn,
    Algorithm(algorithm): Algorithm,
) -> Result<Response, PageError> {
    if !person.may(Command::RotateKey) {
        return Err(RotationRefusal::NotAllowed.into());
    }
    if !person
        .provider()
        .settings()
        .signing_algorithms
        .contains(&algorithm)
    {
        return Err(PageError::NotFound);
    }
    let now = form_urlencoded::parse(person.context.query().as_bytes())
        .any(|(name, value)| name == "when" && value == "now");
    let publish_ahead = in_words(person.provider().settings().keys.publish_ahead);
    let when = if now { When::Now } else { When::Next };
    let kept_until = minute(person.provider().rotated_key_is_kept_until(when).await?);
    person.show(|layout| RotateKey {
        layout,
        algorithm: algorithm.to_string(),
        when: if now { "now" } else { "next" },
        publish_ahead,
        kept_until,
    })
}

/// Rotates the key.
pub(crate) async fn post(
    FreshlySignedIn(person): FreshlySignedIn,
    Algorithm(algorithm): Algorithm,
    form: Form,
) -> Result<Response, PageError> {
    let params = person.accept(form)?;
    let when = match params.get("when") {
        Some("now") => When::Now,
        _ => When::Next,
    };
    person
        .provider()
        .rotate_key(person.actor(), algorithm, when)
        .await?;
    let notice = match when {
        When::Now => Notice::Rotated,
        When::Next => Notice::NextPublished,
    };
    Ok(person.done(notice, "keys/"))
}

impl From<RotationRefusal> for PageError {
    fn from(refusal: RotationRefusal) -> Self {
        match &refusal {
            RotationRefusal::NotAllowed => {
                Self::NotAllowed(Explained::new(text!("error-not-allowed.keys"), &refusal))
            }
            RotationRefusal::NotOffered(_) | RotationRefusal::UnknownKey(_) => Self::NotFound,
            RotationRefusal::Keys(KeysError::Store(error)) => Self::Store(error.clone()),
            RotationRefusal::Keys(_) => Self::Unavailable(refusal.to_string()),
            RotationRefusal::NextIsPublished { kid } => {
                let text = text!("error-outdated.next-key", kid = kid);
                Self::Outdated(Explained::new(text, &refusal))
            }
            RotationRefusal::NotNewest | RotationRefusal::KidTaken(_) | RotationRefusal::NotAKey(_) => {
                Self::Outdated(Explained::new(text!("error-outdated.key"), &refusal))
            }
        }
    }
}
