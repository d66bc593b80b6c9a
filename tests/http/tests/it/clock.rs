//! A clock that steps: an hour back, one token life forward, ten years on, and back again. Lifetimes are right by the clock
//! as it is, nothing panics, what was given and not ended lives on, and what was spent stays spent.

use axum::body::Body;
use axum::http::Request;
use pixie_provider::store::Job;
use pixie_provider::{JobLease, RegistrationMode};
use serde_json::{Value, json};

use pixie_testing::harness::signing::{Signer, asserting};
use pixie_testing::harness::{Answer, Client, PASSWORD, Server, Tokens};

const HOUR: i64 = 3600;
const TEN_YEARS: i64 = 10 * 365 * 24 * HOUR;
/// An hour back, one life of an access token on, ten years on.
const STEPS: [i64; 3] = [-HOUR, HOUR, TEN_YEARS];

/// One-time values that were used: a code, a refresh token whose grace is over, an assertion.
struct Used {
    client: Client,
    code: String,
    refresh: String,
    assertion: String,
}

impl Used {
    async fn on(server: &Server) -> Self {
        let client = server.spa().await;
        let signer = Signer::register(server, "rp", json!({})).await;
        let assertion = signer.assertion(server);
        let form = asserting(&assertion, &[("grant_type", "client_credentials")]);
        server.post("/o/token/", &form).await.assert_status(200);
        let code = server.code(&client, "alice").await;
        server.redeem(&client, &code).await.assert_status(200);
        let refresh = server.tokens(&client, "alice").await.refresh;
        server.refresh(&client, &refresh).await.assert_status(200);
        server.clock.advance(20);
        Self {
            client,
            code,
            refresh,
            assertion,
        }
    }

    async fn assert_spent(&self, server: &Server, step: i64) {
        let refused = |what: &str, answer: Answer| {
            let status = answer.status.as_u16();
            assert!(matches!(status, 400 | 401), "{what} after {step} s: {answer:?}");
        };
        refused("the code", server.redeem(&self.client, &self.code).await);
        refused(
            "the refresh token",
            server.refresh(&self.client, &self.refresh).await,
        );
    }

    async fn assert_assertion_spent(&self, server: &Server, step: i64) {
        let form = asserting(&self.assertion, &[("grant_type", "client_credentials")]);
        let answer = server.post("/o/token/", &form).await;
        assert_eq!(answer.status, 401, "the assertion after {step} s: {answer:?}");
    }
}

#[tokio::test]
async fn what_was_spent_stays_spent_there_and_back_again() {
    for step in STEPS {
        let server = Server::start().await;
        let used = Used::on(&server).await;
        for step in [step, -step] {
            server.clock.advance(step);
            used.assert_spent(&server, step).await;
            used.assert_assertion_spent(&server, step).await;
        }
    }
}

/// As after hours at a wrong time, or `pixie token sweep`. A code and a refresh token without a row are refused. Of an assertion
/// (RFC 7523) only the row says that it was used: that one is forgotten with it.
#[tokio::test]
async fn what_was_spent_stays_spent_where_its_rows_were_swept_meanwhile() {
    let server = Server::start().await;
    let used = Used::on(&server).await;
    server.clock.advance(TEN_YEARS);
    assert!(server.provider.sweep().await.unwrap().total() > 0);
    used.assert_spent(&server, TEN_YEARS).await;
    server.clock.advance(-TEN_YEARS);
    used.assert_spent(&server, -TEN_YEARS).await;
}

/// The background jobs of a server.
struct Jobs {
    sweep: JobLease,
    rotate: JobLease,
}

impl Jobs {
    fn of(server: &Server) -> Self {
        let lease = |job| server.provider.job_lease(job).unwrap();
        Self {
            sweep: lease(Job::Sweep),
            rotate: lease(Job::RotateKeys),
        }
    }

    /// `true` if a turn found the clock to be believed, and so swept and rotated.
    async fn turn(&mut self, server: &Server) -> (bool, bool) {
        let turns = (
            self.sweep.is_held().await.unwrap(),
            self.rotate.is_held().await.unwrap(),
        );
        if turns.0 {
            server.provider.sweep().await.unwrap();
        }
        if turns.1 {
            server.provider.rotate_due_keys().await.unwrap();
        }
        turns
    }
}

/// An application that registered itself and is not used: its address and its token (RFC 7592).
async fn stranger(server: &Server) -> (String, String) {
    let request = Request::post("/o/register/").header("content-type", "application/json");
    let document = json!({ "redirect_uris": ["https://stranger.example/cb"] }).to_string();
    let answer = server.send(request.body(Body::from(document)).unwrap()).await;
    let answer: Value = answer.assert_status(201).json();
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    (text("registration_client_uri"), text("registration_access_token"))
}

#[tokio::test]
async fn all_is_as_it_was_answered_where_the_jobs_had_their_turns_at_a_wrong_time() {
    for leap in [HOUR, TEN_YEARS] {
        let server = Server::with(|settings| settings.registration.mode = RegistrationMode::Open).await;
        let mut jobs = Jobs::of(&server);
        let used = Used::on(&server).await;
        let (address, token) = stranger(&server).await;
        let (kept, revoked) = (
            server.tokens(&used.client, "alice").await,
            server.tokens(&used.client, "alice").await,
        );
        server
            .revoke(&used.client, &revoked.refresh)
            .await
            .assert_status(200);
        let browser = server.sign_in("alice").await;
        let code = server.code(&used.client, "alice").await;
        let keys = server.get("/o/.well-known/jwks.json").await.body;
        assert_eq!(jobs.turn(&server).await, (true, true));

        server.clock.advance(leap);
        for _ in 0..5 {
            assert_eq!(jobs.turn(&server).await, (false, false), "{leap}");
            server.clock.advance(6);
        }
        server.clock.advance(-leap);
        assert_eq!(jobs.turn(&server).await, (true, true), "{leap}");

        server.redeem(&used.client, &code).await.assert_status(200);
        assert!(server.is_active(&kept.access).await);
        server
            .refresh(&used.client, &kept.refresh)
            .await
            .assert_status(200);
        assert!(!browser.authorize(&used.client).await.code().is_empty());
        let response = Request::get(address.strip_prefix("http://localhost:8000").unwrap())
            .header("authorization", format!("Bearer {token}"));
        let response = server.send(response.body(Body::empty()).unwrap()).await;
        response.assert_status(200);
        assert_eq!(server.get("/o/.well-known/jwks.json").await.body, keys);

        assert!(!server.is_active(&revoked.access).await);
        server
            .refresh(&used.client, &revoked.refresh)
            .await
            .assert_error("invalid_grant");
        used.assert_spent(&server, leap).await;
        used.assert_assertion_spent(&server, leap).await;
    }
}

/// Otherwise the next key, published for a time ten years away, would keep the schedule from making another until then.
#[tokio::test]
async fn keys_are_rotated_by_their_schedule_after_a_clock_was_wrong() {
    let server = Server::with(|settings| settings.keys.rotate_every = Some(24 * HOUR)).await;
    let mut jobs = Jobs::of(&server);
    jobs.turn(&server).await;
    for step in [TEN_YEARS, 6, -TEN_YEARS] {
        server.clock.advance(step);
        jobs.turn(&server).await;
    }
    assert_eq!(server.keys().await.len(), 1);
    for _ in 0..24 * 6 {
        server.clock.advance(600);
        jobs.rotate.is_held().await.unwrap();
    }
    jobs.turn(&server).await;
    assert_eq!(server.keys().await.len(), 2);
}

#[tokio::test]
async fn a_token_lives_by_the_clock_as_it_is() {
    let server = Server::start().await;
    let (client, api) = (server.spa().await, server.api().await);
    let tokens = server.tokens(&client, "alice").await;
    let introspected = server.introspect(&api, &tokens.access).await;
    for (step, lives) in [
        (-HOUR, true),
        (2 * HOUR, false),
        (TEN_YEARS, false),
        (-TEN_YEARS - HOUR, true),
    ] {
        server.clock.advance(step);
        assert_eq!(server.is_active(&tokens.access).await, lives, "{step}");
    }
    // Its end was settled when it was issued, and no step moves it.
    assert_eq!(
        server.introspect(&api, &tokens.access).await["exp"],
        introspected["exp"]
    );
    server.clock.advance(HOUR - 1);
    assert!(server.is_active(&tokens.access).await);
    server.clock.advance(1);
    assert!(!server.is_active(&tokens.access).await);
}

#[tokio::test]
async fn whatever_the_clock_shows_a_flow_can_be_done_and_its_tokens_live_an_hour() {
    let server = Server::start().await;
    let (client, api) = (server.spa().await, server.api().await);
    for step in [-HOUR, 2 * HOUR, TEN_YEARS, -TEN_YEARS, -HOUR] {
        server.clock.advance(step);
        let tokens = server.tokens(&client, "alice").await;
        let introspected = server.introspect(&api, &tokens.access).await;
        let life = introspected["exp"].as_i64().unwrap() - introspected["iat"].as_i64().unwrap();
        assert_eq!(
            (introspected["active"].as_bool(), life),
            (Some(true), HOUR),
            "{step}"
        );
        let next = Tokens::of(&server.refresh(&client, &tokens.refresh).await.assert_status(200));
        assert!(server.is_active(&next.access).await);
        server.get("/health/ready").await.assert_status(200);
    }
}

#[tokio::test]
async fn a_refresh_token_and_a_session_outlive_an_hour_and_not_ten_years() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let code = browser.authorize(&client).await.code();
    let tokens = Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    for step in [-HOUR, 2 * HOUR] {
        server.clock.advance(step);
        assert!(!browser.authorize(&client).await.code().is_empty(), "{step}");
    }
    let tokens = Tokens::of(&server.refresh(&client, &tokens.refresh).await.assert_status(200));
    server.clock.advance(TEN_YEARS);
    server
        .refresh(&client, &tokens.refresh)
        .await
        .assert_error("invalid_grant");
    let response = browser.authorize(&client).await;
    assert!(response.location().contains("/o/login/"), "{response:?}");
}

#[tokio::test]
async fn nobody_waits_for_the_clock_to_come_back_after_wrong_passwords() {
    let server = Server::start().await;
    for _ in 0..8 {
        server.browser().sign_in("alice", "a wrong password").await;
    }
    let waits = server.browser().sign_in("alice", PASSWORD).await;
    assert_eq!(waits.status, 429, "{waits:?}");
    server.clock.advance(-10 * 60);
    server
        .browser()
        .sign_in("alice", PASSWORD)
        .await
        .assert_status(303);
}
