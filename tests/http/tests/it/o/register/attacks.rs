//! Attacks by strangers that register clients.

use pixie_oauth::ClientId;
use pixie_provider::{Actor, Client};
use serde_json::json;

use super::{agent, open, register, registered, with};
use pixie_testing::harness::{Server, on_both_stores};

async fn stored(server: &Server, id: &str) -> Client {
    let id = ClientId::parse(id).unwrap();
    server.provider.client_by_id(Actor::Operator, &id).await.unwrap()
}

/// Everything that only an operator says.
fn claims_of_an_operator() -> serde_json::Value {
    json!({
        "skip_authorization": true, "profile": "legacy", "relaxations": ["plain_challenge", "http_redirect_uris"],
        "allowed_origins": ["https://evil.example"], "default_scope": "introspection", "owner": "root",
        "trusted": true, "administrator": true, "access_token_format": "jwt", "claims_in_id_token": true,
        "refresh_token_rotation": false, "code_lifetime": 600, "access_token_lifetime": 86400,
        "refresh_token_absolute_lifetime": 1,
        "registration_access_token": "chosen", "registration_client_uri": "https://evil.example/",
        "client_id_issued_at": 0, "client_secret_expires_at": 1, "dynamic": false,
    })
}

#[on_both_stores]
async fn a_client_gives_itself_nothing_that_is_the_operators_to_give() {
    let server = Server::with(open).await;
    let body = with(agent(), claims_of_an_operator());
    let body = with(
        body,
        json!({ "client_id": "chosen", "client_secret": "a secret that it chose itself" }),
    );
    let client = registered(&server, &body).await;
    let check = async |client: &super::Registered| {
        let stored = stored(&server, &client.id).await;
        assert!(!stored.trusted && stored.owner.is_none() && stored.secret.is_none());
        assert_eq!(stored.rules.profile().as_str(), "oauth21");
        assert_eq!(stored.rules.relaxations().count(), 0);
        assert_eq!(stored.allowed_origins, []);
        assert_eq!(stored.default_scope, None);
        assert!(!stored.claims_in_id_token && stored.access_token_format.is_none());
        assert!(stored.refresh_token_rotation.is_on());
        assert!(stored.code_lifetime.is_none() && stored.access_token_lifetime.is_none());
        assert!(stored.refresh_token_absolute_lifetime.is_none());
        assert!(stored.dynamic.is_some());
    };
    assert_ne!(client.id, "chosen");
    check(&client).await;
    let change = with(
        with(agent(), claims_of_an_operator()),
        json!({ "client_id": client.id }),
    );
    client.put(&server, &change).await.assert_status(200);
    check(&client).await;
    let plain = with(
        agent(),
        json!({ "client_id": client.id, "redirect_uris": ["http://rp.example/cb"], "profile": "legacy" }),
    );
    client
        .put(&server, &plain)
        .await
        .assert_error("invalid_redirect_uri");
    let wider = with(
        agent(),
        json!({ "client_id": client.id, "scope": "introspection" }),
    );
    client
        .put(&server, &wider)
        .await
        .assert_error("invalid_client_metadata");
}

/// A client that an operator changed, perhaps to trust it, can no longer be changed by the stranger who registered it.
#[on_both_stores]
async fn a_client_that_an_operator_changed_cannot_change_itself_any_more() {
    let server = Server::with(open).await;
    let client = registered(&server, &agent()).await;
    let key = stored(&server, &client.id).await.key;
    let trust = serde_json::from_value(json!({ "skip_authorization": true })).unwrap();
    let changed = server
        .provider
        .update_client(Actor::Operator, key, &trust, None)
        .await;
    assert!(changed.unwrap().client.trusted);
    let change = with(
        agent(),
        json!({ "client_id": client.id, "redirect_uris": ["https://evil.example/cb"] }),
    );
    client.put(&server, &change).await.assert_status(401);
    client.delete(&server).await.assert_status(401);
    // A second registration of the same metadata does not get the trusted client either.
    let again = register(&server, &agent()).await.assert_status(201).json();
    assert_ne!(again["client_id"], client.id);
}

#[on_both_stores]
async fn no_address_of_a_registration_is_asked_but_the_sector_document_and_never_for_a_refused_one() {
    let server = Server::with(open).await;
    let addresses = json!({
        "jwks_uri": "https://169.254.169.254/latest/meta-data", "logo_uri": "http://127.0.0.1:22/",
        "request_uris": ["https://10.0.0.1/"], "backchannel_logout_uri": "https://[::1]/",
        "token_endpoint_auth_method": "client_secret_basic",
    });
    register(&server, &with(agent(), addresses))
        .await
        .assert_status(201);
    assert_eq!(server.outbound().fetches(), []);
    for sector in [
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "gopher://x/",
        "https://user@10.0.0.1/",
    ] {
        let body = with(agent(), json!({ "sector_identifier_uri": sector }));
        register(&server, &body)
            .await
            .assert_error("invalid_client_metadata");
    }
    assert_eq!(server.outbound().fetches(), []);
    // What may be asked is for the network to say, which refuses inner addresses before it connects.
    let body = with(agent(), json!({ "sector_identifier_uri": "https://10.0.0.1/" }));
    let answer = register(&server, &body).await;
    let error = answer.assert_error("invalid_client_metadata").json();
    assert_eq!(
        error["error_description"],
        "sector_identifier_uri: names a host that has no public address."
    );
}

#[on_both_stores]
async fn people_are_warned_of_an_application_that_nobody_has_checked_and_of_no_other() {
    let server = Server::with(open).await;
    let metadata = registered(&server, &agent()).await.metadata;
    let browser = server.sign_in("alice").await;
    let dynamic = server.client_of(&metadata).await;
    let third_party = server.third_party().await;
    for (client, warned) in [(dynamic, true), (third_party, false)] {
        let redirect = browser.authorize(&client).await.assert_status(302);
        let page = browser.get(redirect.location()).await.assert_status(200);
        assert_eq!(page.body.contains("id=\"self_registered\""), warned, "{page:?}");
    }
}

#[on_both_stores]
async fn a_logo_or_name_cannot_carry_markup_into_the_consent_page() {
    let server = Server::with(open).await;
    let body = with(
        agent(),
        json!({ "client_name": "<script>alert(1)</script>", "redirect_uris": ["https://rp.example/cb"] }),
    );
    let metadata = registered(&server, &body).await.metadata;
    let browser = server.sign_in("alice").await;
    let query = pixie_testing::harness::encode(&[
        ("client_id", metadata["client_id"].as_str().unwrap()),
        ("response_type", "code"),
        ("redirect_uri", "https://rp.example/cb"),
        (
            "code_challenge",
            &pixie_testing::harness::challenge(pixie_testing::harness::VERIFIER),
        ),
        ("code_challenge_method", "S256"),
    ]);
    let page = browser.get(&format!("/o/consent/?{query}")).await;
    page.assert_page(200, "This application is not verified.");
    assert!(page.body.contains("&lt;script&gt;alert(1)"), "{page:?}");
    assert!(!page.body.contains("<script>alert"), "{page:?}");
}
