//! `/o/api/keys/`: the signing keys for programs of administrators (RFC 6750).

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::json;

use pixie_testing::harness::{Answer, Client, Server, on_both_stores};

async fn program(server: &Server, scope: &str) -> Client {
    let metadata = json!({ "client_id": scope, "grant_types": ["client_credentials"], "scope": scope });
    server.register(metadata).await
}

async fn token(server: &Server, scope: &str) -> String {
    let client = program(server, scope).await;
    let form = [("grant_type", "client_credentials"), ("scope", scope)];
    let answer = server.token(&client, &form).await.assert_status(200).json();
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn list(server: &Server, token: &str) -> Answer {
    let request = Request::get("/o/api/keys/").header(header::AUTHORIZATION, format!("Bearer {token}"));
    server.send(request.body(Body::empty()).unwrap()).await
}

async fn rotate(server: &Server, token: &str, body: &str) -> Answer {
    let request = Request::post("/o/api/keys/rotate/")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json");
    server
        .send(request.body(Body::from(body.to_owned())).unwrap())
        .await
}

#[on_both_stores]
async fn a_token_with_the_scope_administration_lists_and_rotates() {
    let server = Server::start().await;
    let token = token(&server, "administration").await;
    let listed = list(&server, &token).await.assert_status(200);
    assert_eq!(listed.header("cache-control"), "no-store");
    let old = listed.json()["keys"][0]["kid"].clone();
    let (moment, later) = (1_800_000_000, 1_800_003_600);
    let expected = json!({ "keys": [
        { "kid": old, "algorithm": "ES256", "created_at": moment, "state": "signing", "signs_from": moment },
    ] });
    assert_eq!(listed.json(), expected);
    let next = rotate(&server, &token, r#"{"algorithm":"ES256"}"#)
        .await
        .assert_status(200)
        .json();
    assert_eq!(
        (&next["state"], &next["signs_from"]),
        (&json!("next"), &json!(later))
    );
    let again = rotate(&server, &token, r#"{"algorithm":"ES256","when":"next"}"#).await;
    assert_eq!(again.assert_status(409).json()["error"], "conflict");
    let now = rotate(&server, &token, r#"{"algorithm":"ES256","when":"now"}"#)
        .await
        .assert_status(200)
        .json();
    assert_eq!(
        (&now["state"], &now["signs_from"]),
        (&json!("signing"), &json!(moment))
    );
    let listed = list(&server, &token).await.json();
    let states: Vec<_> = listed["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| &key["state"])
        .collect();
    assert_eq!(states.iter().filter(|state| **state == "old").count(), 2);
    assert_eq!(states.len(), 3);
}

#[on_both_stores]
async fn without_a_good_token_nothing_is_told_or_done() {
    let server = Server::start().await;
    let answer = server.get("/o/api/keys/").await.assert_status(401);
    assert!(
        answer
            .header("www-authenticate")
            .starts_with("Bearer realm=\"pixie\""),
        "{answer:?}"
    );
    assert!(!answer.header("www-authenticate").contains("error="));
    let answer = list(&server, "pixie_at_x").await.assert_status(401);
    assert!(
        answer
            .header("www-authenticate")
            .contains("error=\"invalid_token\""),
        "{answer:?}"
    );
    let root = server.sign_in("root").await;
    root.get("/o/api/keys/").await.assert_status(401);
    root.post("/o/api/keys/rotate/", &[("algorithm", "ES256")])
        .await
        .assert_status(401);
    assert_eq!(server.keys().await.len(), 1);
}

#[on_both_stores]
async fn a_token_with_another_scope_is_not_enough() {
    let server = Server::start().await;
    let token = token(&server, "read").await;
    for answer in [
        list(&server, &token).await,
        rotate(&server, &token, r#"{"algorithm":"ES256","when":"now"}"#).await,
    ] {
        let challenge = answer.header("www-authenticate");
        assert!(
            challenge.contains("error=\"insufficient_scope\"")
                && challenge.contains("scope=\"administration\""),
            "{answer:?}"
        );
        answer.assert_status(403);
    }
    assert_eq!(server.keys().await.len(), 1);
}

#[on_both_stores]
async fn a_token_that_was_issued_for_another_api_is_refused() {
    let server = Server::start().await;
    let client = program(&server, "administration").await;
    let form = |resource| {
        let scope = ("scope", "administration");
        [
            ("grant_type", "client_credentials"),
            scope,
            ("resource", resource),
        ]
    };
    for (resource, status) in [("https://api.example/", 401), ("http://localhost:8000/o", 200)] {
        let issued = server
            .token(&client, &form(resource))
            .await
            .assert_status(200)
            .json();
        let answer = list(&server, issued["access_token"].as_str().unwrap()).await;
        if status == 401 {
            let challenge = answer.header("www-authenticate");
            assert!(challenge.contains("error=\"invalid_token\""), "{answer:?}");
        }
        answer.assert_status(status);
    }
}

#[on_both_stores]
async fn a_body_that_cannot_be_understood_is_refused() {
    let server = Server::start().await;
    let token = token(&server, "administration").await;
    for (body, words) in [
        ("", "this is not JSON: EOF"),
        ("{}", "`algorithm` is missing"),
        ("[]", "the value must be an object, not `[]`"),
        (r#"{"algorithm":5}"#, "`algorithm` must be a string, not `5`"),
        (
            r#"{"algorithm":"none"}"#,
            "`algorithm`: unknown signing algorithm `none`, expected one of",
        ),
        (
            r#"{"algorithm":"ES256","when":"later"}"#,
            "`when` must be one of `next`, `now`, not `later`",
        ),
        (
            r#"{"algorithm":"ES256","kid":"x"}"#,
            "unknown field `kid`, expected one of `algorithm`, `when`",
        ),
        (
            r#"{"algorithm":"ES256","algorithm":"ES256"}"#,
            "`algorithm` is repeated",
        ),
        (r#"{"algorithm":"RS256"}"#, "add it to keys.algorithms"),
    ] {
        let answer = rotate(&server, &token, body).await.assert_status(400);
        answer.assert_error("invalid_request");
        let description = answer.json()["error_description"].as_str().unwrap().to_owned();
        assert!(description.contains(words), "{body}: {description}");
    }
    let request = Request::post("/o/api/keys/rotate/")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "text/plain");
    let answer = server
        .send(request.body(Body::from(r#"{"algorithm":"ES256"}"#)).unwrap())
        .await;
    answer.assert_status(400).assert_error("invalid_request");
    assert_eq!(server.keys().await.len(), 1);
}

#[on_both_stores]
async fn only_administrators_give_the_scope_to_an_application() {
    let server = Server::start().await;
    let register = async |username: &str| {
        let form = [
            ("name", "A program"),
            ("client_id", username),
            ("client_type", "confidential"),
            ("grant_types_client-credentials", "client-credentials"),
            ("scope", "administration"),
            ("profile", "oauth21"),
        ];
        let browser = server.sign_in(username).await;
        browser.submit("/o/applications/register/", &form).await
    };
    register("alice").await.assert_page(400, "administration");
    register("root").await.assert_status(200);
}

/// A token for somebody by an application for people that may ask for the scope.
async fn token_of(server: &Server, client: &Client, username: &str) -> String {
    let changes = [("scope", "administration")];
    let browser = server.sign_in(username).await;
    let code = browser.authorize_with(client, &changes).await.code();
    let answer = server.redeem(client, &code).await.assert_status(200).json();
    answer["access_token"].as_str().unwrap().to_owned()
}

#[on_both_stores]
async fn a_scope_makes_nobody_an_administrator_who_is_none() {
    let server = Server::start().await;
    let metadata = json!({
        "client_id": "console", "redirect_uris": ["https://console.example/cb"], "skip_authorization": true,
        "scope": "administration",
    });
    let console = server.register(metadata).await;
    let token = token_of(&server, &console, "alice").await;
    for answer in [
        list(&server, &token).await,
        rotate(&server, &token, r#"{"algorithm":"ES256","when":"now"}"#).await,
    ] {
        assert_eq!(answer.assert_status(403).json()["error"], "insufficient_scope");
    }
    assert_eq!(server.keys().await.len(), 1);
    let token = token_of(&server, &console, "root").await;
    list(&server, &token).await.assert_status(200);
}
