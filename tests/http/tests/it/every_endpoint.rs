//! Whatever is sent to whichever path: no panic, no 5xx, no line of internals (RFC 6749 section 5.2, OWASP ASVS 16.5.1).

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request};
use proptest::prelude::*;
use proptest::sample::select;

use crate::harness::{Answer, Client, Server, VERIFIER, challenge};

const PATHS: &[&str] = &[
    "/o/authorize/",
    "/o/authorize",
    "/o/token/",
    "/o/revoke_token/",
    "/o/introspect/",
    "/o/register/",
    "/o/register/x/",
    "/o/register/%ff/",
    "/o/userinfo/",
    "/o/",
    "/o/login/",
    "/o/consent/",
    "/o/logout/",
    "/o/check_session/",
    "/o/setup/",
    "/o/applications/",
    "/o/applications/register/",
    "/o/applications/0/",
    "/o/applications/01890000-0000-7000-8000-000000000000/update/",
    "/o/applications/%ff/delete/",
    "/o/applications/x/rotate-secret/",
    "/o/authorized_tokens/",
    "/o/keys/",
    "/o/keys/ES256/rotate/",
    "/o/api/keys/",
    "/o/api/keys/rotate/",
    "/o/authorized_tokens/x/delete/",
    "/o/assets/pixie.css",
    "/o/assets/..%2f..%2fetc%2fpasswd",
    "/o/.well-known/jwks.json",
    "/.well-known/oauth-authorization-server/o",
    "/health/live",
    "/health/ready",
    "/nowhere",
    "//evil.example/",
    "/%00",
];

const METHODS: &[&str] = &[
    "GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND",
];

const NAMES: &[&str] = &[
    "client_id",
    "client_secret",
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "id_token_hint",
    "post_logout_redirect_uri",
    "scope",
    "token",
    "token_type_hint",
    "response_type",
    "response_mode",
    "state",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "request",
    "request_uri",
    "username",
    "password",
    "next",
    "csrf_token",
    "decision",
    "name",
    "client_type",
    "redirect_uris",
    "allowed_origins",
    "profile",
    "skip_authorization",
    "revision",
];

const HEADERS: &[&str] = &[
    "authorization",
    "content-type",
    "cookie",
    "origin",
    "host",
    "x-forwarded-for",
    "accept",
    "accept-language",
    "if-none-match",
    "content-length",
    "range",
    "x-request-id",
];

/// Words that get further than random text does.
struct Words(Vec<String>);

impl Words {
    fn value(&self) -> impl Strategy<Value = String> + use<> {
        prop_oneof![
            4 => select(self.0.clone()),
            2 => "\\PC{0,12}",
            1 => any::<String>(),
        ]
    }

    fn pairs(&self) -> impl Strategy<Value = Vec<(String, String)>> + use<> {
        let name = prop_oneof![9 => select(NAMES).prop_map(str::to_owned), 1 => any::<String>()];
        proptest::collection::vec((name, self.value()), 0..8)
    }

    fn body(&self) -> impl Strategy<Value = Vec<u8>> + use<> {
        prop_oneof![
            8 => self.pairs().prop_map(|pairs| form(&pairs).into_bytes()),
            1 => any::<Vec<u8>>(),
        ]
    }

    fn headers(&self) -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> + use<> {
        let value = prop_oneof![self.value().prop_map(String::into_bytes), any::<Vec<u8>>()];
        proptest::collection::vec((select(HEADERS), value), 0..4)
    }
}

fn form(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

#[derive(Debug)]
struct Shot {
    path: &'static str,
    method: &'static str,
    query: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
    is_form: bool,
    signed_in: bool,
}

fn shots(words: &Words) -> impl Strategy<Value = Shot> + use<> {
    let query = words.pairs().prop_map(|pairs| form(&pairs));
    (
        select(PATHS),
        prop_oneof![select(&METHODS[..2]), select(METHODS)],
        query,
        words.headers(),
        words.body(),
        proptest::bool::weighted(0.9),
        any::<bool>(),
    )
        .prop_map(|(path, method, query, headers, body, is_form, signed_in)| Shot {
            path,
            method,
            query,
            headers,
            body,
            is_form,
            signed_in,
        })
}

async fn fire(server: &Server, cookies: &str, shot: &Shot) -> Option<Answer> {
    let mut request = Request::builder()
        .method(shot.method)
        .uri(format!("{}?{}", shot.path, shot.query))
        .body(Body::from(shot.body.clone()))
        .ok()?;
    let headers = request.headers_mut();
    if shot.is_form {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert("content-type", form);
    }
    if shot.signed_in {
        headers.append("cookie", cookies.parse().unwrap());
    }
    for (name, value) in &shot.headers {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    Some(server.send(request).await)
}

#[test]
fn whatever_is_sent_nothing_fails_inside() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let (server, cookies, words) = runtime.block_on(prepare());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let outcome = runner.run(&shots(&words), |shot| {
        let Some(answer) = runtime.block_on(fire(&server, &cookies, &shot)) else {
            return Ok(());
        };
        prop_assert!(!answer.status.is_server_error(), "{answer:?}");
        for inside in ["panicked", "rusqlite", "SQLITE", ".rs:", "crates/"] {
            prop_assert!(!answer.body.contains(inside), "{answer:?}");
        }
        let location = answer.location();
        let ours = location.is_empty() || location.starts_with("/o/") && !location.contains('\\');
        let registered = location.starts_with("https://spa.example/cb?");
        prop_assert!(ours || registered, "an open redirect: {answer:?}");
        Ok(())
    });
    outcome.unwrap();
}

/// A server with clients, tokens and a browser that is signed in; and the words for them.
async fn prepare() -> (Server, String, Words) {
    let server = Server::start().await;
    let (spa, api) = (server.spa().await, server.api().await);
    let browser = server.sign_in("root").await;
    let page = browser.get("/o/applications/register/").await.assert_status(200);
    let code = browser.authorize(&spa).await.code();
    let tokens = server.tokens(&spa, "alice").await;
    let Client { secret, .. } = api;
    let words = [
        "spa",
        "api",
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "https://spa.example/cb",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/o/authorize/?client_id=spa",
        "javascript:alert(1)",
        "read",
        "read write introspection",
        "none",
        "none login",
        "S256",
        "plain",
        "query",
        "fragment",
        "token",
        "allow",
        "deny",
        "public",
        "confidential",
        "legacy",
        "on",
        "1",
        "-1",
        "99999999999999999999",
        "alice",
        "",
        "\u{0}",
        "\r\nlocation: https://evil.example/",
        "Basic YXBpOng=",
        "Bearer x",
        VERIFIER,
    ];
    let mut words: Vec<_> = words.map(str::to_owned).into();
    words.extend([
        "code".to_owned(),
        challenge(VERIFIER),
        page.field("csrf_token"),
        code,
        tokens.access.clone(),
        format!("Bearer {}", tokens.access),
        tokens.refresh,
        secret.unwrap(),
        "a".repeat(3000),
    ]);
    let cookies = browser.cookies();
    drop(browser);
    (server, cookies, Words(words))
}
