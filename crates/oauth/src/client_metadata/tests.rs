//! Tests of the table of fields.

use super::*;

#[test]
fn a_typing_error_is_not_taken_for_a_default() {
    let error = serde_json::from_str::<ClientMetadata>(r#"{"redirect_uri": []}"#).unwrap_err();
    assert!(
        error.to_string().starts_with("unknown field `redirect_uri`"),
        "{error}"
    );
}

#[test]
fn the_fields_are_those_that_json_may_have() {
    let error = serde_json::from_str::<ClientMetadata>(r#"{"no such field": 0}"#).unwrap_err();
    let error = error.to_string();
    let (_, known) = error.split_once("expected one of ").unwrap();
    let (known, _) = known.split_once(" at line").unwrap();
    let known: Vec<_> = known.split(", ").map(|name| name.trim_matches('`')).collect();
    let names: Vec<_> = ClientMetadata::FIELDS.iter().map(|field| field.name).collect();
    assert_eq!(known, names);
}

#[test]
fn a_secret_is_never_written_out() {
    let metadata = ClientMetadata {
        client_secret: Some("hunter2".into()),
        ..ClientMetadata::default()
    };
    assert_eq!(serde_json::to_string(&metadata).unwrap(), "{}");
}

#[test]
fn a_client_sets_what_rfc_7591_and_openid_connect_name_and_administrators_set_trust() {
    let set_by = |who| {
        let fields = ClientMetadata::FIELDS.iter().filter(|field| field.set_by == who);
        fields.map(|field| field.name).collect::<Vec<_>>()
    };
    assert_eq!(
        set_by(SetBy::Owner),
        [
            "client_id",
            "client_secret",
            "allowed_origins",
            "default_scope",
            "profile",
            "relaxations",
            "claims_in_id_token",
            "access_token_format"
        ]
    );
    assert_eq!(
        set_by(SetBy::Administrator),
        [
            "skip_authorization",
            "require_second_factor",
            "code_lifetime",
            "access_token_lifetime",
            "id_token_lifetime",
            "refresh_token_idle_lifetime",
            "refresh_token_absolute_lifetime",
            "refresh_token_rotation"
        ]
    );
}

#[test]
fn a_field_that_a_newer_version_stored_is_left_out() {
    let stored = ClientMetadata::from_stored(r#"{"client_name": "One", "of_tomorrow": 1}"#).unwrap();
    assert_eq!(stored.client_name.as_deref(), Some("One"));
    assert!(ClientMetadata::from_stored(r#"{"client_name": 1}"#).is_err());
    assert!(ClientMetadata::from_stored("1").is_err());
}

#[test]
fn a_change_keeps_what_it_leaves_out() {
    let read = |json| serde_json::from_value::<ClientMetadata>(json).unwrap();
    let before = read(serde_json::json!({ "client_name": "One", "contacts": ["a@a.example"] }));
    let change = read(serde_json::json!({ "client_name": "Two", "default_max_age": 60 }));
    let expected =
        serde_json::json!({ "client_name": "Two", "contacts": ["a@a.example"], "default_max_age": 60 });
    assert_eq!(change.over(before), read(expected));
}

#[test]
fn every_field_is_described_by_sentences_and_has_at_most_one_flag_of_its_own() {
    let mut flags: Vec<_> = Vec::new();
    for field in ClientMetadata::FIELDS {
        assert!(field.meaning.ends_with('.'), "{}", field.name);
        assert!(!field.label.is_empty(), "{}", field.name);
        flags.extend(field.flag.map(|flag| flag.name));
    }
    let all = flags.len();
    flags.sort_unstable();
    flags.dedup();
    assert_eq!(flags.len(), all);
}
