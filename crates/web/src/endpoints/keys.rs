//! The signing keys for programs of administrators, with a bearer token (RFC 6750).

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use http::header::{HeaderValue, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{BearerChallenge, BearerErrorCode, Scope};
use pixie_provider::{ADMINISTRATION_SCOPE, ListedKey, RegistrationRefusal, RotationRefusal, When};
use pixie_resource::{Access, AuthorizedBy, Refusal, ResourceLayer};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::checker::LocalChecker;
use crate::json_body::JsonBody;
use crate::respond::{json as answer, retry_after};
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

/// Only a token with the scope `administration` goes on; the handlers say the scope once more, with its name.
fn guard(web: &Web) -> ResourceLayer {
    ResourceLayer::new(Arc::new(LocalChecker::new(web.provider().clone()))).realm(REALM)
}

async fn list(State(web): State<Web>, access: Access) -> Result<Response, Response> {
    administrates(&web, &access)?;
    #[derive(Serialize)]
    struct Keys {
        keys: Vec<ListedKey>,
    }
    let keys = web.provider().keys().await;
    Ok(written(StatusCode::OK, &Keys { keys }))
}

/// What is to be rotated.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotation {
    algorithm: SigningAlgorithm,
    #[serde(default)]
    when: Moment,
}

/// When the new key signs.
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
) -> Result<Response, Response> {
    administrates(&web, &access)?;
    let rotation = read(body)?;
    let when = match rotation.when {
        Moment::Next => When::Next,
        Moment::Now => When::Now,
    };
    let key = web.provider().rotate_key(rotation.algorithm, when).await;
    let key = key.map_err(|refusal| refused(&refusal))?;
    let client = access.client_id().map(ToString::to_string).unwrap_or_default();
    tracing::info!(kid = key.kid, algorithm = %key.algorithm, client, "signing key rotated");
    Ok(written(StatusCode::OK, &key))
}

/// The token has the scope, and was issued for this server: one for another API is not good here (RFC 8707 section 2).
fn administrates(web: &Web, access: &Access) -> Result<(), Response> {
    access
        .require(ADMINISTRATION_SCOPE)
        .map_err(Refusal::into_response)?;
    let AuthorizedBy::Token(token) = access.by() else {
        return Err(foreign());
    };
    let issuer = web.provider().issuer().as_str();
    match &token.aud {
        Some(audience) if !audience.iter().any(|resource| resource == issuer) => Err(foreign()),
        _ => Ok(()),
    }
}

fn foreign() -> Response {
    let description = "the token was issued for another API: get one without resource";
    let code = BearerErrorCode::InvalidToken;
    let challenge = BearerChallenge {
        realm: Some(REALM.to_owned()),
        error: Some((code, description.to_owned())),
        scope: None::<Scope>,
    };
    let mut headers = HeaderMap::new();
    if let Ok(challenge) = HeaderValue::try_from(challenge.to_header()) {
        headers.insert(WWW_AUTHENTICATE, challenge);
    }
    (
        headers,
        error(StatusCode::UNAUTHORIZED, code.as_str(), description),
    )
        .into_response()
}

fn read(body: Result<bytes::Bytes, RegistrationRefusal>) -> Result<Rotation, Response> {
    let refused = |status, description: &str| error(status, "invalid_request", description);
    let body = body.map_err(|refusal| match refusal {
        RegistrationRefusal::TooLarge => refused(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large."),
        _ => refused(
            StatusCode::BAD_REQUEST,
            "Send the body as application/json, such as {algorithm: ES256, when: next}.",
        ),
    })?;
    serde_json::from_slice(&body).map_err(|cause| {
        tracing::warn!(reason = %cause, "rotation refused");
        refused(
            StatusCode::BAD_REQUEST,
            "The body must be a JSON object with algorithm, such as ES256, and when, which is next or now.",
        )
    })
}

fn refused(refusal: &RotationRefusal) -> Response {
    tracing::warn!(reason = %refusal, "rotation refused");
    let (status, code) = match refusal {
        RotationRefusal::NotOffered(_) | RotationRefusal::NotAKey(_) => {
            (StatusCode::BAD_REQUEST, "invalid_request")
        }
        RotationRefusal::NextIsPublished { .. }
        | RotationRefusal::NotNewest
        | RotationRefusal::KidTaken(_) => (StatusCode::CONFLICT, "conflict"),
        RotationRefusal::Keys(_) => {
            let description = "The server cannot do this now; try again shortly.";
            let mut response = error(
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
                description,
            );
            retry_after(&mut response, Some(1));
            return response;
        }
    };
    error(status, code, &refusal.to_string())
}

fn error(status: StatusCode, code: &str, description: &str) -> Response {
    answer(
        status,
        json!({ "error": code, "error_description": description }).to_string(),
    )
}

fn written<T: Serialize>(status: StatusCode, value: &T) -> Response {
    answer(status, serde_json::to_string(value).unwrap_or_default())
}
