//! The signing keys for administrators: what they are, and rotating them (OpenID Connect Core section 10.1.1).

pub(crate) mod view;

use axum::extract::{FromRequestParts, Path};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use pixie_oauth::jose::SigningAlgorithm;
use pixie_provider::{KeyState, ListedKey, RotationRefusal, Timestamp, When};

use crate::failure::Failure;
use crate::form::Form;
use crate::signed_in::SignedIn;
use crate::views::{AlgorithmKeys, KeyRow, RotateKey, SigningKeys};
use crate::visit::redirect;
use crate::web::Web;

/// The algorithm that a path names. What names none is not found.
pub(crate) struct Algorithm(SigningAlgorithm);

impl FromRequestParts<Web> for Algorithm {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Failure> {
        let named = Path::<String>::from_request_parts(parts, web).await;
        let Path(name) = named.map_err(|_| Failure::NotFound)?;
        SigningAlgorithm::parse(&name)
            .map(Self)
            .map_err(|_| Failure::NotFound)
    }
}

/// The list.
pub(crate) async fn list(person: SignedIn) -> Result<Response, Failure> {
    only_administrators(&person)?;
    let provider = person.provider();
    let keys = provider.keys().await;
    let offered = &provider.settings().signing_algorithms;
    let algorithms = SigningAlgorithm::ALL.iter();
    let algorithms = algorithms.filter_map(|algorithm| {
        let own: Vec<_> = keys.iter().filter(|key| key.algorithm == *algorithm).collect();
        let offered = offered.contains(algorithm);
        let waits = own.iter().any(|key| matches!(key.state, KeyState::Next { .. }));
        (!own.is_empty()).then(|| AlgorithmKeys {
            algorithm: algorithm.to_string(),
            may_publish_next: offered && !waits,
            may_rotate_now: offered,
            keys: own.into_iter().map(row).collect(),
        })
    });
    let algorithms = algorithms.collect();
    person.show(|chrome| SigningKeys { chrome, algorithms })
}

/// Asks whether to rotate.
pub(crate) async fn ask(person: SignedIn, Algorithm(algorithm): Algorithm) -> Result<Response, Failure> {
    only_administrators(&person)?;
    if !person
        .provider()
        .settings()
        .signing_algorithms
        .contains(&algorithm)
    {
        return Err(Failure::NotFound);
    }
    let now = form_urlencoded::parse(person.visit.query().as_bytes())
        .any(|(name, value)| name == "when" && value == "now");
    let publish_ahead = words_of(person.provider().settings().keys.publish_ahead);
    person.show(|chrome| RotateKey {
        chrome,
        algorithm: algorithm.to_string(),
        when: if now { "now" } else { "next" },
        publish_ahead,
    })
}

/// Rotates.
pub(crate) async fn rotate(
    person: SignedIn,
    Algorithm(algorithm): Algorithm,
    form: Form,
) -> Result<Response, Failure> {
    let params = person.accept(form)?;
    only_administrators(&person)?;
    let when = match params.get("when") {
        Some("now") => When::Now,
        _ => When::Next,
    };
    let key = person.provider().rotate_key(algorithm, when).await?;
    tracing::info!(kid = key.kid, %algorithm, by = %person.session.user.username, "signing key rotated");
    Ok(redirect(StatusCode::SEE_OTHER, &person.visit.web.path("keys/")))
}

fn only_administrators(person: &SignedIn) -> Result<(), Failure> {
    if person.session.user.administrator {
        Ok(())
    } else {
        Err(Failure::NotAllowed(
            "only administrators look after the signing keys".to_owned(),
        ))
    }
}

impl From<RotationRefusal> for Failure {
    fn from(refusal: RotationRefusal) -> Self {
        match &refusal {
            RotationRefusal::NotOffered(_) => Self::NotFound,
            RotationRefusal::Keys(_) => Self::Unavailable(refusal.to_string()),
            RotationRefusal::NextIsPublished { .. }
            | RotationRefusal::NotNewest
            | RotationRefusal::KidTaken(_)
            | RotationRefusal::NotAKey(_) => Self::Outdated(refusal.to_string()),
        }
    }
}

fn row(key: &ListedKey) -> KeyRow {
    let (state, times) = match key.state {
        KeyState::Next { signs_from } => ("next", format!("Signs from {}", minute(signs_from))),
        KeyState::Signing { signs_from } => ("signing", format!("Signs since {}", minute(signs_from))),
        KeyState::Old { verifies_until } => ("old", format!("Kept until {}", minute(verifies_until))),
    };
    KeyRow {
        kid: key.kid.clone(),
        state,
        times,
    }
}

/// A moment as people read it.
fn minute(moment: Timestamp) -> String {
    jiff::Timestamp::from_second(moment.seconds())
        .map(|moment| moment.strftime("%-d %B %Y, %H:%M UTC").to_string())
        .unwrap_or_default()
}

/// A time as people say it, in the largest unit that it is whole in.
fn words_of(seconds: i64) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
    let whole = units.into_iter().find(|(length, _)| seconds % length == 0);
    let (length, unit) = whole.unwrap_or((1, "second"));
    match seconds / length {
        1 => format!("1 {unit}"),
        number => format!("{number} {unit}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn a_time_is_said_in_its_largest_whole_unit() {
        for (seconds, words) in [
            (86_400, "1 day"),
            (7200, "2 hours"),
            (5400, "90 minutes"),
            (61, "61 seconds"),
        ] {
            assert_eq!(words_of(seconds), words);
        }
    }
}
