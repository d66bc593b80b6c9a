//! The signing keys for programs of administrators, with a bearer token (RFC 6750).

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use http::StatusCode;
use http::header::{HeaderValue, WWW_AUTHENTICATE};
use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{BearerChallenge, BearerErrorCode};
use pixie_provider::store::StoreError;
use pixie_provider::{
    ADMINISTRATION_SCOPE, KeysError, ListedKey, RegistrationRefusal, RotationRefusal, UserRefusal, When,
};
use pixie_resource::{Access, AuthorizedBy, Refusal, ResourceLayer};
use serde::{Deserialize, Serialize};

use crate::json_body::JsonBody;
use crate::metrics::ErrorCode;
use crate::respond::{error_description, json, retry_after};
use crate::web::Web;

const REALM: &str = "pixie";

/// `GET` lists the keys.
pub(crate) fn listing(web: &Web) -> MethodRouter<Web> {
    get(list).layer(guard(web))
}

/// `POST` rotates one.
pub(crate) fn rotation(web: &Web) -> MethodRouter<Web> {
    post(rotate).layer(guard(web))
}

/// Refuses requests without an active token. The handlers check the scope.
fn guard(web: &Web) -> ResourceLayer {
    ResourceLayer::new(Arc::new(web.checker())).realm(REALM)
}

async fn list(State(web): State<Web>, access: Access) -> Result<Response, KeysRefusal> {
    #[derive(Serialize)]
    struct Keys {
        keys: Vec<ListedKey>,
    }
    administrates(&web, &access).await?;
    let keys = web.provider().keys().await;
    Ok(written(&Keys { keys }))
}

/// The body of a rotation request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotation {
    algorithm: SigningAlgorithm,
    #[serde(default)]
    when: Moment,
}

/// The time from which the new key signs.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Moment {
    /// After it has been published for a while.
    #[default]
    Next,
    /// At once.
    Now,
}

async fn rotate(
    State(web): State<Web>,
    access: Access,
    JsonBody(body): JsonBody,
) -> Result<Response, KeysRefusal> {
    administrates(&web, &access).await?;
    let body = body.map_err(KeysRefusal::Body)?;
    let rotation: Rotation =
        serde_json::from_slice(&body).map_err(|cause| KeysRefusal::NotARotation(cause.to_string()))?;
    let when = match rotation.when {
        Moment::Next => When::Next,
        Moment::Now => When::Now,
    };
    let key = web.provider().rotate_key(rotation.algorithm, when).await?;
    let client = access.client_id().map(ToString::to_string).unwrap_or_default();
    tracing::info!(kid = key.kid, algorithm = %key.algorithm, client, "signing key rotated");
    Ok(written(&key))
}

/// Checks that the token has the scope, was issued for this server and not for another API (RFC 8707 section 2), and belongs to
/// an administrator or to the application itself: a scope gives a user no rights that the user does not have.
async fn administrates(web: &Web, access: &Access) -> Result<(), KeysRefusal> {
    access.require(ADMINISTRATION_SCOPE).map_err(KeysRefusal::Scope)?;
    let issuer = web.provider().issuer().as_str();
    let AuthorizedBy::Token(token) = access.by() else {
        return Err(KeysRefusal::Foreign);
    };
    let audience = token.aud.as_ref();
    if audience.is_some_and(|audience| !audience.iter().any(|resource| resource == issuer)) {
        return Err(KeysRefusal::Foreign);
    }
    let Some(username) = &token.username else {
        return Ok(());
    };
    match web.provider().find_user(username).await {
        Ok(person) if person.administrator => Ok(()),
        Err(UserRefusal::Store(error)) => Err(KeysRefusal::Store(error)),
        _ => Err(KeysRefusal::NotAnAdministrator),
    }
}

fn written<T: Serialize>(value: &T) -> Response {
    json(StatusCode::OK, serde_json::to_string(value).unwrap_or_default())
}

/// The reason why a request is refused.
#[derive(Debug, thiserror::Error)]
enum KeysRefusal {
    /// The token lacks the scope.
    #[error("the token lacks the scope")]
    Scope(Refusal),
    /// The token was issued for something else.
    #[error("the token was issued for another API: get one without resource")]
    Foreign,
    /// The user of the token is no administrator.
    #[error("the token speaks for somebody who is no administrator")]
    NotAnAdministrator,
    /// The store did not answer.
    #[error(transparent)]
    Store(StoreError),
    /// No JSON was sent.
    #[error("the body must be application/json, at most as large as the server reads")]
    Body(RegistrationRefusal),
    /// The JSON has other members or values.
    #[error(
        "the body must be a JSON object with algorithm, such as ES256, and when, which is next or now: {0}"
    )]
    NotARotation(String),
    /// The keys were not rotated.
    #[error(transparent)]
    Rotation(#[from] RotationRefusal),
}

impl IntoResponse for KeysRefusal {
    fn into_response(self) -> Response {
        let refused = match self {
            Self::Scope(refusal) => return refusal.into_response(),
            other => other,
        };
        let (status, code) = match &refused {
            Self::Scope(_) | Self::Foreign => (StatusCode::UNAUTHORIZED, "invalid_token"),
            Self::NotAnAdministrator => (StatusCode::FORBIDDEN, "insufficient_scope"),
            Self::Body(RegistrationRefusal::TooLarge) => (StatusCode::PAYLOAD_TOO_LARGE, "invalid_request"),
            Self::Body(_)
            | Self::NotARotation(_)
            | Self::Rotation(RotationRefusal::NotOffered(_) | RotationRefusal::NotAKey(_)) => {
                (StatusCode::BAD_REQUEST, "invalid_request")
            }
            Self::Rotation(
                RotationRefusal::NextIsPublished { .. }
                | RotationRefusal::NotNewest
                | RotationRefusal::KidTaken(_),
            ) => (StatusCode::CONFLICT, "conflict"),
            Self::Rotation(RotationRefusal::Keys(_)) | Self::Store(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable")
            }
        };
        tracing::warn!(reason = %refused, error = code, "refused");
        let store = match &refused {
            Self::Store(error) | Self::Rotation(RotationRefusal::Keys(KeysError::Store(error))) => {
                Some(error.answer())
            }
            _ => None,
        };
        let description = match (&refused, store) {
            (_, Some(answer)) => answer.description(),
            (Self::Rotation(RotationRefusal::Keys(_)), None) => {
                "the server cannot do this now; try again shortly".to_owned()
            }
            (refusal, None) => refusal.to_string(),
        };
        let challenge = BearerChallenge {
            realm: Some(REALM.to_owned()),
            error: Some((BearerErrorCode::InvalidToken, description.clone())),
            scope: None,
        };
        let body = serde_json::json!({ "error": code, "error_description": error_description(&description) });
        let mut response = json(status, body.to_string());
        if status == StatusCode::UNAUTHORIZED
            && let Ok(challenge) = HeaderValue::try_from(challenge.to_header())
        {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        retry_after(
            &mut response,
            (status == StatusCode::SERVICE_UNAVAILABLE)
                .then_some(store.map_or(1, |answer| answer.retry_after)),
        );
        ErrorCode::note(code, &mut response);
        response
    }
}
