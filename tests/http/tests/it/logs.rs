//! Nothing secret reaches a log, at whatever level (RFC 6819 section 5.1.6, OWASP ASVS 16.2.5).

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;

use crate::harness::{Answer, Client, PASSWORD, Server, Tokens, VERIFIER, authorization, basic, challenge};

/// Whether lines are kept: other tests of this program run beside this one.
static LISTENING: AtomicBool = AtomicBool::new(false);

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Listens on every thread, at every level, to spans too.
fn listen() -> Lines {
    let lines = Lines::default();
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_span_events(FmtSpan::FULL)
        .with_writer(lines.clone())
        .with_filter(dynamic_filter_fn(|_, _| LISTENING.load(Ordering::Relaxed)));
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::set_global_default(subscriber).unwrap();
    LISTENING.store(true, Ordering::Relaxed);
    lines
}

/// What must not be read again.
#[derive(Default)]
struct Secrets(Vec<(&'static str, String)>);

impl Secrets {
    fn keep(&mut self, what: &'static str, secret: &str) {
        assert!(secret.len() >= 8, "{what} is empty");
        self.0.push((what, secret.to_owned()));
    }

    fn keep_tokens(&mut self, answer: &Answer) -> Tokens {
        let tokens = Tokens::of(answer);
        self.keep("access token", &tokens.access);
        self.keep("refresh token", &tokens.refresh);
        tokens
    }
}

#[tokio::test]
async fn nothing_secret_reaches_a_log_in_success_or_failure() {
    let lines = listen();
    let server = Server::start().await;
    let mut secrets = Secrets::default();
    secrets.keep("password", PASSWORD);
    secrets.keep("verifier", VERIFIER);
    people(&server, &mut secrets).await;
    flow(&server, &mut secrets).await;
    clients(&server, &mut secrets).await;
    queries(&server, &mut secrets).await;
    LISTENING.store(false, Ordering::Relaxed);

    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for heard in [
        "token issued",
        "wrong client secret",
        "path=\"/o/token/\"",
        "client registered",
    ] {
        assert!(log.contains(heard), "not listening: {heard}");
    }
    for (what, secret) in &secrets.0 {
        let encoded: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        for text in [secret, &encoded] {
            let line = log.lines().find(|line| line.contains(text.as_str()));
            assert_eq!(line, None, "the log has the {what}");
        }
    }
}

async fn people(server: &Server, secrets: &mut Secrets) {
    let browser = server.browser();
    let typed = "a wrong password that may be another site's";
    secrets.keep("wrong password", typed);
    browser.sign_in("alice", typed).await.assert_status(400);
    let mistyped = "password typed as username";
    secrets.keep("what was typed as username", mistyped);
    browser.sign_in(mistyped, typed).await.assert_status(400);
    browser.sign_in("alice", PASSWORD).await.assert_status(303);
    for cookie in ["pixie_session", "pixie_device", "pixie_form"] {
        secrets.keep("cookie", &browser.cookie(cookie).unwrap());
    }
    let page = browser.get("/o/applications/register/").await.assert_status(200);
    secrets.keep("form token", &page.field("csrf_token"));
    let alice = server.provider.find_user("alice").await.unwrap();
    let changed = "a new password for somebody";
    secrets.keep("new password", changed);
    server.provider.set_password(&alice, changed).await.unwrap();
    server.provider.set_password(&alice, PASSWORD).await.unwrap();
}

async fn flow(server: &Server, secrets: &mut Secrets) {
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let state = [("state", "the-client's-own-secret-state")];
    secrets.keep("state", state[0].1);
    browser.consent(&client, &state, "deny").await.assert_status(303);
    let code = browser.consent(&client, &state, "allow").await.code();
    secrets.keep("code", &code);
    let wrong = challenge("wrong");
    secrets.keep("wrong verifier", &wrong);
    server
        .redeem_with(&client, &code, &wrong)
        .await
        .assert_status(400);
    let first = secrets.keep_tokens(&server.redeem(&client, &code).await.assert_status(200));
    let second = server.refresh(&client, &first.refresh).await.assert_status(200);
    let second = secrets.keep_tokens(&second);
    server.refresh(&client, &first.refresh).await.assert_status(200);
    server.clock.advance(60);
    server.refresh(&client, &first.refresh).await.assert_status(400);
    server.revoke(&client, &second.access).await.assert_status(200);
    server.redeem(&client, &code).await.assert_status(400);
    browser
        .authorize_with(&client, &[("redirect_uri", "https://evil.example/")])
        .await
        .assert_status(400);
}

async fn clients(server: &Server, secrets: &mut Secrets) {
    let chosen = "a chosen secret, long enough";
    secrets.keep("chosen secret", chosen);
    let client = server
        .register(json!({
            "client_id": "chosen", "client_secret": chosen, "grant_types": ["client_credentials"],
        }))
        .await;
    let web = server.web_app().await;
    secrets.keep("generated secret", web.secret.as_deref().unwrap());
    let guess = "a guess at the secret of this client";
    secrets.keep("guess", guess);
    for secret in [chosen, guess] {
        let client = Client {
            secret: Some(secret.to_owned()),
            ..client.clone()
        };
        server
            .token(&client, &[("grant_type", "client_credentials")])
            .await;
        let form = [("grant_type", "client_credentials")];
        server
            .post_with("/o/token/", &form, basic(&client.id, secret))
            .await;
    }
    let malformed = "bm90LWNyZWRlbnRpYWxzLWF0LWFsbA==";
    secrets.keep("malformed credentials", malformed);
    server
        .post_with("/o/token/", &[], authorization(&format!("Basic {malformed}")))
        .await
        .assert_status(401);
    let rotated = server
        .provider
        .rotate_client_secret(pixie_provider::Actor::Operator, web.key)
        .await
        .unwrap();
    secrets.keep("another secret", rotated.secret.unwrap().expose());
}

/// A query is where secrets of others end up by mistake.
async fn queries(server: &Server, secrets: &mut Secrets) {
    let secret = "pixie_at_somebody-put-it-into-the-query";
    secrets.keep("query", secret);
    for path in [
        "/o/token/",
        "/o/introspect/",
        "/o/userinfo/",
        "/o/login/",
        "/o/setup/",
        "/o/authorize/",
        "/o/consent/",
        "/o/.well-known/jwks.json",
        "/nowhere",
    ] {
        server.get(&format!("{path}?token={secret}&code={secret}")).await;
        let form = [("token", secret), ("next", secret), ("code", secret)];
        server.post(&format!("{path}?token={secret}"), &form).await;
    }
    let odd = Request::post("/o/token/").header("content-type", secret);
    server
        .send(odd.body(Body::from(secret)).unwrap())
        .await
        .assert_status(400);
}
