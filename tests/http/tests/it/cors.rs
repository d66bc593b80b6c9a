//! The responses that scripts of other origins may read (Fetch standard section 3.2, OAuth 2.0 for Browser-Based
//! Applications section 6.2).

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use pixie_provider::RegistrationMode;
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

/// A refusal before a client is known says nothing about anybody, and the script that caused it has to learn why.
#[tokio::test]
async fn a_refusal_before_a_client_is_known_is_for_every_script() {
    let server = Server::start().await;
    server.spa().await;
    let repeated = [("client_id", "spa"), ("scope", "a"), ("scope", "b")];
    for origin in [OWN, "https://anybody.example", "null", "capacitor://localhost"] {
        for path in FOR_CLIENTS {
            for (form, error) in [
                (&[("client_id", "unknown")][..], "invalid_client"),
                (&[], "invalid_client"),
                (&repeated, "invalid_request"),
                (&[("client_id", "\u{7f}")], "invalid_client"),
            ] {
                let answer = from(&server, origin, Method::POST, path, form).await;
                answer.assert_error(error);
                assert_eq!(readable_by(&answer), "*", "{origin} {form:?}");
                assert!(
                    answer
                        .header("access-control-expose-headers")
                        .contains("x-request-id")
                );
                assert_eq!(answer.header("vary"), "origin");
            }
            let json = Request::post(path).header(header::ORIGIN, origin);
            let json = json.header(header::CONTENT_TYPE, "application/json");
            let answer = server.send(json.body(Body::from("{}")).unwrap()).await;
            assert_eq!(
                readable_by(answer.assert_error("invalid_request")),
                "*",
                "{origin}"
            );
        }
    }
}

/// Libraries and proxies of developers add headers that mean nothing to the server.
#[tokio::test]
async fn a_preflight_allows_every_header_that_changes_nothing() {
    let server = Server::with(|settings| settings.registration.mode = RegistrationMode::Open).await;
    let requested = "cache-control, dpop, X-Requested-With, traceparent, authorization, forwarded, x-forwarded-for, x-real-ip";
    for path in ["/o/token/", "/o/revoke_token/", "/o/userinfo/", "/o/register/"] {
        let answer = preflight(&server, OWN, path, "POST", requested)
            .await
            .assert_status(204);
        assert_eq!(
            answer.header("access-control-allow-headers"),
            "authorization, content-type, cache-control, dpop, x-requested-with, traceparent"
        );
    }
    let none = preflight(&server, "null", "/o/token/", "POST", "")
        .await
        .assert_status(204);
    assert_eq!(readable_by(&none), "*");
    let many = "x, ".repeat(5000) + &"y".repeat(5000);
    let answer = preflight(&server, OWN, "/o/token/", "POST", &many).await;
    assert_eq!(
        answer.header("access-control-allow-headers"),
        "authorization, content-type, x"
    );
    let public = preflight(&server, OWN, PUBLIC[0], "GET", "authorization, x-y").await;
    assert_eq!(public.header("access-control-allow-headers"), "*, authorization");
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

/// Web views of applications and extensions have origins of schemes that are not of the web.
#[tokio::test]
async fn a_web_view_reads_answers_where_its_origin_is_allowed() {
    let server = Server::start().await;
    let own = [
        "capacitor://localhost",
        "ionic://localhost",
        "tauri://localhost",
        "app://Notes",
    ];
    let client = server
        .register(
            json!({ "client_id": "app", "redirect_uris": ["com.example.app:/cb"], "allowed_origins": own }),
        )
        .await;
    for origin in own {
        let answer = from(&server, origin, Method::POST, "/o/token/", &client.sign(&[])).await;
        assert_eq!(readable_by(&answer), origin);
        let answer = preflight(&server, origin, "/o/token/", "POST", "content-type").await;
        assert_eq!(readable_by(&answer), origin);
    }
    for other in [
        "capacitor://evil",
        "app://notes",
        "ionic://localhost:1",
        "null",
        "file://localhost",
    ] {
        let answer = from(&server, other, Method::POST, "/o/token/", &client.sign(&[])).await;
        assert_eq!(readable_by(&answer), "", "{other}");
    }
}
