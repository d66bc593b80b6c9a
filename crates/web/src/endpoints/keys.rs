//! The signing keys for programs of administrators, with a bearer token (RFC 6750).

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use http::StatusCode;
use http::header::{HeaderValue, WWW_AUTHENTICATE};
use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::json::{self, JsonError};
use pixie_oauth::{BearerChallenge, BearerErrorCode};
use pixie_provider::{
    ADMINISTRATION_SCOPE, AdministratingClient, AdministrationRefusal, KeysError, ListedKey, Provider,
    RegistrationRefusal, RotationRefusal, When,
};
use pixie_resource::{Access, AuthorizedBy, Refusal, ResourceLayer};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::json_body::JsonBody;
use crate::metrics::ErrorCode;
use crate::request_context::RequestContext;
use crate::respond::{error_description, json as json_answer, retry_after};
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

/// `POST` withdraws one.
pub(crate) fn withdrawal(web: &Web) -> MethodRouter<Web> {
    post(withdraw).layer(guard(web))
}

/// Refuses requests without an active token. The handlers check the scope.
fn guard(web: &Web) -> ResourceLayer {
    ResourceLayer::new(Arc::new(web.checker())).realm(REALM)
}

async fn list(context: RequestContext, access: Access) -> Result<Response, KeysRefusal> {
    #[derive(Serialize)]
    struct Keys {
        keys: Vec<ListedKey>,
    }
    let provider = context.web.provider();
    let client = administrating(provider, &access).await?;
    let keys = provider.keys(client.actor(context.origin())).await?;
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

async fn rotate(context: RequestContext, access: Access, body: JsonBody) -> Result<Response, KeysRefusal> {
    let provider = context.web.provider();
    let (client, rotation): (_, Rotation) = read(provider, &access, body).await?;
    let when = match rotation.when {
        Moment::Next => When::Next,
        Moment::Now => When::Now,
    };
    let actor = client.actor(context.origin());
    let key = provider.rotate_key(actor, rotation.algorithm, when).await?;
    Ok(written(&key))
}

/// The body of a withdrawal request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawal {
    kid: String,
}

async fn withdraw(context: RequestContext, access: Access, body: JsonBody) -> Result<Response, KeysRefusal> {
    let provider = context.web.provider();
    let (client, withdrawal): (_, Withdrawal) = read(provider, &access, body).await?;
    let actor = client.actor(context.origin());
    Ok(written(&provider.withdraw_key(actor, &withdrawal.kid).await?))
}

/// The client that sends a request, and the body of the request. The body of a client that may not administer is not read.
async fn read<T: DeserializeOwned>(
    provider: &Provider,
    access: &Access,
    body: JsonBody,
) -> Result<(AdministratingClient, T), KeysRefusal> {
    let client = administrating(provider, access).await?;
    let body = body.0.map_err(KeysRefusal::Body)?;
    Ok((client, json::read_text(&body)?))
}

/// The client of a token that may administer this server. The challenge for a token without the scope is that of the layer.
async fn administrating(provider: &Provider, access: &Access) -> Result<AdministratingClient, KeysRefusal> {
    let AuthorizedBy::Token(token) = access.by() else {
        return Err(AdministrationRefusal::Foreign.into());
    };
    let administrating = provider.authenticate_administration(token).await;
    administrating.map_err(|refusal| match access.require(ADMINISTRATION_SCOPE) {
        Err(challenge) => KeysRefusal::Scope(challenge),
        Ok(()) => refusal.into(),
    })
}

fn written<T: Serialize>(value: &T) -> Response {
    json_answer(StatusCode::OK, serde_json::to_string(value).unwrap_or_default())
}

/// The reason why a request is refused.
#[derive(Debug, thiserror::Error)]
enum KeysRefusal {
    /// The token lacks the scope.
    #[error("the token lacks the scope")]
    Scope(Refusal),
    /// The token does not administer this server.
    #[error(transparent)]
    Token(#[from] AdministrationRefusal),
    /// No JSON was sent.
    #[error("the body must be application/json, at most as large as the server reads")]
    Body(RegistrationRefusal),
    /// The JSON has other members or values.
    #[error("the body cannot be read: {0}")]
    Form(#[from] JsonError),
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
            Self::Scope(_) | Self::Token(AdministrationRefusal::Foreign) => {
                (StatusCode::UNAUTHORIZED, "invalid_token")
            }
            Self::Token(AdministrationRefusal::Scope | AdministrationRefusal::NotAnAdministrator)
            | Self::Rotation(RotationRefusal::NotAllowed) => (StatusCode::FORBIDDEN, "insufficient_scope"),
            Self::Body(RegistrationRefusal::TooLarge) => (StatusCode::PAYLOAD_TOO_LARGE, "invalid_request"),
            Self::Body(_)
            | Self::Form(_)
            | Self::Rotation(
                RotationRefusal::NotOffered(_) | RotationRefusal::NotAKey(_) | RotationRefusal::UnknownKey(_),
            ) => (StatusCode::BAD_REQUEST, "invalid_request"),
            Self::Rotation(
                RotationRefusal::NextIsPublished { .. }
                | RotationRefusal::NotNewest
                | RotationRefusal::KidTaken(_),
            ) => (StatusCode::CONFLICT, "conflict"),
            Self::Rotation(RotationRefusal::Keys(_)) | Self::Token(AdministrationRefusal::Store(_)) => {
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable")
            }
        };
        tracing::warn!(reason = %refused, error = code, "refused");
        let store = match &refused {
            Self::Token(AdministrationRefusal::Store(error))
            | Self::Rotation(RotationRefusal::Keys(KeysError::Store(error))) => Some(error.answer()),
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
        let mut response = json_answer(status, body.to_string());
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
