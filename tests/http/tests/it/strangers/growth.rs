//! Storage is bounded by the rows that are alive: nobody makes the database grow for good.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use pixie_provider::{RegistrationMode, SignUpMode};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;

use pixie_testing::harness::signing::{Signer, asserting};
use pixie_testing::harness::{Answer, PASSWORD, Server, VERIFIER};

const YEAR: i64 = 366 * 86_400;

/// The number of rows of each table, for all tables.
fn rows(server: &Server) -> BTreeMap<String, i64> {
    let file = Connection::open_with_flags(server.database_path(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut tables = file
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap();
    let names = tables.query_map([], |row| row.get(0)).unwrap();
    names
        .map(|name| {
            let name: String = name.unwrap();
            let rows = file.query_row(&format!("SELECT count(*) FROM {name}"), [], |row| row.get(0));
            (name, rows.unwrap())
        })
        .collect()
}

async fn register(server: &Server, name: &str) -> Answer {
    let body = json!({
        "client_name": name,
        "redirect_uris": ["https://agent.example/cb"],
        "token_endpoint_auth_method": "none",
    });
    let request = Request::post("/o/register/").header("content-type", "application/json");
    server
        .send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

fn open(settings: &mut pixie_provider::Settings) {
    settings.registration.mode = RegistrationMode::Open;
}

/// Every kind of row that can end is made, by people, by clients and by strangers.
#[tokio::test]
async fn a_year_later_nothing_is_left_of_what_has_ended() {
    let server = Server::with(open).await;
    let (spa, api) = (server.spa().await, server.api().await);
    let signer = Signer::register(&server, "signer", json!({})).await;
    let before = rows(&server);

    server.provider.first_administrator_link().await.unwrap();
    let tokens = server.tokens(&spa, "alice").await;
    server.refresh(&spa, &tokens.refresh).await.assert_status(200);
    server.code(&spa, "bob").await;
    let credentials = [("grant_type", "client_credentials")];
    signer
        .post(&server, "/o/token/", &credentials)
        .await
        .assert_status(200);
    server.introspect(&api, &tokens.access).await;
    let response = server.sign_in("alice").await;
    response
        .authorize_with(&spa, &[("scope", "openid")])
        .await
        .assert_status(302);
    register(&server, "agent").await.assert_status(201);
    server.sign_in("bob").await;
    let made = rows(&server);
    let grown = |table: &&str| made[*table] > before[*table];
    let ends = [
        "access_tokens",
        "clients",
        "grants",
        "refresh_tokens",
        "rotated_answers",
        "session_clients",
        "sessions",
        "used_values",
    ];
    assert_eq!(ends.iter().filter(|table| !grown(table)).count(), 0, "{made:?}");

    server.clock.advance(YEAR);
    server.provider.sweep().await.unwrap();
    let mut after = rows(&server);
    // What had happened before has ended too.
    assert!(made["events"] > before["events"]);
    assert_eq!(after.insert("events".to_owned(), before["events"]), Some(0));
    assert_eq!(after, before);
}

/// Nothing of theirs is kept, however often they try: not a row, not a count, not a note.
#[tokio::test]
async fn what_is_refused_at_any_endpoint_stores_nothing() {
    let server = Server::start().await;
    let (spa, web_app) = (server.spa().await, server.web_app().await);
    let before = server.database();
    for number in 0..20 {
        let unknown = format!("pixie_xx_{number}");
        let code = [
            ("grant_type", "authorization_code"),
            ("client_id", &*spa.id),
            ("redirect_uri", &*spa.redirect_uri),
            ("code", &*unknown),
            ("code_verifier", VERIFIER),
        ];
        let refresh = [
            ("grant_type", "refresh_token"),
            ("client_id", &*spa.id),
            ("refresh_token", &*unknown),
        ];
        let secret = [
            ("grant_type", "client_credentials"),
            ("client_id", &*web_app.id),
            ("client_secret", &*unknown),
        ];
        let nobody = [("grant_type", "client_credentials"), ("client_id", &*unknown)];
        for form in [&code[..], &refresh, &secret, &nobody] {
            let answer = server.post("/o/token/", form).await;
            assert!((400..500).contains(&answer.status.as_u16()), "{answer:?}");
        }
        let token = [("token", &*unknown), ("client_id", &*spa.id)];
        server.post("/o/revoke_token/", &token).await.assert_status(200);
        let response = server.post("/o/introspect/", &token).await;
        assert!(response.status.is_client_error(), "{response:?}");
        server
            .post("/o/userinfo/", &[("access_token", &*unknown)])
            .await
            .assert_status(401);
        server
            .get(&format!("/o/logout/?client_id={}&state={number}", spa.id))
            .await;
        server.get("/o/setup/?token=pixie_ol_x").await.assert_status(410);
        let refused = register(&server, &unknown).await;
        assert!(refused.status.is_client_error(), "{refused:?}");
    }
    assert_eq!(server.database(), before);
}

/// The bound is an hour, which is as long as its name is remembered (RFC 7523 section 3).
#[tokio::test]
async fn an_assertion_for_years_is_refused_and_leaves_no_row() {
    let server = Server::start().await;
    let signer = Signer::register(&server, "signer", json!({})).await;
    let now = pixie_provider::Clock::now(&*server.clock).seconds();
    let before = server.database();
    for seconds in [3601, YEAR, i64::MAX - now] {
        let assertion = signer.assertion_with(&server, &json!({ "exp": now + seconds }));
        let form = asserting(&assertion, &[("grant_type", "client_credentials")]);
        server
            .post("/o/token/", &form)
            .await
            .assert_error("invalid_client");
    }
    assert_eq!(server.database(), before);

    let assertion = signer.assertion_with(&server, &json!({ "exp": now + 3600 }));
    let form = asserting(&assertion, &[("grant_type", "client_credentials")]);
    server.post("/o/token/", &form).await.assert_status(200);
    assert_eq!(rows(&server)["used_values"], 1);
    server.clock.advance(3600 + 16);
    server.provider.sweep().await.unwrap();
    assert_eq!(rows(&server)["used_values"], 0);
}

/// A person is the only thing that strangers make for good, and so many an hour.
#[tokio::test]
async fn sign_ups_are_bounded_by_the_hour_from_one_address_and_in_all() {
    let server = Server::with(|settings| settings.sign_up = SignUpMode::Open).await;
    let before = rows(&server)["users"];
    let mut refused = 0;
    for number in 0..1200_u32 {
        let address = std::net::IpAddr::from(number.to_be_bytes());
        let address = if number < 100 {
            "192.0.2.77".parse().unwrap()
        } else {
            address
        };
        let new = pixie_provider::NewPerson {
            username: format!("stranger{number}"),
            password: Some(PASSWORD.to_owned().into()),
            ..pixie_provider::NewPerson::default()
        };
        let origin = pixie_provider::RequestOrigin {
            address: Some(address),
            id: None,
        };
        refused += u32::from(server.provider.sign_up(new, None, origin).await.is_err());
    }
    let made = rows(&server)["users"] - before;
    assert_eq!(made + i64::from(refused), 1200);
    assert!(made <= 1000 && refused >= 200, "{made} {refused}");
}

/// A readiness check or a failed sign-in leaves the file as large as it was.
#[tokio::test]
async fn readiness_writes_the_same_row_for_ever() {
    let server = Server::start().await;
    let before = rows(&server);
    for _ in 0..50 {
        server.get("/health/ready").await.assert_status(200);
    }
    assert_eq!(rows(&server), before);
}
