//! The registration endpoint (RFC 7591 section 3) and what a client does there with its registration (RFC 7592 section 2).

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{AUTHORIZATION, CACHE_CONTROL, HeaderValue, WWW_AUTHENTICATE};
use pixie_oauth::{BearerChallenge, BearerErrorCode, RegistrationErrorCode, Scope};
use pixie_provider::{ClientInformation, REGISTRATION_SCOPE, RegistrationRefusal, RegistrationRequest};
use serde::Serialize;

use crate::cors;
use crate::json_body::JsonBody;
use crate::metrics::ErrorCode;
use crate::respond::{error_description, json, retry_after};
use crate::visit::Visit;

/// Registers a client.
pub(crate) async fn post(visit: Visit, body: JsonBody) -> Response {
    let registered = match (request(&visit), body.0) {
        (Ok(request), Ok(body)) => visit.web.provider().register_dynamic_client(request, &body).await,
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal),
    };
    answer(StatusCode::CREATED, registered)
}

/// A reason repeats what was sent, which may be long and have any character: so much of it goes to the log.
const LONGEST_REASON: usize = 500;

/// The client that a path names. One that cannot be read is as unknown as any other.
type PathClientId = Result<Path<String>, PathRejection>;

fn named(client_id: PathClientId) -> String {
    client_id.map(|Path(client_id)| client_id).unwrap_or_default()
}

/// What is registered.
pub(crate) async fn get(visit: Visit, client_id: PathClientId) -> Response {
    let found = match request(&visit) {
        Ok(request) => {
            visit
                .web
                .provider()
                .read_registration(&named(client_id), request)
                .await
        }
        Err(refusal) => Err(refusal),
    };
    answer(StatusCode::OK, found)
}

/// Replaces it.
pub(crate) async fn put(visit: Visit, client_id: PathClientId, body: JsonBody) -> Response {
    let provider = visit.web.provider();
    let replaced = match (request(&visit), body.0) {
        (Ok(request), Ok(body)) => {
            provider
                .replace_registration(&named(client_id), request, &body)
                .await
        }
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal),
    };
    answer(StatusCode::OK, replaced)
}

/// Deletes it.
pub(crate) async fn delete(visit: Visit, client_id: PathClientId) -> Response {
    let deleted = match request(&visit) {
        Ok(request) => {
            visit
                .web
                .provider()
                .delete_registration(&named(client_id), request)
                .await
        }
        Err(refusal) => Err(refusal),
    };
    match deleted {
        Ok(()) => {
            let no_store = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
            cors::for_registration((StatusCode::NO_CONTENT, no_store).into_response())
        }
        Err(refusal) => refused(&refusal),
    }
}

/// A repeated `Authorization` header is as ambiguous as a repeated parameter.
fn request(visit: &Visit) -> Result<RegistrationRequest<'_>, RegistrationRefusal> {
    let mut sent = visit.headers.get_all(AUTHORIZATION).iter();
    let authorization = sent.next().map(HeaderValue::as_bytes);
    if sent.next().is_some() {
        return Err(RegistrationRefusal::WrongToken);
    }
    Ok(RegistrationRequest {
        authorization,
        address: visit.address,
    })
}

fn answer(status: StatusCode, outcome: Result<ClientInformation, RegistrationRefusal>) -> Response {
    match outcome {
        Ok(client) => cors::for_registration(json(status, client.expose().to_owned())),
        Err(refusal) => refused(&refusal),
    }
}

/// The error (RFC 7591 section 3.2.2), and its log entry.
pub(crate) fn refused(refusal: &RegistrationRefusal) -> Response {
    #[derive(Serialize)]
    struct Body<'a> {
        error: &'a str,
        error_description: &'a str,
    }
    let error = refusal.answer();
    let reason: String = refusal.to_string().escape_debug().take(LONGEST_REASON).collect();
    tracing::warn!(reason, error = error.code.as_str(), "refused");
    let description = error_description(&error.description);
    let body = Body {
        error: error.code.as_str(),
        error_description: &description,
    };
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = json(status, serde_json::to_string(&body).unwrap_or_default());
    if let Some(challenge) = challenge(refusal, error.code, &description) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    retry_after(&mut response, error.retry_after);
    ErrorCode::note(error.code.as_str(), &mut response);
    cors::for_registration(response)
}

fn challenge(
    refusal: &RegistrationRefusal,
    code: RegistrationErrorCode,
    description: &str,
) -> Option<HeaderValue> {
    let (code, scope) = match code {
        RegistrationErrorCode::InvalidToken => (BearerErrorCode::InvalidToken, None),
        RegistrationErrorCode::InsufficientScope => (
            BearerErrorCode::InsufficientScope,
            Scope::parse(REGISTRATION_SCOPE).ok(),
        ),
        _ => return None,
    };
    // RFC 6750 section 3.1: who sent no token is told no error.
    let sent = *refusal != RegistrationRefusal::NoToken;
    let challenge = BearerChallenge {
        realm: Some("pixie".to_owned()),
        error: sent.then(|| (code, description.to_owned())),
        scope,
    };
    HeaderValue::from_str(&challenge.to_header()).ok()
}
