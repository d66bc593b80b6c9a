//! `/o/register/`: clients that register themselves (RFC 7591, RFC 7592).

mod attacks;
mod bounds;
mod identical;
mod manage;
mod metadata;
mod who;

use axum::body::Body;
use axum::http::Request;
use pixie_oauth::{Profile, ResponseType};
use pixie_provider::{RegistrationMode, Settings};
use serde_json::{Value, json};

use pixie_testing::harness::{Answer, Server};

/// Anybody may register.
pub(crate) fn open(settings: &mut Settings) {
    settings.registration.mode = RegistrationMode::Open;
}

/// Anybody may register, for everything of OpenID Connect.
fn certified(settings: &mut Settings) {
    open(settings);
    settings.registration.profile = Profile::Oidc;
    settings.response_types = ResponseType::ALL.to_vec();
}

/// The metadata that an agent on the user's device registers.
fn agent() -> Value {
    json!({
        "client_name": "Agent", "redirect_uris": ["http://127.0.0.1:33418/callback"],
        "grant_types": ["authorization_code", "refresh_token"], "token_endpoint_auth_method": "none",
    })
}

/// A body, changed.
fn with(mut body: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else {
        panic!("changes are an object");
    };
    for (name, value) in changes {
        body[name] = value;
    }
    body
}

fn request(method: &str, path: &str, token: &str, body: Option<&Value>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    match body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(Body::from(body.to_string())),
        None => request.body(Body::empty()),
    }
    .unwrap()
}

async fn register(server: &Server, body: &Value) -> Answer {
    server.send(request("POST", "/o/register/", "", Some(body))).await
}

/// A client that registered itself, as it knows itself.
struct Registered {
    id: String,
    path: String,
    token: String,
    metadata: Value,
}

async fn registered(server: &Server, body: &Value) -> Registered {
    let metadata = register(server, body).await.assert_status(201).json();
    let text = |name: &str| metadata[name].as_str().unwrap_or_default().to_owned();
    Registered {
        id: text("client_id"),
        path: text("registration_client_uri").replace("http://localhost:8000", ""),
        token: text("registration_access_token"),
        metadata,
    }
}

impl Registered {
    async fn get(&self, server: &Server) -> Answer {
        server.send(request("GET", &self.path, &self.token, None)).await
    }

    async fn put(&self, server: &Server, body: &Value) -> Answer {
        server
            .send(request("PUT", &self.path, &self.token, Some(body)))
            .await
    }

    async fn delete(&self, server: &Server) -> Answer {
        server
            .send(request("DELETE", &self.path, &self.token, None))
            .await
    }
}
