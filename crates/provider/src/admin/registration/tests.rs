//! What the rules say, case by case.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn settings() -> Settings {
    Settings::new(pixie_oauth::Issuer::parse("https://as.example").unwrap())
}

fn checked(metadata: Value) -> Result<CheckedMetadata, Vec<FieldError>> {
    check(&serde_json::from_value(metadata).unwrap(), &settings())
}

/// The fields that are refused.
fn refused(metadata: Value) -> Vec<&'static str> {
    match checked(metadata) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.field).collect(),
    }
}

/// A good client, changed.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a test writes its change where it stands"
)]
fn with(changes: Value) -> Value {
    let mut metadata = json!({ "redirect_uris": ["https://a.example/cb"] });
    for (name, value) in changes.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    metadata
}

#[test]
fn a_redirect_uri_is_all_that_a_public_client_needs() {
    let Ok(client) = checked(with(json!({}))) else {
        panic!("refused");
    };
    assert_eq!(client.auth_method, ClientAuthMethod::None);
    assert_eq!(
        client.grant_types,
        [GrantType::AuthorizationCode, GrantType::RefreshToken]
    );
    assert_eq!(client.rules.profile(), Profile::Oauth21);
    assert_eq!(client.rules.relaxations().count(), 0);
}

#[test]
fn a_secret_or_grants_without_people_make_a_client_confidential() {
    for metadata in [
        with(json!({ "client_secret": "a secret long enough" })),
        json!({ "grant_types": ["client_credentials"] }),
    ] {
        let Ok(client) = checked(metadata) else {
            panic!("refused");
        };
        assert_eq!(client.auth_method, ClientAuthMethod::ClientSecretBasic);
    }
}

#[test]
fn client_credentials_are_not_for_public_clients() {
    let metadata = with(json!({
        "grant_types": ["authorization_code", "client_credentials"], "token_endpoint_auth_method": "none",
    }));
    assert_eq!(refused(metadata), ["grant_types"]);
}

#[test]
fn a_public_client_has_no_secret() {
    let metadata = with(json!({
        "client_secret": "a secret long enough", "token_endpoint_auth_method": "none",
    }));
    assert_eq!(refused(metadata), ["client_secret"]);
}

#[test]
fn a_short_secret_is_refused() {
    assert_eq!(
        refused(with(json!({ "client_secret": "123456789012345" }))),
        ["client_secret"]
    );
}

/// RFC 9700 section 4.15: no API takes a client for a person.
#[test]
fn a_client_id_must_not_look_like_a_subject() {
    for id in [
        "01890000-0000-7000-8000-000000000000",
        "01890000000070008000000000000000",
        "{01890000-0000-7000-8000-000000000000}",
        "urn:uuid:01890000-0000-7000-8000-000000000000",
    ] {
        assert_eq!(refused(with(json!({ "client_id": id }))), ["client_id"], "{id}");
    }
}

#[test]
fn the_default_profile_takes_no_exception_that_weakens_pkce() {
    for relaxation in [
        "plain_challenge",
        "short_verifiers",
        "optional_pkce",
        "http_redirect_uris",
    ] {
        let metadata = with(json!({
            "relaxations": [relaxation], "client_secret": "a secret long enough",
        }));
        assert_eq!(refused(metadata), ["relaxations"], "{relaxation}");
    }
}

#[test]
fn pkce_is_optional_for_confidential_clients_only_and_only_when_it_is_named() {
    let legacy = json!({ "profile": "legacy", "client_secret": "a secret long enough" });
    let Ok(client) = checked(with(legacy)) else {
        panic!("refused");
    };
    assert!(client.rules.allow(Relaxation::PlainChallenge));
    assert!(!client.rules.allow(Relaxation::OptionalPkce));
    let public = json!({ "profile": "legacy", "relaxations": ["optional_pkce"] });
    assert_eq!(refused(with(public)), ["relaxations"]);
}

#[test]
fn the_code_grant_needs_a_redirect_uri_and_refresh_needs_the_code_grant() {
    assert_eq!(refused(json!({})), ["redirect_uris"]);
    assert_eq!(refused(json!({ "redirect_uris": [] })), ["redirect_uris"]);
    assert_eq!(refused(with(json!({ "grant_types": [] }))), ["grant_types"]);
    assert_eq!(
        refused(with(json!({ "grant_types": ["refresh_token"] }))),
        ["grant_types"]
    );
    assert_eq!(
        refused(json!({ "grant_types": ["client_credentials"], "response_types": ["code"] })),
        ["response_types"]
    );
}

#[test]
fn dangerous_redirect_uris_are_refused_each_by_itself() {
    for uri in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "http://a.example/cb",
        "https://*.example/cb",
        "https://a.example/cb#fragment",
        "https://user@a.example/cb",
        "//a.example/cb",
        "/cb",
        "",
        "https://a.example/\ncb",
        " https://a.example/cb",
    ] {
        let metadata = json!({ "redirect_uris": ["https://good.example/", uri] });
        assert_eq!(refused(metadata), ["redirect_uris"], "{uri:?}");
    }
}

#[test]
fn a_repeated_redirect_uri_counts_once() {
    let metadata = json!({ "redirect_uris": ["https://a.example/", "https://a.example/"] });
    assert_eq!(
        checked(metadata).map(|client| client.redirect_uris.len()).ok(),
        Some(1)
    );
}

#[test]
fn scopes_must_be_the_servers_and_the_default_among_the_clients() {
    assert_eq!(refused(with(json!({ "scope": "read nothing" }))), ["scope"]);
    assert_eq!(
        refused(with(json!({ "scope": "read", "default_scope": "write" }))),
        ["default_scope"]
    );
    assert_eq!(
        refused(with(json!({ "default_scope": "introspection" }))),
        ["default_scope"]
    );
    assert_eq!(
        refused(with(
            json!({ "scope": "introspection", "default_scope": "introspection" })
        )),
        [""; 0]
    );
}

#[test]
fn addresses_that_people_may_click_are_web_addresses() {
    for field in ["client_uri", "policy_uri", "tos_uri"] {
        for address in [
            "javascript:alert(1)",
            "ftp://a/",
            "https://a/\"onload=",
            "https://a b/",
            "https://a/<",
        ] {
            let mut metadata = with(json!({}));
            metadata[field] = address.into();
            assert_eq!(refused(metadata), [field], "{address}");
        }
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let metadata = json!({
        "client_id": "01890000-0000-7000-8000-000000000000", "client_name": "a\u{7}b", "scope": "nothing",
        "redirect_uris": ["javascript:x"], "client_secret": "short",
    });
    let mut fields = refused(metadata);
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "client_id",
            "client_name",
            "client_secret",
            "redirect_uris",
            "scope"
        ]
    );
}

proptest! {
    #[test]
    fn no_redirect_uri_that_is_accepted_runs_in_the_browser(uri in "(javascript|data|vbscript|about|blob|file)?:?(//)?\\PC{0,20}") {
        let metadata = ClientMetadata { redirect_uris: Some(vec![uri.clone()]), ..ClientMetadata::default() };
        if check(&metadata, &settings()).is_ok() {
            let scheme = uri.split(':').next().unwrap_or_default().to_ascii_lowercase();
            prop_assert!(!["javascript", "data", "vbscript", "about", "blob", "file"].contains(&&*scheme), "{}", uri);
        }
    }
}
