//! Requests that no handler sees: each is refused in the form of its endpoint, with an id and words (RFC 9110 section 15.5).

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use pixie_provider::RegistrationMode;
use pixie_testing::harness::{Answer, Server};
use pixie_web::RefusedRequest;

/// Endpoints for programs, a method that each answers, and if scripts of every origin may read the refusal.
const ENDPOINTS: [(&str, Method, bool); 9] = [
    ("/o/token/", Method::POST, true),
    ("/o/revoke_token/", Method::POST, true),
    ("/o/userinfo/", Method::POST, true),
    ("/o/register/", Method::POST, true),
    ("/o/register/x/", Method::PUT, true),
    ("/o/introspect/", Method::POST, false),
    ("/o/api/keys/rotate/", Method::POST, false),
    ("/o/.well-known/openid-configuration", Method::GET, true),
    ("/o/.well-known/jwks.json", Method::GET, true),
];

const PAGES: [&str; 6] = [
    "/o/",
    "/o/login/",
    "/o/consent/",
    "/o/logout/",
    "/o/applications/",
    "/nowhere",
];

async fn server() -> Server {
    let server = Server::with(|settings| settings.registration.mode = RegistrationMode::Open);
    server.await
}

#[track_caller]
fn assert_is_json(answer: &Answer, status: u16, error: &str, words: &str, readable: bool) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.json()["error"], error, "{answer:?}");
    let json = answer.json();
    let description = json["error_description"].as_str().unwrap();
    assert!(description.contains(words), "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-request-id").len(), 20);
    let origin = if readable { "*" } else { "" };
    assert_eq!(answer.header("access-control-allow-origin"), origin, "{answer:?}");
    if readable {
        assert!(
            answer
                .header("access-control-expose-headers")
                .contains("x-request-id")
        );
    }
}

#[track_caller]
fn assert_is_page(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert!(
        answer.header("content-type").starts_with("text/html"),
        "{answer:?}"
    );
    assert!(answer.body.contains(words), "{answer:?}");
    assert!(answer.body.contains(answer.header("x-request-id")), "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

fn request(method: &Method, path: &str) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(path);
    request.header(header::ORIGIN, "https://spa.example")
}

#[tokio::test]
async fn another_method_is_refused_in_the_form_of_the_endpoint() {
    let server = server().await;
    for (path, own, readable) in ENDPOINTS {
        let answer = server
            .send(request(&Method::PATCH, path).body(Body::empty()).unwrap())
            .await;
        assert_is_json(&answer, 405, "invalid_request", "PATCH", readable);
        assert!(
            answer.header("allow").contains(own.as_str()),
            "{path}: {answer:?}"
        );
    }
    let get = server.send(request(&Method::GET, "/o/token/").body(Body::empty()).unwrap());
    assert_is_json(&get.await, 405, "invalid_request", "GET", true);
    for path in ["/o/login/", "/o/applications/", "/o/authorize/"] {
        let answer = server
            .send(request(&Method::PATCH, path).body(Body::empty()).unwrap())
            .await;
        assert_is_page(&answer, 405, "PATCH is not answered here");
        assert!(answer.header("allow").contains("GET"), "{answer:?}");
    }
}

#[tokio::test]
async fn what_the_listener_refuses_has_the_form_of_the_endpoint() {
    let server = server().await;
    let refused = |path: &str| {
        let mut request = request(&Method::POST, path).body(Body::empty()).unwrap();
        request.extensions_mut().insert(RefusedRequest {
            status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            reason: "the headers are too long",
        });
        request
    };
    for (path, _, readable) in ENDPOINTS {
        let answer = server.send(refused(path)).await;
        assert_is_json(
            &answer,
            431,
            "invalid_request",
            "the headers are too long",
            readable,
        );
    }
    for path in PAGES {
        let answer = server.send(refused(path)).await;
        assert_is_page(&answer, 431, "Remove the cookies of this site");
    }
}

#[tokio::test]
async fn a_compressed_body_is_refused_by_name() {
    let server = server().await;
    for (path, method, readable) in ENDPOINTS
        .into_iter()
        .filter(|(_, method, _)| method != Method::GET)
    {
        let compressed = request(&method, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::CONTENT_ENCODING, "gzip");
        let answer = server
            .send(compressed.body(Body::from(vec![0x1f, 0x8b, 8])).unwrap())
            .await;
        assert_is_json(&answer, 415, "invalid_request", "gzip", readable);
        assert_eq!(answer.header("accept-encoding"), "identity");
    }
    let compressed = request(&Method::POST, "/o/login/").header(header::CONTENT_ENCODING, "br");
    let answer = server.send(compressed.body(Body::from("x")).unwrap()).await;
    assert_is_page(&answer, 415, "content coding br");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_in_the_form_of_the_endpoint() {
    let server = server().await;
    for (path, method, readable) in ENDPOINTS
        .into_iter()
        .filter(|(_, method, _)| method != Method::GET)
    {
        let large = request(&method, path).body(Body::from("a".repeat((64 << 10) + 1)));
        let answer = server.send(large.unwrap()).await;
        assert_is_json(&answer, 413, "invalid_request", "65536 bytes", readable);
    }
    for path in PAGES {
        let large = request(&Method::POST, path).body(Body::from("a".repeat((64 << 10) + 1)));
        let answer = server.send(large.unwrap()).await;
        assert_is_page(&answer, 413, "65536 bytes");
    }
}
