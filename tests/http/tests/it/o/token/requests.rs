//! The form of token requests and answers (RFC 6749 sections 3.2, 5 and appendix B).

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::json;

use pixie_testing::harness::{Answer, Server, encode, on_both_stores};

const FORM: &str = "application/x-www-form-urlencoded";
const MACHINES: [&str; 3] = ["/o/token/", "/o/revoke_token/", "/o/introspect/"];

async fn raw(server: &Server, path: &str, content_type: &str, body: impl Into<Body>) -> Answer {
    let mut request = Request::post(path);
    if !content_type.is_empty() {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    server.send(request.body(body.into()).unwrap()).await
}

/// A body that every endpoint for machines would read, of a confidential client.
async fn good_body(server: &Server) -> String {
    let api = server.api().await;
    encode(&api.sign(&[("grant_type", "client_credentials"), ("token", "x")]))
}

#[on_both_stores]
async fn a_form_is_read_with_and_without_charset_and_slash() {
    let server = Server::start().await;
    let body = good_body(&server).await;
    for path in MACHINES {
        let bare = path.trim_end_matches('/');
        for (path, content_type) in [
            (path, FORM),
            (bare, FORM),
            (path, "application/x-www-form-urlencoded; charset=UTF-8"),
            (path, "Application/X-WWW-Form-Urlencoded;charset=utf-8"),
        ] {
            raw(&server, path, content_type, body.clone())
                .await
                .assert_status(200);
        }
    }
}

#[on_both_stores]
async fn any_other_content_type_is_an_invalid_request() {
    let server = Server::start().await;
    let body = good_body(&server).await;
    for path in MACHINES {
        for content_type in [
            "",
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/json",
            "application/x-www-form-urlencodedx",
            "x",
        ] {
            raw(&server, path, content_type, body.clone())
                .await
                .assert_error("invalid_request");
        }
        let json = json!({ "grant_type": "client_credentials", "client_id": "api" }).to_string();
        raw(&server, path, "application/json", json)
            .await
            .assert_error("invalid_request");
    }
}

#[on_both_stores]
async fn two_content_types_are_an_invalid_request() {
    let server = Server::start().await;
    let body = good_body(&server).await;
    let request = Request::post("/o/token/")
        .header(header::CONTENT_TYPE, FORM)
        .header(header::CONTENT_TYPE, "application/json");
    server
        .send(request.body(Body::from(body)).unwrap())
        .await
        .assert_error("invalid_request");
}

#[on_both_stores]
async fn repeated_parameters_are_refused_at_every_endpoint_also_unknown_ones_and_equal_ones() {
    let server = Server::start().await;
    let body = good_body(&server).await;
    for path in MACHINES {
        for repeated in [
            "client_id=api",
            "grant_type=client_credentials",
            "grant%5Ftype=client_credentials",
            "token=",
            "mine=1&mine=1",
        ] {
            let body = format!("{body}&{repeated}");
            raw(&server, path, FORM, body)
                .await
                .assert_error("invalid_request");
        }
    }
}

#[on_both_stores]
async fn unknown_parameters_are_ignored_and_empty_ones_count_as_not_sent() {
    let server = Server::start().await;
    let body = good_body(&server).await;
    let body = format!("{body}&resource=https://api.example/&audience=x&scope=&code=&&");
    raw(&server, "/o/token/", FORM, body).await.assert_status(200);
}

#[on_both_stores]
async fn too_many_parameters_are_an_invalid_request() {
    let server = Server::start().await;
    let many: Vec<_> = (0..200).map(|number| format!("p{number}=1")).collect();
    for path in MACHINES {
        raw(&server, path, FORM, many.join("&"))
            .await
            .assert_error("invalid_request");
    }
}

#[on_both_stores]
async fn an_oversized_body_is_an_invalid_request() {
    let server = Server::start().await;
    for path in MACHINES {
        let body = format!("client_id={}", "a".repeat(8 * 1024 * 1024));
        let answer = raw(&server, path, FORM, body).await.assert_status(413);
        assert_eq!(answer.json()["error"], "invalid_request");
    }
}

#[on_both_stores]
async fn invalid_utf8_is_an_invalid_request() {
    let server = Server::start().await;
    for path in MACHINES {
        for body in [&b"client_id=\xff"[..], b"\xfe=1", b"client_id=%ff", b"%80=1"] {
            raw(&server, path, FORM, body.to_vec())
                .await
                .assert_error("invalid_request");
        }
    }
}

#[on_both_stores]
async fn an_unknown_grant_is_unsupported_and_none_is_an_invalid_request() {
    let server = Server::start().await;
    let api = server.api().await;
    for grant in [
        "password",
        "implicit",
        "token",
        "CLIENT_CREDENTIALS",
        "client_credentials ",
        "urn:ietf:params:oauth:grant-type:device_code",
        "ü",
        "\u{0}",
    ] {
        server
            .token(&api, &[("grant_type", grant)])
            .await
            .assert_error("unsupported_grant_type");
    }
    for form in [&[][..], &[("grant_type", "")]] {
        server.token(&api, form).await.assert_error("invalid_request");
    }
}

#[on_both_stores]
async fn a_missing_parameter_is_an_invalid_request() {
    let server = Server::start().await;
    let spa = server.spa().await;
    for grant in ["authorization_code", "refresh_token"] {
        let answer = server.token(&spa, &[("grant_type", grant)]).await;
        answer.assert_error("invalid_request");
    }
}

/// RFC 9700 section 4.3.2: nothing secret is taken from a query.
#[on_both_stores]
async fn parameters_in_the_query_are_ignored() {
    let server = Server::start().await;
    let spa = server.spa().await;
    let tokens = server.tokens(&spa, "alice").await;
    let path = format!("/o/token/?refresh_token={}", tokens.refresh);
    let form = [("grant_type", "refresh_token"), ("client_id", "spa")];
    server.post(&path, &form).await.assert_error("invalid_request");
    let api = server.api().await;
    let token = &tokens.access;
    for path in ["/o/revoke_token/", "/o/introspect/"] {
        server
            .post(&format!("{path}?token={token}"), &api.sign(&[]))
            .await
            .assert_error("invalid_request");
    }
    assert!(server.is_active(token).await);
}

#[on_both_stores]
async fn the_endpoints_for_machines_take_post_only() {
    let server = Server::start().await;
    for path in MACHINES {
        for method in [
            Method::GET,
            Method::HEAD,
            Method::PUT,
            Method::DELETE,
            Method::PATCH,
        ] {
            let request = Request::builder()
                .method(&method)
                .uri(format!("{path}?grant_type=x"));
            let answer = server.send(request.body(Body::empty()).unwrap()).await;
            let answer = answer.assert_status(405);
            assert!(
                answer.header("allow").contains("POST"),
                "{method} {path}: {answer:?}"
            );
        }
    }
}

/// RFC 6749 section 5.1: tokens are kept by nobody on the way; neither are errors.
#[on_both_stores]
async fn every_answer_says_no_store_and_no_cache() {
    let server = Server::start().await;
    let body = good_body(&server).await;
    for path in MACHINES {
        for body in [
            body.clone(),
            String::new(),
            "a=1&a=2".to_owned(),
            "client_id=x".to_owned(),
        ] {
            let answer = raw(&server, path, FORM, body).await;
            assert_eq!(answer.header("cache-control"), "no-store", "{answer:?}");
            assert_eq!(answer.header("pragma"), "no-cache", "{answer:?}");
            assert_eq!(answer.header("content-type"), "application/json", "{answer:?}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{answer:?}");
        }
    }
}

/// RFC 6749 section 5.2.
#[on_both_stores]
async fn error_descriptions_have_only_the_characters_they_may_have() {
    let server = Server::start().await;
    let api = server.api().await;
    for scope in [
        "<script>",
        "a'b",
        "read\"",
        "back\\slash",
        "ü",
        "a\r\nb",
        "\u{7f}",
    ] {
        for grant in ["client_credentials", scope] {
            let answer = server
                .token(&api, &[("grant_type", grant), ("scope", scope)])
                .await
                .assert_status(400)
                .json();
            let description = answer["error_description"].as_str().unwrap();
            let allowed = |c: char| matches!(c, ' ' | '!' | '#'..='[' | ']'..='~');
            assert!(description.chars().all(allowed), "{description:?}");
        }
    }
}

/// The client may show the identifier to the operator, who finds the reason in the log.
#[on_both_stores]
async fn every_refusal_has_a_request_id_of_its_own() {
    let server = Server::start().await;
    let first = server.post("/o/token/", &[]).await;
    let second = server.post("/o/token/", &[]).await;
    assert_eq!(first.header("x-request-id").len(), 20);
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}

#[on_both_stores]
async fn no_answer_depends_on_the_host_that_the_request_names() {
    let server = Server::start().await;
    for host in ["evil.example", "", "localhost:8000:1", "[::1", "a b"] {
        for name in ["host", "x-forwarded-host", "forwarded"] {
            let request = Request::get("/o/.well-known/oauth-authorization-server").header(name, host);
            let answer = server.send(request.body(Body::empty()).unwrap()).await;
            let document = answer.assert_status(200).json();
            assert_eq!(document["token_endpoint"], "http://localhost:8000/o/token/");
        }
    }
}
