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
use crate::request_context::RequestContext;
use crate::respond::{error_description, json, retry_after};

/// Registers a client.
pub(crate) async fn post(context: RequestContext, body: JsonBody) -> Response {
    let registered = match (request(&context), body.0) {
        (Ok(request), Ok(body)) => {
            context
                .web
                .provider()
                .register_dynamic_client(request, &body)
                .await
        }
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal),
    };
    answer(StatusCode::CREATED, registered)
}

/// The number of characters of a reason that go to the log. A reason repeats what was sent, which may be long.
const MAX_REASON: usize = 500;

/// The client id in a path. If it cannot be read, it is treated as an unknown client id.
type PathClientId = Result<Path<String>, PathRejection>;

fn named(client_id: PathClientId) -> String {
    client_id.map(|Path(client_id)| client_id).unwrap_or_default()
}

/// Reads the registration.
pub(crate) async fn get(context: RequestContext, client_id: PathClientId) -> Response {
    let found = match request(&context) {
        Ok(request) => {
            context
                .web
                .provider()
                .read_registration(&named(client_id), request)
                .await
        }
        Err(refusal) => Err(refusal),
    };
    answer(StatusCode::OK, found)
}

/// Replaces the registration.
pub(crate) async fn put(context: RequestContext, client_id: PathClientId, body: JsonBody) -> Response {
    let provider = context.web.provider();
    let replaced = match (request(&context), body.0) {
        (Ok(request), Ok(body)) => {
            provider
                .replace_registration(&named(client_id), request, &body)
                .await
        }
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal),
    };
    answer(StatusCode::OK, replaced)
}

/// Deletes the registration.
pub(crate) async fn delete(context: RequestContext, client_id: PathClientId) -> Response {
    let deleted = match request(&context) {
        Ok(request) => {
            context
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
            cors::for_everybodys_scripts((StatusCode::NO_CONTENT, no_store).into_response())
        }
        Err(refusal) => refused(&refusal),
    }
}

/// A repeated `Authorization` header is as ambiguous as a repeated parameter.
fn request(context: &RequestContext) -> Result<RegistrationRequest<'_>, RegistrationRefusal> {
    let mut sent = context.headers.get_all(AUTHORIZATION).iter();
    let authorization = sent.next().map(HeaderValue::as_bytes);
    if sent.next().is_some() {
        return Err(RegistrationRefusal::WrongToken);
    }
    Ok(RegistrationRequest {
        authorization,
        request: context.origin(),
    })
}

fn answer(status: StatusCode, outcome: Result<ClientInformation, RegistrationRefusal>) -> Response {
    match outcome {
        Ok(client) => cors::for_everybodys_scripts(json(status, client.expose().to_owned())),
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
    let reason: String = refusal.to_string().escape_debug().take(MAX_REASON).collect();
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
    cors::for_everybodys_scripts(response)
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
    // RFC 6750 section 3.1: a request without a token gets a challenge without an error.
    let sent = *refusal != RegistrationRefusal::NoToken;
    let challenge = BearerChallenge {
        realm: Some("pixie".to_owned()),
        error: sent.then(|| (code, description.to_owned())),
        scope,
    };
    HeaderValue::from_str(&challenge.to_header()).ok()
}
