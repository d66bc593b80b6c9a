//! The rows that strangers can make the server store are bounded, and are swept.

use serde_json::{Value, json};

use super::{agent, open, register, registered, request, with};
use pixie_testing::harness::{Server, on_both_stores};

fn numbered(number: usize) -> Value {
    with(agent(), json!({ "client_name": format!("Agent {number}") }))
}

#[on_both_stores]
async fn an_address_registers_so_many_new_clients_an_hour() {
    let server = Server::with(|settings| {
        open(settings);
        settings.registration.per_hour = 3;
    })
    .await;
    for number in 0..3 {
        register(&server, &numbered(number)).await.assert_status(201);
    }
    let answer = register(&server, &numbered(3)).await.assert_status(429);
    assert_eq!(answer.header("retry-after"), "1200");
    assert_eq!(answer.json()["error"], "temporarily_unavailable");
    // An identical registration is not counted.
    register(&server, &numbered(0)).await.assert_status(201);
    let body = numbered(4);
    let elsewhere = request("POST", "/o/register/", "", Some(&body));
    server
        .send_from("198.51.100.7", elsewhere)
        .await
        .assert_status(201);
    server.clock.advance(1200);
    register(&server, &numbered(3)).await.assert_status(201);
    register(&server, &numbered(5)).await.assert_status(429);
}

#[on_both_stores]
async fn a_refused_registration_costs_nothing() {
    let server = Server::with(|settings| {
        open(settings);
        settings.registration.per_hour = 1;
    })
    .await;
    for _ in 0..5 {
        register(&server, &json!({}))
            .await
            .assert_error("invalid_redirect_uri");
    }
    register(&server, &agent()).await.assert_status(201);
}

#[on_both_stores]
async fn so_many_clients_at_the_same_time_and_no_more() {
    let server = Server::with(|settings| {
        open(settings);
        settings.registration.max_clients = 2;
    })
    .await;
    let first = registered(&server, &numbered(0)).await;
    register(&server, &numbered(1)).await.assert_status(201);
    let answer = register(&server, &numbered(2)).await.assert_status(503);
    assert_eq!(answer.json()["error"], "temporarily_unavailable");
    assert_ne!(answer.header("retry-after"), "");
    register(&server, &numbered(1)).await.assert_status(201);
    first.delete(&server).await.assert_status(204);
    register(&server, &numbered(2)).await.assert_status(201);
}

#[on_both_stores]
async fn unused_clients_expire_and_their_token_requests_get_invalid_client() {
    let server = Server::with(open).await;
    let client = registered(&server, &agent()).await;
    server.clock.advance(30 * 24 * 3600 - 1);
    server.provider.sweep().await.unwrap();
    client.get(&server).await.assert_status(200);
    server.clock.advance(2);
    server.provider.sweep().await.unwrap();
    client.get(&server).await.assert_status(401);
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "x"),
        ("client_id", &*client.id),
    ];
    server
        .post("/o/token/", &form)
        .await
        .assert_error("invalid_client");
}

#[on_both_stores]
async fn clients_that_somebody_registered_for_them_do_not_expire() {
    let server = Server::with(open).await;
    let spa = server.spa().await;
    server.clock.advance(90 * 24 * 3600);
    server.provider.sweep().await.unwrap();
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "x"),
        ("client_id", &*spa.id),
    ];
    server
        .post("/o/token/", &form)
        .await
        .assert_error("invalid_grant");
}
