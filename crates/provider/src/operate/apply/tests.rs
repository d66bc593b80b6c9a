//! Tests of the rules for declarations.

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
fn saying_that_there_is_nothing_is_no_difference() {
    let declared = metadata(json!({
        "require_auth_time": false, "refresh_token_rotation": true, "logo_uri": "", "contacts": [], "post_logout_redirect_uris": [],
    }));
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
        ("response_types", json!(["id_token"])),
        ("jwks_uri", json!("https://a.example/jwks")),
        ("subject_type", json!("pairwise")),
        ("default_max_age", json!(0)),
        ("require_auth_time", json!(true)),
        ("post_logout_redirect_uris", json!(["https://a.example/out"])),
        ("backchannel_logout_uri", json!("https://a.example/out")),
        ("access_token_format", json!("jwt")),
        ("refresh_token_rotation", json!(false)),
        ("access_token_lifetime", json!(300)),
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

mod of_people {
    use super::*;
    use crate::examples::NOW;
    use crate::{AccountId, Username};

    fn ada() -> Account {
        Account {
            name: Some("Ada".to_owned()),
            email: Some("ada@example.com".to_owned()),
            claims: serde_json::from_value(json!({ "email_verified": true, "locale": "en" })).unwrap(),
            groups: vec!["staff".to_owned()],
            ..Account::new(
                AccountId::from_uuid(uuid::Uuid::nil()),
                Username::parse("ada").unwrap(),
                NOW,
            )
        }
    }

    fn after(declared: Value) -> Result<Account, ProfileError> {
        let declared: AccountDeclaration = serde_json::from_value(declared).unwrap();
        declared.applied_to(&ada())
    }

    fn claims(account: &Account) -> Value {
        serde_json::to_value(&account.claims).unwrap()
    }

    #[test]
    fn what_is_left_out_stays() {
        assert_eq!(after(json!({})), Ok(ada()));
        let same = after(json!({ "email": "ada@example.com", "groups": ["staff"] }));
        assert_eq!(same, Ok(ada()));
    }

    #[test]
    fn another_address_is_not_a_verified_one() {
        let moved = after(json!({ "email": "ada@new.example" })).unwrap();
        assert_eq!(claims(&moved), json!({ "locale": "en" }));
        let vouched = after(json!({ "email": "ada@new.example", "claims": { "email_verified": true } }));
        assert_eq!(claims(&vouched.unwrap()), json!({ "email_verified": true }));
    }

    #[test]
    fn claims_and_groups_are_replaced_as_a_whole() {
        let changed = after(json!({ "claims": { "nickname": "A" }, "groups": ["b", "a", "b"] })).unwrap();
        assert_eq!(claims(&changed), json!({ "nickname": "A" }));
        assert_eq!(changed.groups, ["b", "a"]);
    }

    #[test]
    fn name_and_address_have_one_home() {
        let changed = after(json!({ "claims": { "name": "A. L.", "email": "a@l.example" } })).unwrap();
        assert_eq!(changed.name.as_deref(), Some("A. L."));
        assert_eq!(changed.email.as_deref(), Some("a@l.example"));
        assert_eq!(claims(&changed), json!({}));
    }

    #[test]
    fn empty_text_is_forgotten() {
        let changed = after(json!({ "name": "", "email": " " })).unwrap();
        assert_eq!((changed.name, changed.email), (None, None));
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let refused = |declared| after(declared).unwrap_err().to_string();
        assert_eq!(
            refused(json!({ "email": "nobody" })),
            "the claim email must be an e-mail address"
        );
        assert!(
            refused(json!({ "claims": { "updated_at": 1 } })).starts_with("the claim updated_at is set by")
        );
        for groups in [
            json!([""]),
            json!([" a"]),
            json!(["a\nb"]),
            json!(["x".repeat(201)]),
        ] {
            assert_eq!(after(json!({ "groups": groups })), Err(ProfileError::Groups));
        }
        let many: Vec<_> = (0..201).map(|number| number.to_string()).collect();
        assert_eq!(after(json!({ "groups": many })), Err(ProfileError::Groups));
    }
}
