//! A client manages its registration (RFC 7592 section 2).

use serde_json::{Value, json};

use super::{agent, open, register, registered, request, with};
use pixie_testing::harness::{Server, on_both_stores};

fn confidential() -> Value {
    json!({ "client_name": "RP", "redirect_uris": ["https://rp.example/cb"] })
}

#[on_both_stores]
async fn a_client_reads_what_is_registered_without_its_secret() {
    let server = Server::with(open).await;
    let client = registered(&server, &confidential()).await;
    let answer = client.get(&server).await.assert_status(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let mut expected = client.metadata.clone();
    let members = expected.as_object_mut().unwrap();
    members.remove("client_secret");
    members.remove("client_secret_expires_at");
    assert_eq!(answer.json(), expected);
}

#[on_both_stores]
async fn replacing_is_full_what_is_left_out_is_gone() {
    let server = Server::with(open).await;
    let body = with(
        confidential(),
        json!({ "policy_uri": "https://rp.example/policy" }),
    );
    let client = registered(&server, &body).await;
    let change = json!({ "client_id": client.id, "redirect_uris": ["https://rp.example/new"] });
    let metadata = client.put(&server, &change).await.assert_status(200).json();
    assert_eq!(metadata["redirect_uris"], json!(["https://rp.example/new"]));
    assert_eq!(metadata.get("policy_uri"), None);
    assert_eq!(
        metadata["client_name"], client.id,
        "a client without a name is called by its identifier"
    );
    assert_eq!(
        metadata["client_id_issued_at"],
        client.metadata["client_id_issued_at"]
    );
    assert_eq!(metadata.get("client_secret"), None, "the secret stays as it is");
    assert_eq!(client.get(&server).await.json(), metadata);
}

#[on_both_stores]
async fn replacing_names_the_client_and_only_its_own_secret() {
    let server = Server::with(open).await;
    let client = registered(&server, &confidential()).await;
    client
        .put(&server, &confidential())
        .await
        .assert_error("invalid_client_metadata");
    for change in [
        json!({ "client_id": "another" }),
        json!({ "client_id": client.id, "client_secret": "a secret that it chose itself" }),
        json!({ "client_id": client.id, "client_secret": 1 }),
    ] {
        let body = with(confidential(), change);
        client
            .put(&server, &body)
            .await
            .assert_error("invalid_client_metadata");
    }
    let own = json!({ "client_id": client.id, "client_secret": client.metadata["client_secret"] });
    let metadata = client
        .put(&server, &with(confidential(), own))
        .await
        .assert_status(200)
        .json();
    assert_eq!(metadata["client_secret"], client.metadata["client_secret"]);
}

#[on_both_stores]
async fn a_client_that_becomes_confidential_gets_a_secret() {
    let server = Server::with(open).await;
    let client = registered(&server, &agent()).await;
    let change = json!({ "client_id": client.id, "token_endpoint_auth_method": "client_secret_post" });
    let metadata = client
        .put(&server, &with(agent(), change))
        .await
        .assert_status(200)
        .json();
    assert!(
        metadata["client_secret"]
            .as_str()
            .unwrap()
            .starts_with("pixie_cs_")
    );
    assert_eq!(metadata["client_secret_expires_at"], 0);
}

#[on_both_stores]
async fn a_refused_change_changes_nothing() {
    let server = Server::with(open).await;
    let client = registered(&server, &confidential()).await;
    let before = client.get(&server).await.json();
    let change = json!({ "client_id": client.id, "redirect_uris": ["javascript:alert(1)"] });
    client
        .put(&server, &change)
        .await
        .assert_error("invalid_redirect_uri");
    assert_eq!(client.get(&server).await.json(), before);
}

#[on_both_stores]
async fn a_deleted_client_is_gone_and_its_token_unknown() {
    let server = Server::with(open).await;
    let client = registered(&server, &agent()).await;
    let answer = client.delete(&server).await.assert_status(204);
    assert_eq!(answer.body, "");
    client.get(&server).await.assert_status(401);
    client.put(&server, &agent()).await.assert_status(401);
    client.delete(&server).await.assert_status(401);
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", &*client.id),
        ("code", "x"),
    ];
    server
        .post("/o/token/", &form)
        .await
        .assert_error("invalid_client");
    register(&server, &agent()).await.assert_status(201);
}

#[on_both_stores]
async fn whoever_has_no_token_of_the_client_does_not_learn_whether_it_exists() {
    let server = Server::with(open).await;
    let own = registered(&server, &confidential()).await;
    let other = registered(&server, &agent()).await;
    server.spa().await;
    let bodies: Vec<_> = async {
        let mut bodies = Vec::new();
        for (path, token) in [
            (&*own.path, &*other.token),
            ("/o/register/nobody/", &*other.token),
            ("/o/register/spa/", &*other.token),
            ("/o/register/%ff/", &*other.token),
            (&*own.path, "pixie_ra_invented"),
            (&*own.path, "pixie_at_invented"),
        ] {
            let answer = server
                .send(request("GET", path, token, None))
                .await
                .assert_status(401);
            assert!(answer.header("www-authenticate").starts_with("Bearer realm="));
            bodies.push(answer.body);
        }
        bodies
    }
    .await;
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    let answer = server
        .send(request("GET", &own.path, "", None))
        .await
        .assert_status(401);
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"pixie\"");
}

#[tokio::test]
async fn the_registration_token_is_kept_as_a_hash_only() {
    let server = Server::with(open).await;
    let client = registered(&server, &confidential()).await;
    let stored = server.stored();
    let secret = client.metadata["client_secret"].as_str().unwrap();
    for value in [&*client.token, secret] {
        assert!(
            !stored
                .windows(value.len())
                .any(|window| window == value.as_bytes())
        );
    }
}

#[on_both_stores]
async fn the_sector_document_is_asked_again_only_for_redirect_uris_that_it_was_not_asked_for() {
    let server = Server::with(open).await;
    let sector = "https://rp.example/sector";
    server
        .outbound()
        .answer_json(sector, r#"["https://rp.example/cb"]"#);
    let body = with(confidential(), json!({ "sector_identifier_uri": sector }));
    let client = registered(&server, &body).await;
    assert_eq!(server.outbound().fetches().len(), 1);
    let own = with(body, json!({ "client_id": client.id, "client_name": "Renamed" }));
    client.put(&server, &own).await.assert_status(200);
    assert_eq!(server.outbound().fetches().len(), 1);
    let more = with(own, json!({ "redirect_uris": ["https://evil.example/cb"] }));
    client
        .put(&server, &more)
        .await
        .assert_error("invalid_client_metadata");
    assert_eq!(server.outbound().fetches().len(), 2);
}
