//! The plan Config: the discovery document.

use super::provider;
use pixie_testing::harness::Server;

#[tokio::test]
async fn oidcc_discovery_endpoint_verification() {
    let server = provider().await;
    let answer = server
        .get("/o/.well-known/openid-configuration")
        .await
        .assert_status(200);
    let document = answer.json();
    let has = |list: &str, word: &str| document[list].as_array().unwrap().iter().any(|one| one == word);
    assert_eq!(document["issuer"], "http://localhost:8000/o");
    for word in ["code", "id_token", "id_token token"] {
        assert!(has("response_types_supported", word), "{word}");
    }
    for (list, word) in [
        ("id_token_signing_alg_values_supported", "RS256"),
        ("request_object_signing_alg_values_supported", "RS256"),
        ("userinfo_signing_alg_values_supported", "RS256"),
        ("scopes_supported", "openid"),
        ("subject_types_supported", "public"),
        ("subject_types_supported", "pairwise"),
        ("grant_types_supported", "authorization_code"),
        ("grant_types_supported", "implicit"),
        ("grant_types_supported", "refresh_token"),
        ("claims_supported", "sub"),
        ("claims_supported", "name"),
        ("response_modes_supported", "form_post"),
        ("code_challenge_methods_supported", "S256"),
        ("token_endpoint_auth_methods_supported", "private_key_jwt"),
        ("acr_values_supported", "1"),
        ("prompt_values_supported", "select_account"),
    ] {
        assert!(has(list, word), "{list}: {word}");
    }
    for flag in [
        "claims_parameter_supported",
        "request_parameter_supported",
        "request_uri_parameter_supported",
    ] {
        assert_eq!(document[flag], true, "{flag}");
    }
}

/// An endpoint that discovery names answers, and none of them with "not found".
#[tokio::test]
async fn every_endpoint_that_is_named_answers() {
    let server = provider().await;
    let document = server.get("/o/.well-known/openid-configuration").await.json();
    let mut seen = 0;
    for (name, value) in document.as_object().unwrap() {
        let Some(url) = value
            .as_str()
            .filter(|_| name.ends_with("_endpoint") || name.ends_with("_iframe"))
        else {
            continue;
        };
        seen += 1;
        let path = url.strip_prefix("http://localhost:8000").unwrap();
        let answer = server.get(path).await;
        assert_ne!(answer.status.as_u16(), 404, "{name}");
    }
    assert!(seen >= 8, "{seen}");
}

#[tokio::test]
async fn a_switch_that_is_off_is_not_named() {
    let server = Server::with(|settings| {
        settings.session_management = false;
        settings.request_objects = false;
    })
    .await;
    let document = server.get("/o/.well-known/openid-configuration").await.json();
    for absent in [
        "registration_endpoint",
        "check_session_iframe",
        "request_object_signing_alg_values_supported",
    ] {
        assert!(document[absent].is_null(), "{absent}");
    }
    assert_eq!(document["response_types_supported"], serde_json::json!(["code"]));
    assert_eq!(document["request_parameter_supported"], false);
    assert_eq!(document["request_uri_parameter_supported"], false);
    let words = document["grant_types_supported"].as_array().unwrap();
    assert!(!words.iter().any(|word| word == "implicit"));
    let prompts = document["prompt_values_supported"].as_array().unwrap();
    assert!(!prompts.iter().any(|word| word == "create"));
    for path in ["/o/register/", "/o/check_session/"] {
        server.get(path).await.assert_status(404);
    }
}
