//! The claims that are released: by scope, one by one, mapped by the configuration (OpenID Connect Core sections 5.4
//! and 5.5).

use pixie_oauth::StandardClaim;
use serde_json::{Map, Value, json};

use super::{released_claims, token_for, tokens_for};
use pixie_testing::harness::{Server, claims_of_dora, on_both_stores};

/// The claims of Dora that belong to a scope.
fn of_scope(scope: &str) -> Map<String, Value> {
    let claims = claims_of_dora().as_object().unwrap().clone();
    let belongs = |name: &String| StandardClaim::of(name).unwrap().scope() == scope;
    claims.into_iter().filter(|(name, _)| belongs(name)).collect()
}

#[on_both_stores]
async fn each_scope_tells_its_claims_with_their_types_and_no_others() {
    let server = Server::start().await;
    let dora = server.dora().await;
    let spa = server.spa().await;
    for scope in ["profile", "email", "address", "phone"] {
        let token = token_for(&server, &spa, &format!("{scope} openid")).await;
        let mut expected = of_scope(scope);
        expected.insert("sub".to_owned(), json!(dora.id.to_string()));
        if scope == "profile" {
            expected.insert("preferred_username".to_owned(), json!("dora"));
            expected.insert("updated_at".to_owned(), json!(1_800_000_000));
        }
        assert_eq!(
            released_claims(&server, &token).await,
            Value::Object(expected),
            "{scope}"
        );
    }
}

#[on_both_stores]
async fn all_scopes_together_tell_every_standard_claim() {
    let server = Server::start().await;
    server.dora().await;
    let spa = server.spa().await;
    let token = token_for(&server, &spa, "openid profile email address phone").await;
    let released_claims = released_claims(&server, &token).await;
    for claim in StandardClaim::ALL {
        let value = released_claims
            .get(claim.as_str())
            .unwrap_or_else(|| panic!("{claim}"));
        assert_eq!(claim.check(value), Ok(()));
    }
    assert_eq!(
        released_claims.as_object().unwrap().len(),
        StandardClaim::ALL.len() + 1
    );
}

#[on_both_stores]
async fn of_somebody_little_is_known_of_little_is_told() {
    let server = Server::start().await;
    let spa = server.spa().await;
    let scope = [("scope", "openid profile email address phone")];
    let token = tokens_for(&server, &spa, "alice", &scope).await.access;
    let released_claims = released_claims(&server, &token).await;
    let names: Vec<_> = released_claims
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names, ["preferred_username", "sub", "updated_at"]);
}

#[on_both_stores]
async fn claims_can_be_asked_for_one_by_one_without_their_scope() {
    let server = Server::start().await;
    let dora = server.dora().await;
    let spa = server.spa().await;
    let claims = json!({
        "userinfo": {
            "name": { "essential": true }, "locale": { "values": ["de", "en-US"] }, "gender": { "value": "male" },
            "nickname": null, "no_such_claim": { "essential": true }, "sub": null,
        },
        "id_token": { "email": null },
    });
    let changes = [("scope", "openid"), ("claims", &claims.to_string())];
    let tokens = tokens_for(&server, &spa, "dora", &changes).await;
    let expected = json!({
        "sub": dora.id.to_string(), "name": "Dora Every Claim", "locale": "en-US", "nickname": "Do",
    });
    assert_eq!(released_claims(&server, &tokens.access).await, expected);
    let refreshed = server.refresh(&spa, &tokens.refresh).await.assert_status(200);
    let refreshed = refreshed.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(released_claims(&server, &refreshed).await, expected);
}

#[on_both_stores]
async fn nobody_gets_round_the_scopes_of_a_client_by_asking_for_claims() {
    let server = Server::start().await;
    let dora = server.dora().await;
    let narrow = server
        .register(json!({
            "client_id": "narrow", "redirect_uris": ["https://narrow.example/cb"], "skip_authorization": true,
            "scope": "openid email",
        }))
        .await;
    let claims = r#"{"userinfo":{"phone_number":null,"email":null}}"#;
    let changes = [("scope", "openid"), ("claims", claims)];
    let token = tokens_for(&server, &narrow, "dora", &changes).await.access;
    assert_eq!(
        released_claims(&server, &token).await,
        json!({ "sub": dora.id.to_string(), "email": "dora@dora.example" })
    );
}

#[on_both_stores]
async fn the_scope_groups_tells_the_groups_of_an_account_that_has_some() {
    let server = Server::start().await;
    let dora = server.dora().await;
    let spa = server.spa().await;
    let token = token_for(&server, &spa, "openid groups").await;
    assert_eq!(
        released_claims(&server, &token).await,
        json!({ "sub": dora.id.to_string(), "groups": ["staff", "editors"] })
    );
    let without = tokens_for(&server, &spa, "alice", &[("scope", "openid groups")])
        .await
        .access;
    assert_eq!(released_claims(&server, &without).await.get("groups"), None);
}

/// The operator who maps `groups` decides what a client gets, also one that requests the scope `groups`.
#[on_both_stores]
async fn a_rule_for_groups_takes_the_place_of_the_one_that_is_there() {
    let rules = json!([{ "name": "groups", "scope": "profile", "groups": ["staff"] }]);
    let rules: Vec<pixie_provider::ClaimRule> = serde_json::from_value(rules).unwrap();
    let server = Server::with(|settings| *settings = settings.clone().with_claims(rules)).await;
    server.dora().await;
    let spa = server.spa().await;
    let token = token_for(&server, &spa, "openid groups").await;
    assert_eq!(released_claims(&server, &token).await.get("groups"), None);
    let token = token_for(&server, &spa, "openid profile").await;
    assert_eq!(released_claims(&server, &token).await["groups"], json!(["staff"]));
}

#[on_both_stores]
async fn mapped_claims_are_told_for_their_scope() {
    let rules = json!([
        { "name": "groups", "scope": "groups", "groups": true },
        { "name": "role", "scope": "email", "groups": ["editors"], "value": "editor" },
        { "name": "alias", "scope": "groups", "from": "nickname" },
    ]);
    let rules: Vec<pixie_provider::ClaimRule> = serde_json::from_value(rules).unwrap();
    let server = Server::with(|settings| *settings = settings.clone().with_claims(rules)).await;
    let dora = server.dora().await;
    let spa = server.spa().await;
    let sub = dora.id.to_string();
    let token = token_for(&server, &spa, "openid groups").await;
    assert_eq!(
        released_claims(&server, &token).await,
        json!({ "sub": sub, "groups": ["staff", "editors"], "alias": "Do" })
    );
    let token = token_for(&server, &spa, "openid email").await;
    assert_eq!(released_claims(&server, &token).await["role"], "editor");
    let document = server.get("/o/.well-known/openid-configuration").await.json();
    let listed = |member: &str, word: &str| document[member].as_array().unwrap().contains(&json!(word));
    assert!(listed("claims_supported", "alias") && listed("scopes_supported", "groups"));
}

#[on_both_stores]
async fn the_consent_page_says_what_is_told_in_words() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let changes = [
        ("scope", "openid profile"),
        ("claims", r#"{"userinfo":{"email":null}}"#),
    ];
    let redirect = browser.authorize_with(&client, &changes).await.assert_status(302);
    let page = browser.get(redirect.location()).await.assert_status(200);
    for words in [
        "Sign you in",
        "See your name and profile",
        "See your e-mail address",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
}
