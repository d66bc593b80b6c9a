//! Random requests against every route: no server error, no open redirect.

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, Uri};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{FIELDS, ROUTES};
use pixie_testing::harness::{Server, encode};

/// A request that nobody should send.
#[derive(Debug)]
struct OddRequest {
    method: Method,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    signed_in: bool,
}

fn odd_request() -> impl Strategy<Value = OddRequest> {
    let method = prop_oneof![
        4 => Just(Method::GET),
        4 => Just(Method::POST),
        1 => Just(Method::HEAD),
        1 => Just(Method::OPTIONS),
        1 => Just(Method::PUT),
        1 => Just(Method::DELETE),
    ];
    let text = prop_oneof![
        "[ -~]{0,40}",
        "\\PC{0,20}",
        Just("https://third.example/cb".to_owned()),
        Just("third-party".to_owned()),
        Just("/\\evil.example".to_owned()),
        Just("pixie_ss_AAAA".to_owned()),
        Just("99999999999999999999".to_owned()),
    ];
    let field =
        prop_oneof![4 => proptest::sample::select(FIELDS).prop_map(str::to_owned), 1 => "[ -~]{0,10}"];
    let pairs = proptest::collection::vec((field, text), 0..8).prop_map(|pairs| {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
        encode(&pairs)
    });
    let encoded = prop_oneof![4 => pairs.clone(), 1 => "[!$-;=?-~%&]{0,60}"];
    let path = prop_oneof![
        6 => proptest::sample::select(ROUTES).prop_map(str::to_owned),
        1 => "/o/[!-\"$->@-~]{0,30}",
    ];
    let target = (path, encoded).prop_map(|(path, query)| {
        if query.is_empty() {
            path
        } else {
            format!("{path}?{query}")
        }
    });
    let name = proptest::sample::select(
        &[
            "cookie",
            "host",
            "x-forwarded-host",
            "x-forwarded-for",
            "forwarded",
            "authorization",
            "accept",
            "origin",
            "content-type",
            "if-none-match",
        ][..],
    );
    let value = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        Just(own_cookies()),
        Just(b"application/x-www-form-urlencoded".to_vec()),
        Just(b"Basic OjphOmI=".to_vec()),
    ];
    let headers = proptest::collection::vec((name.prop_map(str::to_owned), value), 0..5);
    let body = prop_oneof![3 => pairs.prop_map(String::into_bytes), 1 => proptest::collection::vec(any::<u8>(), 0..80)];
    (method, target, headers, body, any::<bool>()).prop_map(|(method, target, headers, body, signed_in)| {
        OddRequest {
            method,
            target,
            headers,
            body,
            signed_in,
        }
    })
}

/// Cookies of our names whose values are not ours.
fn own_cookies() -> Vec<u8> {
    let session = pixie_web::session_cookie(&pixie_oauth::Issuer::parse("http://localhost:8000/o").unwrap());
    let form = session.replace("session", "form");
    format!("{session}=pixie_ss_x; {form}={}", "a".repeat(32)).into_bytes()
}

#[test]
fn no_request_whatever_makes_a_server_error_or_an_open_redirect() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (server, cookies) = runtime.block_on(async {
        let server = Server::start().await;
        server.third_party().await;
        let alice = server.sign_in("alice").await;
        let cookies = alice.cookies();
        (server, cookies)
    });
    let mut runner = TestRunner::new(Config {
        cases: 1500,
        failure_persistence: None,
        ..Config::default()
    });
    let check = |odd: OddRequest| {
        let Ok(uri) = odd.target.parse::<Uri>() else {
            return Ok(());
        };
        let mut request = Request::builder().method(odd.method).uri(uri);
        request = request.header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in &odd.headers {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                let own = request.headers_mut().unwrap();
                own.insert(
                    axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                    value,
                );
            }
        }
        if odd.signed_in {
            request = request.header("cookie", &cookies);
        }
        let answer = runtime.block_on(server.send(request.body(Body::from(odd.body)).unwrap()));
        prop_assert!(answer.status.as_u16() < 500, "{answer:?}");
        let to = answer.location();
        let own = to.is_empty() || (to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\"));
        prop_assert!(own || to.starts_with("https://third.example/cb?"), "{answer:?}");
        Ok(())
    };
    runner.run(&odd_request(), check).unwrap();
}
