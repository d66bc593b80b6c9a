//! The responses that scripts of other origins may read (Fetch standard section 3.2, OAuth 2.0 for Browser-Based
//! Applications section 6.2).

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use serde_json::json;

use pixie_testing::harness::{Answer, Client, Server, basic, encode};

const OWN: &str = "https://spa.example";
const PUBLIC: [&str; 4] = [
    "/o/.well-known/oauth-authorization-server",
    "/.well-known/oauth-authorization-server/o",
    "/.well-known/openid-configuration/o",
    "/o/.well-known/jwks.json",
];
const FOR_CLIENTS: [&str; 2] = ["/o/token/", "/o/revoke_token/"];

async fn from(server: &Server, origin: &str, method: Method, path: &str, form: &[(&str, &str)]) -> Answer {
    with_headers(server, origin, method, path, form, HeaderMap::new()).await
}

async fn with_headers(
    server: &Server,
    origin: &str,
    method: Method,
    path: &str,
    form: &[(&str, &str)],
    headers: HeaderMap,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    *request.headers_mut().unwrap() = headers;
    let request = request
        .header(header::ORIGIN, origin)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    server.send(request.body(Body::from(encode(form))).unwrap()).await
}

async fn preflight(server: &Server, origin: &str, path: &str, method: &str, headers: &str) -> Answer {
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri(path)
        .header(header::ORIGIN, origin)
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, method)
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, headers);
    server.send(request.body(Body::empty()).unwrap()).await
}

fn readable_by(answer: &Answer) -> &str {
    assert_eq!(
        answer.header("access-control-allow-credentials"),
        "",
        "{answer:?}"
    );
    answer.header("access-control-allow-origin")
}

#[tokio::test]
async fn metadata_and_keys_are_for_scripts_of_every_origin() {
    let server = Server::start().await;
    for path in PUBLIC {
        for origin in ["https://anybody.example", "null"] {
            let answer = from(&server, origin, Method::GET, path, &[])
                .await
                .assert_status(200);
            assert_eq!(readable_by(&answer), "*", "{path}");
        }
    }
}

/// Clients of the Model Context Protocol send a header of their own when they discover a server.
#[tokio::test]
async fn a_preflight_for_metadata_allows_whatever_header() {
    let server = Server::start().await;
    for path in PUBLIC {
        let answer = preflight(
            &server,
            "https://anybody.example",
            path,
            "GET",
            "mcp-protocol-version",
        )
        .await
        .assert_status(204);
        assert_eq!(readable_by(&answer), "*", "{path}");
        assert_eq!(answer.header("access-control-allow-headers"), "*", "{path}");
        assert_eq!(answer.header("access-control-allow-methods"), "GET", "{path}");
    }
}

#[tokio::test]
async fn a_preflight_for_the_token_and_revocation_endpoints_is_answered() {
    let server = Server::start().await;
    for path in FOR_CLIENTS {
        for path in [path, path.trim_end_matches('/')] {
            let answer = preflight(&server, OWN, path, "POST", "authorization, content-type")
                .await
                .assert_status(204);
            assert_eq!(readable_by(&answer), OWN);
            assert_eq!(answer.header("access-control-allow-methods"), "POST");
            assert_eq!(
                answer.header("access-control-allow-headers"),
                "authorization, content-type"
            );
            assert_eq!(answer.header("access-control-max-age"), "600");
            assert_eq!(answer.body, "");
        }
    }
}

#[tokio::test]
async fn tokens_are_for_scripts_of_the_clients_own_origins_only() {
    let server = Server::start().await;
    let client = server
        .register(json!({
            "client_id": "spa", "redirect_uris": ["https://spa.example/cb"], "skip_authorization": true,
            "allowed_origins": ["https://second.example"],
        }))
        .await;
    for (origin, readable) in [
        (OWN, OWN),
        ("https://second.example", "https://second.example"),
        ("https://evil.example", ""),
        ("https://spa.example.evil.example", ""),
        ("https://sub.spa.example", ""),
        ("https://spa.example:8443", ""),
        ("http://spa.example", ""),
        ("http://localhost:8000", ""),
        ("null", ""),
        ("*", ""),
        ("", ""),
        ("https://spa.example/cb", ""),
    ] {
        let tokens = server.tokens(&client, "alice").await;
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &tokens.refresh),
        ];
        let answer = from(&server, origin, Method::POST, "/o/token/", &client.sign(&form)).await;
        let answer = answer.assert_status(200);
        assert_eq!(readable_by(&answer), readable, "{origin}");
        assert_eq!(answer.header("vary"), "origin");
        let form = client.sign(&[("token", &tokens.refresh)]);
        let answer = from(&server, origin, Method::POST, "/o/revoke_token/", &form).await;
        assert_eq!(readable_by(&answer.assert_status(200)), readable, "{origin}");
    }
}

#[tokio::test]
async fn one_clients_origin_is_not_anothers() {
    let server = Server::start().await;
    let (_, other) = (server.spa().await, server.third_party().await);
    let form = other.sign(&[("grant_type", "refresh_token"), ("refresh_token", "x")]);
    let answer = from(&server, OWN, Method::POST, "/o/token/", &form).await;
    assert_eq!(readable_by(&answer), "");
}

#[tokio::test]
async fn error_answers_are_readable_too_with_their_challenge_and_request_id() {
    let server = Server::start().await;
    let spa = server.spa().await;
    let wrong = Client {
        secret: Some("wrong".to_owned()),
        ..spa.clone()
    };
    for path in FOR_CLIENTS {
        for (client, form) in [
            (&spa, &[("grant_type", "nonsense")][..]),
            (&spa, &[]),
            (&wrong, &[("grant_type", "refresh_token"), ("refresh_token", "x")]),
        ] {
            let answer = from(&server, OWN, Method::POST, path, &client.sign(form)).await;
            assert!(answer.status.is_client_error(), "{answer:?}");
            assert_eq!(readable_by(&answer), OWN);
            assert_eq!(
                answer.header("access-control-expose-headers"),
                "www-authenticate, x-request-id, retry-after"
            );
        }
    }
}

#[tokio::test]
async fn the_client_may_be_named_in_the_header_also_when_the_body_cannot_be_read() {
    let server = Server::start().await;
    server.spa().await;
    let repeated = [("grant_type", "refresh_token"), ("grant_type", "refresh_token")];
    for form in [&repeated[..], &[("grant_type", "refresh_token")]] {
        let headers = basic("spa", "");
        let answer = with_headers(&server, OWN, Method::POST, "/o/token/", form, headers).await;
        answer.assert_error("invalid_request");
        assert_eq!(readable_by(&answer), OWN);
    }
}

#[tokio::test]
async fn any_port_of_a_loopback_redirect_uri_is_the_clients_own() {
    let server = Server::start().await;
    let client = server
        .register(json!({ "client_id": "local", "redirect_uris": ["http://127.0.0.1:8001/"] }))
        .await;
    let form = client.sign(&[("grant_type", "refresh_token"), ("refresh_token", "x")]);
    for (origin, readable) in [
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("http://127.0.0.1:9999", "http://127.0.0.1:9999"),
        ("http://localhost:8001", ""),
        ("http://127.0.0.1.evil.example", ""),
        ("https://127.0.0.1:8001", ""),
    ] {
        let answer = from(&server, origin, Method::POST, "/o/token/", &form).await;
        assert_eq!(readable_by(&answer), readable, "{origin}");
    }
}

/// RFC 9700 section 2.6: nobody calls the authorization endpoint by script; APIs introspect without a browser.
#[tokio::test]
async fn no_other_page_or_endpoint_is_readable() {
    let server = Server::start().await;
    let client = server.spa().await;
    for path in [
        format!("/o/authorize/?{}", client.request(&[])),
        "/o/authorize/".to_owned(),
        "/o/login/".to_owned(),
        "/o/consent/".to_owned(),
        "/o/applications/".to_owned(),
        "/o/introspect/".to_owned(),
        "/o/".to_owned(),
        "/nowhere".to_owned(),
    ] {
        for method in [Method::GET, Method::POST] {
            let answer = from(&server, OWN, method, &path, &[("client_id", "spa")]).await;
            assert_eq!(readable_by(&answer), "", "{path}");
        }
        let answer = preflight(&server, OWN, &path, "POST", "content-type").await;
        assert_eq!(readable_by(&answer), "", "{path}");
    }
}

#[tokio::test]
async fn without_an_origin_nothing_is_said_about_origins() {
    let server = Server::start().await;
    let client = server.spa().await;
    let answer = server.token(&client, &[("grant_type", "refresh_token")]).await;
    assert_eq!(readable_by(&answer), "");
}
