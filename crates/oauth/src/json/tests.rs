//! The sentences about values of another form.

use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::GrantType;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Example {
    name: String,
    uris: Vec<String>,
    grants: Option<Vec<GrantType>>,
    sizes: Vec<u32>,
    inner: Vec<Inner>,
    flag: bool,
    age: i64,
    when: Option<When>,
    client_secret: String,
    anything: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only the errors of reading it are looked at")]
struct Inner {
    kid: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum When {
    Next,
    Now,
}

fn refused(value: &Value) -> String {
    read::<Example>(value).unwrap_err().to_string()
}

#[test]
fn an_error_names_the_member_its_value_and_the_form_in_plain_words() {
    for (value, sentence) in [
        (json!([]), "the value must be an object, not `[]`"),
        (json!({ "name": 5 }), "`name` must be a string, not `5`"),
        (json!({ "name": null }), "`name` must be a string, not `null`"),
        (
            json!({ "uris": "https://a" }),
            "`uris` must be a list of strings, not `\"https://a\"`",
        ),
        (
            json!({ "uris": ["a", true] }),
            "`uris[1]` must be a string, not `true`",
        ),
        (
            json!({ "grants": "x" }),
            "`grants` must be a list of strings, not `\"x\"`",
        ),
        (json!({ "sizes": {} }), "`sizes` must be a list of whole numbers"),
        (
            json!({ "sizes": [-1] }),
            "`sizes[0]` must be a whole number, 0 or more, not `-1`",
        ),
        (
            json!({ "inner": 1 }),
            "`inner` must be a list of objects, not `1`",
        ),
        (
            json!({ "inner": [{ "kid": 1.5 }] }),
            "`inner[0].kid` must be a string, not `1.5`",
        ),
        (json!({ "inner": [{}] }), "`inner[0].kid` is missing"),
        (
            json!({ "flag": "true" }),
            "`flag` must be true or false, not `\"true\"`",
        ),
        (json!({ "age": 1.5 }), "`age` must be a whole number, not `1.5`"),
        (
            json!({ "when": "soon" }),
            "`when` must be one of `next`, `now`, not `\"soon\"`",
        ),
        (
            json!({ "when": 1 }),
            "`when` must be one of `next`, `now`, not `1`",
        ),
        (
            json!({ "grants": ["refresh_token", "x"] }),
            "`grants[1]`: unknown grant type `x`, expected one of `authorization_code`, `refresh_token`, `client_credentials`, `implicit`",
        ),
    ] {
        assert_eq!(refused(&value), sentence);
    }
    let unknown = read::<Example>(&json!({ "nane": 1 })).unwrap_err();
    assert_eq!(unknown.member(), Some("nane"));
    let unknown = unknown.to_string();
    assert!(
        unknown.starts_with("unknown field `nane`, expected one of `name`, `uris`, "),
        "{unknown}"
    );
}

#[test]
fn a_secret_is_never_quoted() {
    for secret in [json!(12_345_678), json!(["12345678"])] {
        let error = refused(&json!({ "client_secret": secret }));
        assert_eq!(error, "`client_secret` must be a string");
    }
}

#[test]
fn a_long_value_or_one_with_an_object_in_it_is_not_quoted() {
    for value in [
        json!({ "password": "x" }),
        json!([{ "password": "x" }]),
        json!("x".repeat(300)),
    ] {
        assert_eq!(refused(&json!({ "age": value })), "`age` must be a whole number");
    }
}

#[test]
fn text_that_is_no_json_is_refused_with_its_line() {
    let error = read_text::<Example>(b"{\n\"name\": }").unwrap_err();
    assert_eq!(
        error.to_string(),
        "this is not JSON: expected value at line 2 column 9"
    );
    assert_eq!(error.member(), None);
}

#[test]
fn a_repeated_member_is_refused_at_every_depth() {
    for text in [
        r#"{"name": "a", "name": "b"}"#,
        r#"{"anything": [{"name": 1, "name": 2}]}"#,
    ] {
        let error = read_text::<Example>(text.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with("`name` is repeated at line 1 "), "{error}");
    }
}

#[test]
fn the_message_stands_after_the_name_of_the_member() {
    let error = read::<Example>(&json!({ "uris": [5] })).unwrap_err();
    assert_eq!(error.member(), Some("uris"));
    assert_eq!(error.message(), "`[0]` must be a string, not `5`");
    let error = read::<Example>(&json!({ "uris": 5 })).unwrap_err();
    assert_eq!(error.message(), "must be a list of strings, not `5`");
    assert_eq!(error.reason(), "must be a list of strings");
}

#[test]
fn a_value_of_the_right_form_is_read_as_it_is() {
    let value =
        json!({ "name": "n", "uris": ["a"], "when": "now", "anything": { "b": [1, null] }, "age": -3 });
    let example: Example = read(&value).unwrap();
    assert_eq!(
        (example.name, example.age, example.flag),
        ("n".to_owned(), -3, false)
    );
    assert!(matches!(example.when, Some(When::Now)));
    assert_eq!(example.anything, Some(json!({ "b": [1, null] })));
}
