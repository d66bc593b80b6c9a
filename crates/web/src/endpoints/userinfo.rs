//! The userinfo endpoint (OpenID Connect Core section 5.3).

use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, PRAGMA, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use pixie_oauth::{BearerChallenge, BearerErrorCode, Params};
use pixie_provider::{UserInfo, UserInfoRefusal, UserInfoRequest, UserInfoResponse};
use serde_json::json;

use crate::cors;
use crate::failure::FormRefusal;
use crate::form::Form;
use crate::metrics::ErrorCode;
use crate::respond;
use crate::visit::Visit;

/// The token is in the header.
pub(crate) async fn get(visit: Visit) -> Response {
    let answer = ask(&visit, None).await;
    respond_to(&visit, answer)
}

/// The token is in the header or in a form; other bodies say nothing.
pub(crate) async fn post(visit: Visit, form: Form) -> Response {
    let answer = match form.0 {
        Ok(params) => ask(&visit, Some(&params)).await,
        Err(FormRefusal::NotAForm) => ask(&visit, None).await,
        Err(FormRefusal::TooLarge) => Err(UserInfoRefusal::TooLarge),
        Err(FormRefusal::Params(error)) => Err(UserInfoRefusal::Params(error)),
    };
    respond_to(&visit, answer)
}

async fn ask(visit: &Visit, form: Option<&Params>) -> Result<UserInfoResponse, UserInfoRefusal> {
    let mut query = form_urlencoded::parse(visit.query().as_bytes());
    if query.any(|(name, _)| name == "access_token") {
        return Err(UserInfoRefusal::TokenInQuery);
    }
    let mut headers = visit.headers.get_all(AUTHORIZATION).iter();
    let authorization = headers.next().map(HeaderValue::as_bytes);
    if headers.next().is_some() {
        return Err(UserInfoRefusal::TwoTokens);
    }
    let request = UserInfoRequest { authorization, form };
    visit.web.provider().userinfo(request).await
}

/// Scripts of the client's origins may read what is said of a person. A refusal says nothing of anybody, and a script
/// whose token has expired must be able to see that: those of every origin may read it.
fn respond_to(visit: &Visit, answer: Result<UserInfoResponse, UserInfoRefusal>) -> Response {
    match answer {
        Ok(told) => {
            let response = match &told.userinfo {
                UserInfo::Json(members) => respond::json(StatusCode::OK, members.clone()),
                UserInfo::Signed(token) => signed(token.clone()),
            };
            cors::for_origins(&visit.headers, response, |origin| told.is_for_origin(origin))
        }
        Err(refusal) => cors::for_origins(&visit.headers, refused(&refusal), |_| true),
    }
}

fn signed(token: String) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/jwt")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    (headers, token).into_response()
}

/// A refusal with its challenge (RFC 6750 section 3), and its log entry.
pub(crate) fn refused(refusal: &UserInfoRefusal) -> Response {
    let error = refusal.answer();
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    let code = error.code.map(BearerErrorCode::as_str);
    tracing::warn!(reason = %refusal, error = code, "refused");
    let failing = status.is_server_error().then_some("temporarily_unavailable");
    let description = respond::error_description(&error.description);
    let body = match code.or(failing) {
        Some(code) => json!({ "error": code, "error_description": description }),
        // RFC 6750 section 3.1: who sent no token is told only that one is needed.
        None => json!({}),
    };
    let mut response = respond::json(status, body.to_string());
    if status.is_server_error() {
        respond::retry_after(&mut response, error.retry_after);
    } else {
        let challenge = BearerChallenge {
            realm: Some("pixie".to_owned()),
            error: error.code.map(|code| (code, description)),
            scope: error.scope,
        };
        challenge_with(response.headers_mut(), &challenge);
    }
    if let Some(code) = code.or(failing) {
        ErrorCode::note(code, &mut response);
    }
    response
}

fn challenge_with(headers: &mut HeaderMap, challenge: &BearerChallenge) {
    if let Ok(value) = HeaderValue::from_str(&challenge.to_header()) {
        headers.insert(WWW_AUTHENTICATE, value);
    }
}
