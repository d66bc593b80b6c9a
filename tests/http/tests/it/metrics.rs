//! The counters of an application into which Pixie is mounted: events that an operator should look at, under Pixie's
//! names.

use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use pixie_provider::SignUpMode;
use pixie_testing::harness::{Client, PASSWORD, Server, Tokens};
use serde_json::json;

/// The lines of the page whose value is not zero, without those of histograms.
pub(crate) fn counted(server: &Server, prefix: &str) -> Vec<String> {
    let mut registry = Registry::default();
    server.web.register_metrics(&mut registry);
    let mut page = String::new();
    encode(&mut page, &registry).unwrap();
    page.lines()
        .filter(|line| line.starts_with(prefix) && !line.ends_with(" 0") && !line.ends_with(" 0.0"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn sign_ins_are_counted_by_how_they_ended() {
    let server = Server::start().await;
    let browser = server.browser();
    browser
        .sign_in("alice", "not her password")
        .await
        .assert_status(400);
    browser
        .sign_in("nobody at all", PASSWORD)
        .await
        .assert_status(400);
    browser.sign_in("alice", PASSWORD).await.assert_status(303);
    let expected = [
        r#"pixie_sign_ins_total{outcome="signed_in"} 1"#,
        r#"pixie_sign_ins_total{outcome="unknown_user"} 1"#,
        r#"pixie_sign_ins_total{outcome="wrong_password"} 1"#,
    ];
    assert_eq!(counted(&server, "pixie_sign_ins_total"), expected);
}

#[tokio::test]
async fn signing_up_hashes_the_password_once() {
    let server = Server::with(|settings| settings.sign_up = SignUpMode::Open).await;
    let fields = [
        ("username", "carol"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
    ];
    let hashes = || counted(&server, r#"pixie_queue_accepted_total{queue="hashing"}"#);
    let before = hashes();
    let made = server.browser().submit("/o/sign-up/", &fields).await;
    made.assert_status(303);
    let number = |lines: &[String]| -> f64 {
        let line = lines.first().map_or("0", String::as_str);
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    assert_eq!(number(&hashes()) - number(&before), 1.0);
    let carol = server.provider.find_account("carol").await.unwrap();
    let credentials = server.provider.credentials(carol.id).await.unwrap();
    assert!(credentials[0].last_used_at.is_some());
}

#[tokio::test]
async fn a_code_and_a_refresh_token_that_come_again_are_counted() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    let answer = server.redeem(&client, &code).await.assert_status(200);
    let first = Tokens::of(&answer);
    server.refresh(&client, &first.refresh).await.assert_status(200);
    assert_eq!(counted(&server, "pixie_codes_replayed_total"), [""; 0]);
    server.clock.advance(3600);
    server.refresh(&client, &first.refresh).await.assert_status(400);
    server.redeem(&client, &code).await.assert_status(400);
    assert_eq!(
        counted(&server, "pixie_codes_replayed_total"),
        ["pixie_codes_replayed_total 1"]
    );
    assert_eq!(
        counted(&server, "pixie_refresh_tokens_reused_total"),
        ["pixie_refresh_tokens_reused_total 1"]
    );
    assert_eq!(
        counted(&server, "pixie_tokens_issued_total"),
        [
            r#"pixie_tokens_issued_total{grant="authorization_code"} 1"#,
            r#"pixie_tokens_issued_total{grant="refresh_token"} 1"#,
        ]
    );
    assert_eq!(
        counted(&server, r#"pixie_http_requests_total{endpoint="token""#),
        [
            r#"pixie_http_requests_total{endpoint="token",outcome="2xx"} 2.0"#,
            r#"pixie_http_requests_total{endpoint="token",outcome="invalid_grant"} 2.0"#,
        ]
    );
}

#[tokio::test]
async fn an_error_that_travels_in_a_redirect_is_counted_as_that_error() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    browser
        .authorize_with(&client, &[("scope", "no-such-scope")])
        .await;
    browser.consent(&client, &[], "deny").await.assert_status(303);
    browser
        .authorize_with(&client, &[("redirect_uri", "https://evil.example/")])
        .await
        .assert_status(400);
    let counted = counted(&server, "pixie_http_requests_total");
    for line in [
        r#"pixie_http_requests_total{endpoint="authorize",outcome="invalid_scope"} 1.0"#,
        r#"pixie_http_requests_total{endpoint="authorize",outcome="invalid_request"} 1.0"#,
        r#"pixie_http_requests_total{endpoint="consent",outcome="access_denied"} 1.0"#,
    ] {
        assert!(
            counted.iter().any(|counted| counted == line),
            "{line} {counted:#?}"
        );
    }
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_is_counted_and_no_longer_in_flight() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.code(&client, "alice").await;
    {
        let mut redemption = std::pin::pin!(server.redeem(&client, &code));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(redemption.as_mut().poll(&mut context).is_pending());
        assert_eq!(
            counted(&server, "pixie_http_requests_in_flight"),
            ["pixie_http_requests_in_flight 1"]
        );
    }
    assert_eq!(counted(&server, "pixie_http_requests_in_flight"), [""; 0]);
    assert_eq!(
        counted(&server, r#"pixie_http_requests_total{endpoint="token""#),
        [r#"pixie_http_requests_total{endpoint="token",outcome="abandoned"} 1.0"#]
    );
}

#[tokio::test]
async fn what_the_store_and_the_keys_do_is_counted_too() {
    let server = Server::start().await;
    let client = server.spa().await;
    server.tokens(&client, "alice").await;
    server.provider.sweep().await.unwrap();
    server.clock.advance(5);
    assert_eq!(
        counted(&server, "pixie_signing_key_age_seconds"),
        [r#"pixie_signing_key_age_seconds{algorithm="ES256"} 5.0"#]
    );
    assert_eq!(
        counted(&server, "pixie_sweep_last_success"),
        ["pixie_sweep_last_success_timestamp_seconds 1800000000"]
    );
    for name in [
        "pixie_store_commit_duration_seconds_count",
        "pixie_store_read_duration_seconds_count",
    ] {
        assert_eq!(counted(&server, name).len(), 1, "{name}");
    }
    assert_eq!(counted(&server, "pixie_store_waiting_commands"), [""; 0]);
    assert_eq!(counted(&server, "pixie_store_failures_total"), [""; 0]);
}

/// A chosen secret is hashed slowly; a client that asks for many tokens pays for that once a minute.
#[tokio::test]
async fn a_chosen_secret_that_was_right_is_hashed_once_a_minute() {
    let server = Server::start().await;
    let secret = "a secret that somebody chose";
    let mut client = server
        .register(
            json!({ "client_id": "reports", "client_secret": secret, "grant_types": ["client_credentials"] }),
        )
        .await;
    client.secret = Some(secret.to_owned());
    let hashes = || {
        let lines = counted(&server, r#"pixie_queue_accepted_total{queue="hashing"}"#);
        let last = lines.first().and_then(|line| line.rsplit(' ').next());
        last.map_or(0.0, |number| number.parse::<f64>().unwrap())
    };
    let form = [("grant_type", "client_credentials")];
    let first = hashes();
    for _ in 0..5 {
        server.token(&client, &form).await.assert_status(200);
        server
            .post("/o/introspect/", &client.sign(&[("token", "x")]))
            .await
            .assert_status(200);
    }
    assert_eq!(hashes() - first, 1.0);
    let wrong = Client {
        secret: Some("a secret that somebody chosf".to_owned()),
        ..client.clone()
    };
    server.token(&wrong, &form).await.assert_error("invalid_client");
    assert_eq!(hashes() - first, 2.0);
    server.clock.advance(60);
    server.token(&client, &form).await.assert_status(200);
    assert_eq!(hashes() - first, 3.0);
    let rotated = server
        .provider
        .rotate_client_secret(pixie_provider::Actor::Operator, client.key)
        .await;
    assert!(rotated.is_ok());
    server.token(&client, &form).await.assert_error("invalid_client");
}
