//! Any request to any path: no panic, no 5xx, no line of internals (RFC 6749 section 5.2, OWASP ASVS 16.5.1).

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request};
use pixie_provider::{RegistrationMode, RegistrationSettings, SignUpMode};
use proptest::prelude::*;
use proptest::sample::select;

use pixie_testing::harness::{Answer, Client, Server, Tokens, VERIFIER, challenge};

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
    "/o/select-account/",
    "/o/sign-up/",
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
    "/o/keys/withdraw/x/",
    "/o/keys/withdraw/%ff/",
    "/o/api/keys/",
    "/o/api/keys/rotate/",
    "/o/api/keys/withdraw/",
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
    "nonce",
    "claims",
    "max_age",
    "login_hint",
    "acr_values",
    "ui_locales",
    "resource",
    "access_token",
    "client_assertion",
    "client_assertion_type",
    "pixie_proof",
    "pixie_arrival",
    "pixie_form",
    "pixie_request",
    "pixie_sealed",
    "password_again",
    "email",
    "when",
    "reason",
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

const MEMBERS: &[&str] = &[
    "client_id",
    "client_name",
    "redirect_uris",
    "grant_types",
    "response_types",
    "token_endpoint_auth_method",
    "scope",
    "contacts",
    "logo_uri",
    "jwks",
    "jwks_uri",
    "subject_type",
    "sector_identifier_uri",
    "id_token_signed_response_alg",
    "request_uris",
    "default_max_age",
    "require_auth_time",
    "post_logout_redirect_uris",
    "frontchannel_logout_uri",
    "backchannel_logout_uri",
    "algorithm",
    "when",
];

const JSON: &[&str] = &[
    r#"["https://spa.example/cb"]"#,
    r#"["javascript:alert(1)", ""]"#,
    r#"["authorization_code", "implicit", 7]"#,
    r#"["code id_token"]"#,
    r#"{"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}"#,
    r#"{"keys": [{"kty": "RSA", "n": "", "e": "AQAB"}, 1, null]}"#,
    r#"{"keys": [{"kty": "oct", "k": "AAAA"}]}"#,
    r#"[[[[{"a": [[]]}]]]]"#,
    r#""pairwise""#,
    r#""ES256""#,
    r#""now""#,
    "1e308",
    "-0",
    "null",
    "true",
];

/// Values nested so deep that a recursive reader overflows its stack.
const BOMBS: &[(&str, usize)] = &[
    ("[", 20_000),
    ("{\"a\":", 5_000),
    ("{\"jwks\":[", 2_500),
    ("\"", 1),
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
            6 => self.pairs().prop_map(|pairs| form(&pairs).into_bytes()),
            2 => self.json().prop_map(String::into_bytes),
            1 => any::<Vec<u8>>(),
        ]
    }

    /// Objects as registration and the API for keys read them, and what is none.
    fn json(&self) -> impl Strategy<Value = String> + use<> {
        let value = prop_oneof![
            4 => self.value().prop_map(serde_json::Value::from),
            1 => any::<i64>().prop_map(serde_json::Value::from),
            1 => any::<f64>().prop_map(serde_json::Value::from),
            1 => select(JSON).prop_map(|json| serde_json::from_str(json).unwrap()),
        ];
        let member = (select(MEMBERS).prop_map(str::to_owned), value);
        let object = proptest::collection::vec(member, 0..8);
        prop_oneof![
            8 => object.prop_map(|members| serde_json::Value::Object(members.into_iter().collect()).to_string()),
            1 => select(BOMBS).prop_map(|(open, times)| open.repeat(times)),
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
    content_type: Option<&'static str>,
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
        prop_oneof![
            7 => Just(Some("application/x-www-form-urlencoded")),
            2 => Just(Some("application/json")),
            1 => Just(None),
        ],
        any::<bool>(),
    )
        .prop_map(
            |(path, method, query, headers, body, content_type, signed_in)| Shot {
                path,
                method,
                query,
                headers,
                body,
                content_type,
                signed_in,
            },
        )
}

async fn fire(server: &Server, cookies: &str, shot: &Shot) -> Option<Answer> {
    let mut request = Request::builder()
        .method(shot.method)
        .uri(format!("{}?{}", shot.path, shot.query))
        .body(Body::from(shot.body.clone()))
        .ok()?;
    let headers = request.headers_mut();
    if let Some(content_type) = shot.content_type {
        headers.insert("content-type", HeaderValue::from_static(content_type));
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
        let registered = ["?", "#"].map(|mark| format!("https://spa.example/cb{mark}"));
        let registered = registered.iter().any(|uri| location.starts_with(uri));
        prop_assert!(ours || registered, "an open redirect: {answer:?}");
        Ok(())
    });
    outcome.unwrap();
}

/// A token for the API of administrators.
async fn administrator(server: &Server) -> String {
    let program = server
        .register(serde_json::json!({
            "client_id": "program", "grant_types": ["client_credentials"], "scope": "administration",
        }))
        .await;
    let form = [("grant_type", "client_credentials"), ("scope", "administration")];
    let answer = server.token(&program, &form).await.assert_status(200);
    Tokens::of(&answer).access
}

/// A server with clients, tokens and a browser that is signed in; and the words for them.
async fn prepare() -> (Server, String, Words) {
    let server = Server::with(|settings| {
        settings.sign_up = SignUpMode::Open;
        settings.registration = RegistrationSettings {
            mode: RegistrationMode::Open,
            per_hour: 0,
            per_hour_in_all: 0,
            ..settings.registration
        };
    })
    .await;
    let (spa, api) = (server.spa().await, server.api().await);
    let browser = server.sign_in("root").await;
    let page = browser.get("/o/applications/register/").await.assert_status(200);
    let code = browser.authorize(&spa).await.code();
    let tokens = server.tokens(&spa, "alice").await;
    let openid = browser.authorize_with(&spa, &[("scope", "openid")]).await.code();
    let openid = server.redeem(&spa, &openid).await.assert_status(200).json();
    let administrator = administrator(&server).await;
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
        "openid email",
        "code id_token token",
        "login",
        "create",
        "select_account consent",
        "form_post",
        r#"{"userinfo":{"email":{"value":[{}]}},"id_token":{"sub":{"value":1}}}"#,
        r##"{"userinfo":{"":null,"#":null,"name#":null}}"##,
        "eyJhbGciOiJub25lIn0.e30.",
        "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.AAAA",
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "ES256",
        "now",
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
        openid["id_token"].as_str().unwrap().to_owned(),
        format!("Bearer {}", openid["access_token"].as_str().unwrap()),
        format!("Bearer {administrator}"),
        secret.unwrap(),
        "a".repeat(3000),
    ]);
    let cookies = browser.cookies();
    drop(browser);
    (server, cookies, Words(words))
}
