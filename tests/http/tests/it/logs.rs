//! Nothing secret reaches a log, at any level (RFC 6819 section 5.1.6, OWASP ASVS 16.2.5).

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use pixie_oauth::AccessTokenFormat;
use pixie_oauth::jose::{SigningAlgorithm, SigningKey};
use pixie_provider::store::ListEvents;
use pixie_provider::{Actor, RegistrationMode, SignUpMode};
use serde_json::json;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;

use crate::o::account::authenticator::{add_app, recovery_codes};

use pixie_testing::harness::signing::{self, Signer};
use pixie_testing::harness::{
    Answer, Client, PASSWORD, Server, Tokens, VERIFIER, authorization, basic, challenge,
};

/// `true` if lines are kept: other tests of this program run beside this one.
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

/// The values that must not appear in the log.
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
    let server = Server::with(|settings| {
        settings.access_token_format = AccessTokenFormat::Jwt;
        settings.registration.mode = RegistrationMode::Open;
        settings.sign_up = SignUpMode::Open;
    })
    .await;
    let mut secrets = Secrets::default();
    secrets.keep("password", PASSWORD);
    secrets.keep("verifier", VERIFIER);
    people(&server, &mut secrets).await;
    flow(&server, &mut secrets).await;
    clients(&server, &mut secrets).await;
    openid(&server, &mut secrets).await;
    registration(&server, &mut secrets).await;
    queries(&server, &mut secrets).await;
    second_factors(&server, &mut secrets).await;
    LISTENING.store(false, Ordering::Relaxed);
    let everything = ListEvents {
        limit: 10_000,
        ..ListEvents::default()
    };
    let events = server
        .provider
        .list_events(Actor::Operator, everything)
        .await
        .unwrap();
    assert!(events.len() > 10);
    let stored = format!("{events:?}");

    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for heard in [
        "token issued",
        "wrong client secret",
        "path=\"/o/token/\"",
        "client registered",
        "a client was told of a sign-out",
        "client registered itself",
        "client deleted itself",
        "account=\"alice\" reason=wrong code",
    ] {
        assert!(log.contains(heard), "not listening: {heard}");
    }
    for (what, secret) in &secrets.0 {
        let encoded: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        for text in [secret, &encoded] {
            let line = log.lines().find(|line| line.contains(text.as_str()));
            assert_eq!(line, None, "the log has the {what}");
            assert!(
                !stored.contains(text.as_str()),
                "the stored events have the {what}"
            );
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
    let alice = server.provider.find_account("alice").await.unwrap();
    let changed = "a new password for somebody";
    secrets.keep("new password", changed);
    server
        .provider
        .set_password(Actor::Operator, &alice, changed)
        .await
        .unwrap();
    server
        .provider
        .set_password(Actor::Operator, &alice, PASSWORD)
        .await
        .unwrap();
}

async fn second_factors(server: &Server, secrets: &mut Secrets) {
    let browser = server.sign_in("alice").await;
    let (app, added) = add_app(server, &browser).await;
    let code = recovery_codes(&added).swap_remove(0);
    secrets.keep("recovery code", &code);
    secrets.keep("secret of an app", app.base32());
    let browser = server.browser();
    let page = browser.sign_in("alice", PASSWORD).await.assert_status(303);
    let wrong = "wrong-recovery-code";
    secrets.keep("wrong recovery code", wrong);
    for (code, status) in [(wrong, 400), (&*code, 303)] {
        let fields = [("with", "recovery-code"), ("code", code)];
        browser
            .submit(page.location(), &fields)
            .await
            .assert_status(status);
    }
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
        .rotate_client_secret(Actor::Operator, web.key)
        .await
        .unwrap();
    secrets.keep("another secret", rotated.secret.unwrap().expose());
}

/// The secrets of OpenID Connect: tokens that clients and the server sign, and the proof of a shown page.
async fn openid(server: &Server, secrets: &mut Secrets) {
    let logout_uri = "https://signing.example/told?key=an-address-with-a-secret-in-it";
    secrets.keep("secret in an address", "an-address-with-a-secret-in-it");
    let signer = Signer::register(server, "signing", json!({ "backchannel_logout_uri": logout_uri })).await;
    server.outbound().answer_form(logout_uri, Ok(200));
    let browser = server.sign_in("alice").await;
    let mut object = signer.claims(server);
    object.as_object_mut().unwrap().remove("sub");
    object["scope"] = json!("openid email");
    let object = signer.sign(&object);
    secrets.keep("request object", &object);
    let nonce = "the-nonce-of-this-request";
    secrets.keep("nonce", nonce);
    let claims = r#"{"userinfo":{"phone_number":{"value":"+49 123 secret"}}}"#;
    secrets.keep("claims", claims);
    let changes = [
        ("request", &*object),
        ("scope", ""),
        ("nonce", nonce),
        ("claims", claims),
        ("login_hint", "somebody-private"),
    ];
    secrets.keep("login hint", "somebody-private");
    let redirect = browser
        .authorize_with(&signer.client, &[&changes[..], &[("prompt", "login")]].concat())
        .await;
    let page = browser.get(redirect.location()).await.assert_status(200);
    let redirect = page.field("next");
    secrets.keep(
        "proof",
        redirect
            .split("pixie_proof=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap(),
    );
    browser.get(&redirect).await;
    let code = browser.authorize_with(&signer.client, &changes).await.code();
    let assertion = signer.assertion(server);
    secrets.keep("assertion", &assertion);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", &signer.client.redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    for status in [200, 401] {
        let answer = server
            .post("/o/token/", &signing::asserting(&assertion, &form))
            .await
            .assert_status(status);
        if status == 200 {
            secrets.keep_tokens(&answer);
            let id_token = answer.json()["id_token"].as_str().unwrap().to_owned();
            secrets.keep("id token", &id_token);
            let access = Tokens::of(&answer).access;
            server
                .post("/o/userinfo/", &[("access_token", &access)])
                .await
                .assert_status(200);
            let hint = [
                ("id_token_hint", &*id_token),
                ("prompt", "none"),
                ("scope", "openid"),
            ];
            browser.authorize_with(&signer.client, &hint).await.code();
        }
    }
    for forged in signing::forgeries(&signer.key, &signer.claims(server)) {
        let forms = [
            signing::asserting(&forged, &[("grant_type", "client_credentials")]),
            vec![("access_token", &*forged)],
        ];
        server.post("/o/token/", &forms[0]).await.assert_status(401);
        server.post("/o/userinfo/", &forms[1]).await.assert_status(401);
        browser
            .authorize_with(&signer.client, &[("request", &forged)])
            .await;
        server.get(&format!("/o/logout/?id_token_hint={forged}")).await;
        secrets.keep("forged token", &forged);
    }
    let page = browser.get("/o/logout/").await.assert_status(200);
    let form = [("csrf_token", &*page.field("csrf_token"))];
    browser.post("/o/logout/", &form).await;
    server.provider.deliver_logouts().await.unwrap();
    let (_, form) = server.outbound().posts().pop().unwrap();
    secrets.keep("logout token", form.strip_prefix("logout_token=").unwrap());
    let fields = [
        ("username", "carol"),
        ("email", "carol@private.example"),
        ("password", "the password of somebody new"),
        ("password_again", "the password of somebody new"),
    ];
    secrets.keep("chosen password", fields[2].1);
    secrets.keep("e-mail address", fields[1].1);
    server
        .browser()
        .submit("/o/sign-up/", &fields)
        .await
        .assert_status(303);
}

async fn registration(server: &Server, secrets: &mut Secrets) {
    let send = async |method: &str, path: &str, token: &str, body: String| {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {token}"));
        server.send(request.body(Body::from(body)).unwrap()).await
    };
    let stray = "a-stray-bearer-of-somebody";
    secrets.keep("stray bearer", stray);
    let body =
        json!({ "redirect_uris": ["https://new.example/cb"], "client_secret": "a secret of its own choice" });
    secrets.keep("secret of its own choice", "a secret of its own choice");
    let answer = send("POST", "/o/register/", stray, body.to_string()).await;
    let registered = answer.assert_status(201).json();
    let (id, token, secret) = (
        registered["client_id"].as_str().unwrap(),
        registered["registration_access_token"].as_str().unwrap(),
        registered["client_secret"].as_str().unwrap(),
    );
    secrets.keep("registration token", token);
    secrets.keep("secret of a registration", secret);
    let path = format!("/o/register/{id}/");
    send("GET", &path, token, String::new()).await.assert_status(200);
    send("GET", &path, stray, String::new()).await.assert_status(401);
    for shown in [secret, "a secret that it never had"] {
        let body =
            json!({ "client_id": id, "client_secret": shown, "redirect_uris": ["https://new.example/cb"] });
        send("PUT", &path, token, body.to_string()).await;
        secrets.keep("secret shown", shown);
    }
    let private = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
    let mut private = serde_json::to_value(private.public()).unwrap();
    let exponent = "AN7jk4Zr9bSSMGsJEFkRsdYg0E0wD0kZ0p6JpgqvOJo";
    private["d"] = json!(exponent);
    secrets.keep("private key", exponent);
    let body = json!({ "redirect_uris": ["https://new.example/cb"], "jwks": { "keys": [private] } });
    send("POST", "/o/register/", "", body.to_string())
        .await
        .assert_status(400);
    send(
        "POST",
        "/o/register/",
        "",
        format!("{{\"client_secret\": {exponent}"),
    )
    .await
    .assert_status(400);
    send("DELETE", &path, token, String::new())
        .await
        .assert_status(204);
}

/// Queries often contain secrets of others by mistake.
async fn queries(server: &Server, secrets: &mut Secrets) {
    let secret = "pixie_at_somebody-put-it-into-the-query";
    secrets.keep("query", secret);
    for path in [
        "/o/token/",
        "/o/introspect/",
        "/o/userinfo/",
        "/o/login/",
        "/o/logout/",
        "/o/sign-up/",
        "/o/select-account/",
        "/o/register/",
        "/o/register/x/",
        "/o/keys/",
        "/o/api/keys/",
        "/o/check_session/",
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
