//! The log lines of a refusal. The test has a process of its own: tests without a log that run beside it would race for
//! tracing's process-wide cache of subscribers.

use std::convert::Infallible;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::HeaderMap;
use pixie_oauth::{IntrospectionResponse, Origin, Scope};
use pixie_resource::{CheckError, Person, ResourceLayer, SessionChecker, TokenChecker};
use tower::{Layer, ServiceExt, service_fn};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A checker with one token that is not valid, and one user who is always signed in or never.
struct Known {
    signed_in: bool,
}

#[async_trait]
impl TokenChecker for Known {
    async fn check(&self, token: &str) -> Result<IntrospectionResponse, CheckError> {
        Ok(IntrospectionResponse {
            active: token == "narrow-secret",
            token_type: Some("Bearer".into()),
            ..IntrospectionResponse::default()
        })
    }
}

#[async_trait]
impl SessionChecker for Known {
    async fn session(&self, _headers: &HeaderMap) -> Result<Option<Person>, CheckError> {
        Ok(self.signed_in.then(|| Person {
            sub: "1".into(),
            username: "alice".into(),
        }))
    }

    fn login_url(&self, return_to: &str) -> String {
        format!("/login/?next={return_to}")
    }
}

#[tokio::test]
async fn every_refusal_is_logged_with_its_reason_and_without_the_token() {
    let secret = ("authorization", "Bearer secret");
    let cases = [
        ("no token and no session", "GET /orders/", vec![]),
        (
            "sent to the login page",
            "GET /orders/?a=secret",
            vec![("accept", "text/html")],
        ),
        ("a token in the query", "GET /orders/?access_token=secret", vec![]),
        ("repeated Authorization", "GET /orders/", vec![secret, secret]),
        (
            "malformed Authorization",
            "GET /orders/",
            vec![("authorization", "Bearer secret secret")],
        ),
        ("is not active", "GET /orders/", vec![secret]),
        (
            "lacks some of: read",
            "GET /orders/",
            vec![("authorization", "Bearer narrow-secret")],
        ),
        (
            "from another origin",
            "POST /orders/",
            vec![("cookie", "session=secret")],
        ),
    ];
    for (reason, target, headers) in cases {
        let known = Arc::new(Known {
            signed_in: headers.iter().any(|(name, _)| *name == "cookie"),
        });
        let layer = ResourceLayer::new(known.clone())
            .scope(Scope::parse("read").unwrap())
            .sessions(known, Origin::parse("http://localhost:8000").unwrap());
        let api = layer.layer(service_fn(async |_: Request| {
            Ok::<_, Infallible>(Response::new(Body::empty()))
        }));
        let (method, uri) = target.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        let listening = tracing::subscriber::set_default(subscriber);
        api.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        drop(listening);
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(
            text.contains("request refused") && text.contains(reason),
            "{reason}: {text}"
        );
        assert!(
            text.contains("method=") && text.contains("path=\"/orders/\""),
            "{text}"
        );
        assert!(!text.contains("secret"), "{text}");
    }
}
