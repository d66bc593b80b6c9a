//! What the rules say, case by case.

use serde_json::{Value, json};

use super::*;
use crate::examples::client;

fn metadata(value: Value) -> ClientMetadata {
    serde_json::from_value(value).unwrap()
}

#[test]
fn what_the_client_has_already_is_no_difference() {
    let own = client().metadata();
    assert_eq!(differences(&client(), &own), [""; 0]);
    assert_eq!(differences(&client(), &ClientMetadata::default()), [""; 0]);
}

#[test]
fn the_order_of_grants_is_no_difference() {
    let declared = metadata(json!({ "grant_types": ["refresh_token", "authorization_code"] }));
    assert_eq!(differences(&client(), &declared), [""; 0]);
}

#[test]
fn each_field_that_differs_is_named() {
    for (field, value) in [
        ("client_secret", json!("another secret that is long")),
        ("client_name", json!("Another")),
        ("client_uri", json!("https://a.example/")),
        ("policy_uri", json!("https://a.example/")),
        ("tos_uri", json!("https://a.example/")),
        ("redirect_uris", json!(["https://b.example/"])),
        ("allowed_origins", json!(["https://b.example"])),
        ("grant_types", json!(["authorization_code"])),
        ("token_endpoint_auth_method", json!("client_secret_post")),
        ("scope", json!("read")),
        ("default_scope", json!("read")),
        ("skip_authorization", json!(true)),
        ("profile", json!("legacy")),
        ("relaxations", json!(["localhost_any_port"])),
    ] {
        let mut declared = json!({});
        declared[field] = value;
        assert_eq!(differences(&client(), &metadata(declared)), [field]);
    }
}

/// Nobody would see a secret that the server generates while it applies a file.
#[test]
fn only_a_client_that_will_be_confidential_needs_a_secret() {
    for (declared, needed) in [
        (json!({}), false),
        (json!({ "grant_types": ["authorization_code"] }), false),
        (json!({ "token_endpoint_auth_method": "none" }), false),
        (json!({ "grant_types": ["client_credentials"] }), true),
        (
            json!({ "token_endpoint_auth_method": "client_secret_post" }),
            true,
        ),
        (
            json!({ "token_endpoint_auth_method": "client_secret_basic" }),
            true,
        ),
    ] {
        assert_eq!(needs_secret(&metadata(declared.clone())), needed, "{declared}");
    }
}
