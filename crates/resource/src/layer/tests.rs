//! The checkers and the API that the tests of the layer share: a few tokens, one session.

mod bearer;
mod sessions;

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::{any, get};
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use pixie_oauth::{Audience, ClientId, Confirmation, IntrospectionResponse, Origin, Scope};
use tower::ServiceExt;

use super::*;
use crate::{CheckError, Person};

/// A header's name and value.
type Header<'a> = (&'a str, &'a str);

struct KnownTokens;

#[async_trait]
impl TokenChecker for KnownTokens {
    async fn check(&self, token: &str) -> Result<IntrospectionResponse, CheckError> {
        let good = IntrospectionResponse {
            active: true,
            token_type: Some("Bearer".into()),
            scope: Scope::parse("read").ok(),
            client_id: ClientId::parse("client_id_value").ok(),
            username: Some("alice".into()),
            sub: Some("1".into()),
            exp: Some(2_000_000_000),
            ..IntrospectionResponse::default()
        };
        match token {
            "good" => Ok(good),
            "wide" => Ok(IntrospectionResponse {
                scope: Scope::parse("read write").ok(),
                ..good
            }),
            "scopeless" => Ok(IntrospectionResponse { scope: None, ..good }),
            "refresh" => Ok(IntrospectionResponse {
                token_type: None,
                ..good
            }),
            "bound-to-dpop" => Ok(IntrospectionResponse {
                cnf: Some(Confirmation::DpopKey("thumbprint".into())),
                ..good
            }),
            "bound-to-certificate" => Ok(IntrospectionResponse {
                cnf: Some(Confirmation::Certificate("thumbprint".into())),
                ..good
            }),
            "for-another" => Ok(IntrospectionResponse {
                aud: Audience::parse(["https://files.example/"]).ok(),
                ..good
            }),
            "for-this" => Ok(IntrospectionResponse {
                aud: Audience::parse(["https://files.example/", "https://api.example/"]).ok(),
                ..good
            }),
            "unlucky" => Err(CheckError::Unavailable("the cable is cut".into())),
            _ => Ok(IntrospectionResponse::default()),
        }
    }
}

struct KnownSession;

#[async_trait]
impl SessionChecker for KnownSession {
    async fn session(&self, headers: &HeaderMap) -> Result<Option<Person>, CheckError> {
        let cookie = headers.get("cookie").map(|value| value.to_str().unwrap());
        match cookie {
            Some("session=alice") => Ok(Some(Person {
                sub: "1".into(),
                username: "alice".into(),
            })),
            Some("session=unlucky") => Err(CheckError::Unavailable("the cable is cut".into())),
            _ => Ok(None),
        }
    }

    fn login_url(&self, return_to: &str) -> String {
        let next: String = form_urlencoded::byte_serialize(return_to.as_bytes()).collect();
        format!("/o/login/?next={next}")
    }
}

fn bearer_only() -> ResourceLayer {
    ResourceLayer::new(Arc::new(KnownTokens)).scope(Scope::parse("read").unwrap())
}

fn with_sessions() -> ResourceLayer {
    let origin = Origin::parse("http://localhost:8000").unwrap();
    bearer_only().sessions(Arc::new(KnownSession), origin)
}

/// The response of the handlers, from which tests see the credential.
fn describe(access: &Access) -> String {
    let kind = if access.is_session() { "session" } else { "token" };
    let client = access.client_id().map_or("-", ClientId::as_str);
    let scope = access.scope().map_or_else(|| "-".into(), ToString::to_string);
    let (name, sub) = (access.username().unwrap_or("-"), access.sub().unwrap_or("-"));
    format!("{kind} {name} {sub} {client} {scope} {:?}", access.expires_at())
}

fn api(layer: ResourceLayer) -> Router {
    let inner = Router::new()
        .route("/test/", any(async |access: Access| describe(&access)))
        .route(
            "/write/",
            get(async |access: Access| access.require("write").map(|()| "written")),
        )
        .route(
            "/greeting/",
            get(async |access: Option<Access>| {
                access.map_or_else(|| "stranger".into(), |access| describe(&access))
            }),
        )
        .route(
            "/public/",
            get(async || ([("cache-control", "max-age=60")], "public")),
        )
        .layer(layer);
    Router::new().nest("/api", inner)
}

async fn send(layer: ResourceLayer, target: &str, headers: &[Header<'_>]) -> Response {
    let (method, uri) = target.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    api(layer).oneshot(request).await.unwrap()
}

/// Status, the headers that say why, and the body.
async fn answer(layer: ResourceLayer, target: &str, headers: &[Header<'_>]) -> String {
    let response = send(layer, target, headers).await;
    let mut lines = response.status().to_string();
    for name in ["www-authenticate", "location", "retry-after", "cache-control"] {
        for value in response.headers().get_all(name) {
            lines += &format!("\n{name}: {}", value.to_str().unwrap());
        }
    }
    let body = response.into_body().collect().await.unwrap().to_bytes();
    if !body.is_empty() {
        lines += &format!("\n{}", std::str::from_utf8(&body).unwrap());
    }
    lines
}

async fn status(layer: ResourceLayer, target: &str, headers: &[Header<'_>]) -> StatusCode {
    send(layer, target, headers).await.status()
}

const PAGE: Header<'_> = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
const GOOD: Header<'_> = ("authorization", "Bearer good");
const ALICE: Header<'_> = ("cookie", "session=alice");
