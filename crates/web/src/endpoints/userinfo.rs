//! The userinfo endpoint (OpenID Connect Core section 5.3).

use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, PRAGMA, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use pixie_oauth::{BearerChallenge, BearerErrorCode, Params};
use pixie_provider::{UserInfo, UserInfoRefusal, UserInfoRequest, UserInfoResponse};
use serde_json::json;

use crate::cors;
use crate::form::Form;
use crate::metrics::ErrorCode;
use crate::page_error::FormRefusal;
use crate::request_context::RequestContext;
use crate::respond;

/// The token is in the header.
pub(crate) async fn get(context: RequestContext) -> Response {
    let answer = ask(&context, None).await;
    respond_to(&context, answer)
}

/// The token is in the header or in a form. Other bodies are ignored.
pub(crate) async fn post(context: RequestContext, form: Form) -> Response {
    let answer = match form.0 {
        Ok(params) => ask(&context, Some(&params)).await,
        Err(FormRefusal::NotAForm) => ask(&context, None).await,
        Err(FormRefusal::TooLarge) => Err(UserInfoRefusal::TooLarge),
        Err(FormRefusal::Params(error)) => Err(UserInfoRefusal::Params(error)),
    };
    respond_to(&context, answer)
}

async fn ask(context: &RequestContext, form: Option<&Params>) -> Result<UserInfoResponse, UserInfoRefusal> {
    let mut query = form_urlencoded::parse(context.query().as_bytes());
    if query.any(|(name, _)| name == "access_token") {
        return Err(UserInfoRefusal::TokenInQuery);
    }
    let mut headers = context.headers.get_all(AUTHORIZATION).iter();
    let authorization = headers.next().map(HeaderValue::as_bytes);
    if headers.next().is_some() {
        return Err(UserInfoRefusal::TwoTokens);
    }
    let request = UserInfoRequest { authorization, form };
    context.web.provider().userinfo(request).await
}

/// Scripts of the client's origins may read the claims. Scripts of every origin may read a refusal: it has no claims, and a
/// script must be able to see that its token has expired.
fn respond_to(context: &RequestContext, answer: Result<UserInfoResponse, UserInfoRefusal>) -> Response {
    match answer {
        Ok(answer) => {
            let response = match &answer.userinfo {
                UserInfo::Json(members) => respond::json(StatusCode::OK, members.clone()),
                UserInfo::Signed(token) => signed(token.clone()),
            };
            cors::for_origins(&context.headers, response, |origin| answer.is_for_origin(origin))
        }
        Err(refusal) => cors::for_every_script(&context.headers, refused(&refusal)),
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
        // RFC 6750 section 3.1: a request without a token gets only the challenge that asks for one.
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
