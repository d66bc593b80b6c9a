//! Clients and accounts that a file declares, and clients that are changed: the rules of registering hold each time.

use pixie_oauth::ClientMetadata;
use pixie_provider::{AccountDeclaration, Actor, ApplyError, Change, ClientRefusal, Declared};
use serde_json::{Value, json};

use pixie_testing::harness::{Client, PASSWORD, Server, basic};

fn metadata(value: Value) -> ClientMetadata {
    serde_json::from_value(value).unwrap()
}

fn declared() -> Declared {
    Declared {
        clients: vec![
            metadata(json!({ "client_id": "declared", "redirect_uris": ["https://a.example/cb"] })),
            metadata(json!({
                "client_id": "secretive", "client_secret": "a declared secret", "grant_types": ["client_credentials"],
            })),
        ],
        users: vec![AccountDeclaration {
            username: "carol".to_owned(),
            password: Some("a declared password".to_owned()),
            ..AccountDeclaration::default()
        }],
    }
}

fn names(changes: &[Change]) -> Vec<(&str, bool)> {
    changes.iter().map(|change| (&*change.name, change.new)).collect()
}

#[tokio::test]
async fn what_is_declared_is_made_once() {
    let server = Server::start().await;
    let first = server
        .provider
        .apply(Actor::Operator, &declared(), false)
        .await
        .unwrap();
    assert_eq!(
        names(&first),
        [("declared", true), ("secretive", true), ("carol", true)]
    );
    assert_eq!(
        server.provider.apply(Actor::Operator, &declared(), false).await,
        Ok(Vec::new())
    );
    let answer = server
        .post_with(
            "/o/token/",
            &[("grant_type", "client_credentials")],
            basic("secretive", "a declared secret"),
        )
        .await;
    answer.assert_status(200);
    let browser = server.browser();
    let signed_in = browser.sign_in("carol", "a declared password").await;
    signed_in.assert_status(303);
}

#[tokio::test]
async fn what_is_declared_of_openid_connect_is_kept_and_no_change_the_second_time() {
    let server = Server::start().await;
    let client = metadata(json!({
        "client_id": "rp", "redirect_uris": ["https://rp.example/cb"], "profile": "oidc",
        "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://rp.example/jwks",
        "response_types": ["code"], "contacts": ["rp@rp.example"], "id_token_signed_response_alg": "ES256",
        "post_logout_redirect_uris": ["https://rp.example/out"], "require_auth_time": true, "default_max_age": 60,
        "backchannel_logout_uri": "https://rp.example/back", "backchannel_logout_session_required": true,
    }));
    let declared = Declared {
        clients: vec![client],
        users: Vec::new(),
    };
    assert_eq!(
        server
            .provider
            .apply(Actor::Operator, &declared, false)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        server.provider.apply(Actor::Operator, &declared, false).await,
        Ok(Vec::new())
    );
    let mut wrong = declared.clone();
    wrong.clients[0].backchannel_logout_uri = Some("http://rp.example/back".to_owned());
    let refused = server
        .provider
        .apply(Actor::Operator, &wrong, false)
        .await
        .unwrap_err();
    assert!(
        refused.to_string().contains("backchannel_logout_uri"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_dry_run_says_what_would_change_and_changes_nothing() {
    let server = Server::start().await;
    for _ in 0..2 {
        let changes = server
            .provider
            .apply(Actor::Operator, &declared(), true)
            .await
            .unwrap();
        assert_eq!(changes.len(), 3);
    }
    server.provider.find_account("carol").await.unwrap_err();
}

#[tokio::test]
async fn a_declared_secret_that_changed_replaces_the_old_one() {
    let server = Server::start().await;
    server
        .provider
        .apply(Actor::Operator, &declared(), false)
        .await
        .unwrap();
    let mut changed = declared();
    changed.clients[1].client_secret = Some("another declared secret".to_owned());
    let changes = server
        .provider
        .apply(Actor::Operator, &changed, false)
        .await
        .unwrap();
    assert_eq!(changes[0].fields, ["client_secret"]);
    let form = [("grant_type", "client_credentials")];
    for (secret, status) in [("a declared secret", 401), ("another declared secret", 200)] {
        let answer = server
            .post_with("/o/token/", &form, basic("secretive", secret))
            .await;
        answer.assert_status(status);
    }
}

#[tokio::test]
async fn a_password_that_a_person_changed_is_not_declared_back() {
    let server = Server::start().await;
    server
        .provider
        .apply(Actor::Operator, &declared(), false)
        .await
        .unwrap();
    let carol = server.provider.find_account("carol").await.unwrap();
    server
        .provider
        .set_password(Actor::Operator, &carol, PASSWORD)
        .await
        .unwrap();
    assert_eq!(
        server.provider.apply(Actor::Operator, &declared(), false).await,
        Ok(Vec::new())
    );
    let browser = server.browser();
    browser.sign_in("carol", PASSWORD).await.assert_status(303);
}

#[tokio::test]
async fn a_declared_client_needs_an_id_and_a_confidential_one_its_secret() {
    let server = Server::start().await;
    let apply = async |client: Value| {
        let declared = Declared {
            clients: vec![metadata(client)],
            ..Declared::default()
        };
        server
            .provider
            .apply(Actor::Operator, &declared, false)
            .await
            .unwrap_err()
    };
    assert_eq!(
        apply(json!({ "redirect_uris": ["https://a.example/"] })).await,
        ApplyError::ClientWithoutId
    );
    assert_eq!(
        apply(json!({ "client_id": "api", "grant_types": ["client_credentials"] })).await,
        ApplyError::ClientWithoutSecret("api".to_owned())
    );
}

/// Keycloak CVE-2026-9792 and others: a policy that is checked only when a client is made.
#[tokio::test]
async fn what_is_refused_when_a_client_is_made_is_refused_when_it_is_changed() {
    let server = Server::start().await;
    let api = server.api().await;
    let spa = server.spa().await;
    let web = server.web_app().await;
    for (client, change) in [
        (&api, json!({ "token_endpoint_auth_method": "none" })),
        (
            &spa,
            json!({ "grant_types": ["authorization_code", "client_credentials"] }),
        ),
        (&spa, json!({ "redirect_uris": ["javascript:alert(1)"] })),
        (&spa, json!({ "redirect_uris": [] })),
        (&spa, json!({ "relaxations": ["plain_challenge"] })),
        (
            &spa,
            json!({ "profile": "legacy", "relaxations": ["optional_pkce"] }),
        ),
        (&spa, json!({ "scope": "nothing" })),
        (&spa, json!({ "client_id": "another" })),
        (&spa, json!({ "client_secret": "a secret long enough" })),
        (&web, json!({ "client_secret": "short" })),
        (&web, json!({ "scope": "read", "default_scope": "write" })),
    ] {
        let refused = server
            .provider
            .update_client(Actor::Operator, client.key, &metadata(change.clone()), None)
            .await
            .unwrap_err();
        assert!(matches!(refused, ClientRefusal::Fields(_)), "{change}: {refused}");
    }
}

/// The exceptions of a profile do not outlive the profile.
#[tokio::test]
async fn a_client_that_leaves_the_legacy_profile_leaves_its_exceptions() {
    let server = Server::start().await;
    let old = server
        .register(json!({
            "client_id": "old", "redirect_uris": ["https://old.example/cb"], "profile": "legacy",
            "token_endpoint_auth_method": "client_secret_post", "relaxations": ["optional_pkce"],
            "skip_authorization": true,
        }))
        .await;
    let strict = metadata(json!({ "profile": "oauth21" }));
    server
        .provider
        .update_client(Actor::Operator, old.key, &strict, None)
        .await
        .unwrap();
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let browser = server.sign_in("alice").await;
    browser
        .authorize_with(&old, &without)
        .await
        .assert_refused("https://old.example/cb", "invalid_request");
}

#[tokio::test]
async fn a_confidential_client_that_becomes_public_loses_its_secret_and_what_the_secret_allowed() {
    let server = Server::start().await;
    let web = server.web_app().await;
    let tokens = server.tokens(&web, "alice").await;
    let public = metadata(json!({ "token_endpoint_auth_method": "none" }));
    server
        .provider
        .update_client(Actor::Operator, web.key, &public, None)
        .await
        .unwrap();
    let form = [("token", tokens.access.as_str())];
    server
        .post("/o/introspect/", &web.sign(&form))
        .await
        .assert_error("invalid_client");
    let without_secret = Client { secret: None, ..web };
    server
        .post("/o/introspect/", &without_secret.sign(&form))
        .await
        .assert_error("unauthorized_client");
}
