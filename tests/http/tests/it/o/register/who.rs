//! The callers that may register (RFC 7591 section 3).

use pixie_provider::RegistrationMode;
use serde_json::json;

use super::{agent, open, register, request};
use pixie_testing::harness::{Server, on_both_stores};

#[on_both_stores]
async fn registration_is_off_where_nobody_turned_it_on_and_metadata_says_nothing_of_it() {
    let server = Server::start().await;
    register(&server, &agent()).await.assert_status(404);
    for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
        let request = request(method, "/o/register/anything/", "", None);
        server.send(request).await.assert_status(404);
    }
    let metadata = server.get("/.well-known/openid-configuration/o").await.json();
    assert_eq!(metadata.get("registration_endpoint"), None);
    let scopes = metadata["scopes_supported"].as_array().unwrap();
    assert!(!scopes.contains(&json!("registration")), "{scopes:?}");
}

#[on_both_stores]
async fn the_endpoint_that_metadata_names_answers() {
    let server = Server::with(open).await;
    let metadata = server.get("/.well-known/openid-configuration/o").await.json();
    assert_eq!(
        metadata["registration_endpoint"],
        "http://localhost:8000/o/register/"
    );
    for path in ["/o/register/", "/o/register"] {
        let body = agent();
        let answer = server.send(request("POST", path, "", Some(&body))).await;
        answer.assert_status(201);
    }
}

#[on_both_stores]
async fn with_tokens_only_a_bearer_of_the_scope_registration_registers() {
    let server = Server::with(|settings| settings.registration.mode = RegistrationMode::Token).await;
    let api = server.api().await;
    let registrar = server
        .register(json!({ "client_id": "registrar", "grant_types": ["client_credentials"], "scope": "registration" }))
        .await;
    let form = [("grant_type", "client_credentials")];
    let token =
        |answer: pixie_testing::harness::Answer| answer.json()["access_token"].as_str().unwrap().to_owned();
    let narrow = token(server.token(&api, &form).await);
    let form = [("grant_type", "client_credentials"), ("scope", "registration")];
    let good = token(server.token(&registrar, &form).await);

    let body = agent();
    let post = |token: &str| server.send(request("POST", "/o/register/", token, Some(&body)));
    let answer = post("").await.assert_status(401);
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"pixie\"");
    let answer = post("pixie_at_invented").await.assert_status(401);
    assert!(
        answer
            .header("www-authenticate")
            .contains("error=\"invalid_token\"")
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    let answer = post(&narrow).await.assert_status(403);
    assert!(
        answer
            .header("www-authenticate")
            .contains("error=\"insufficient_scope\"")
    );
    post(&good).await.assert_status(201);
    // RFC 8707 section 2: what another API was sent is not good here.
    for (resource, status) in [("https://api.example/", 401), ("http://localhost:8000/o", 201)] {
        let form = [form[0], form[1], ("resource", resource)];
        let elsewhere = token(server.token(&registrar, &form).await);
        post(&elsewhere).await.assert_status(status);
    }
    server.revoke(&registrar, &good).await.assert_status(200);
    post(&good).await.assert_status(401);
}

#[on_both_stores]
async fn scripts_of_any_origin_may_register_and_send_no_cookie() {
    let server = Server::with(open).await;
    let preflight = server.send(request("OPTIONS", "/o/register/", "", None)).await;
    let preflight = preflight.assert_status(204);
    assert_eq!(preflight.header("access-control-allow-origin"), "*");
    assert_eq!(
        preflight.header("access-control-allow-headers"),
        "authorization, content-type"
    );
    assert_eq!(preflight.header("access-control-allow-credentials"), "");
    for body in [agent(), json!({})] {
        let answer = register(&server, &body).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
}
