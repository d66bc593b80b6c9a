//! Tests of the claims that clients get, case by case.

use pixie_oauth::{ClaimsRequest, Issuer, UserClaims};
use serde_json::json;

use super::*;
use crate::Username;
use crate::clock::Timestamp;
use crate::examples::{NOW, client, scope};
use crate::ids::AccountId;

fn settings(rules: Value) -> Settings {
    let issuer = Issuer::parse("https://pixie.example").unwrap();
    Settings::new(issuer).with_claims(serde_json::from_value(rules).unwrap())
}

fn plain() -> Settings {
    settings(json!([]))
}

/// A person of whom nothing is known but these claims.
fn person(claims: Value) -> Account {
    let account = Account {
        claims: serde_json::from_value(claims).unwrap(),
        updated_at: NOW,
        ..Account::new(
            AccountId::from_uuid(uuid::Uuid::nil()),
            Username::parse("ada").unwrap(),
            Timestamp::from_seconds(0),
        )
    };
    account.settled().unwrap()
}

fn by_scope(settings: &Settings, account: &Account, granted: &str) -> Value {
    let (client, scope) = (client(), scope(granted));
    let requested_claims = Selection {
        client: &client,
        scope: &scope,
        requested: &BTreeMap::new(),
    };
    Value::Object(claims_about(settings, account, requested_claims))
}

fn requested(userinfo: &Value) -> BTreeMap<String, ClaimRequest> {
    let request = json!({ "userinfo": userinfo }).to_string();
    ClaimsRequest::parse(&request).unwrap().userinfo
}

fn one_by_one(settings: &Settings, account: &Account, userinfo: &Value) -> Value {
    one_by_one_for(&client(), settings, account, userinfo)
}

fn one_by_one_for(client: &Client, settings: &Settings, account: &Account, userinfo: &Value) -> Value {
    let requested_claims = Selection {
        client,
        scope: &scope("openid"),
        requested: &requested(userinfo),
    };
    Value::Object(claims_about(settings, account, requested_claims))
}

#[test]
fn each_scope_gives_its_standard_claims_and_no_others() {
    let ada = person(json!({
        "name": "Ada Lovelace", "given_name": "Ada", "email": "ada@example.com", "email_verified": true,
        "phone_number": "+1 604 555 1234", "address": { "country": "GB" }, "department": "Engines",
    }));
    let released = |granted| by_scope(&plain(), &ada, granted);
    assert_eq!(released("openid read"), json!({}));
    assert_eq!(
        released("profile"),
        json!({
            "name": "Ada Lovelace", "given_name": "Ada", "preferred_username": "ada", "updated_at": NOW.seconds(),
        })
    );
    assert_eq!(
        released("email"),
        json!({ "email": "ada@example.com", "email_verified": true })
    );
    assert_eq!(
        released("phone"),
        json!({ "phone_number": "+1 604 555 1234", "phone_number_verified": false })
    );
    assert_eq!(released("address"), json!({ "address": { "country": "GB" } }));
}

#[test]
fn what_is_not_known_is_left_out() {
    let nobody = person(json!({}));
    assert_eq!(by_scope(&plain(), &nobody, "email phone address"), json!({}));
    let unproven = person(json!({ "email_verified": true }));
    assert_eq!(by_scope(&plain(), &unproven, "email"), json!({}));
}

#[test]
fn an_address_is_not_verified_unless_somebody_said_so() {
    let ada = person(json!({ "email": "ada@example.com" }));
    let released = by_scope(&plain(), &ada, "email");
    assert_eq!(released["email_verified"], json!(false));
}

#[test]
fn the_preferred_name_is_the_username_unless_it_is_set() {
    let ada = person(json!({ "preferred_username": "Countess" }));
    assert_eq!(
        by_scope(&plain(), &ada, "profile")["preferred_username"],
        json!("Countess")
    );
}

#[test]
fn a_scope_gives_its_claims_in_every_language() {
    let ada =
        person(json!({ "family_name#de": "Gräfin", "nickname": "A", "nickname#fr": "À", "city#de": "Bern" }));
    let mut released = by_scope(&plain(), &ada, "profile");
    let released = released.as_object_mut().unwrap();
    released.retain(|name, _| name.contains("name") && name != "preferred_username");
    assert_eq!(
        json!(released),
        json!({ "family_name#de": "Gräfin", "nickname": "A", "nickname#fr": "À" })
    );
}

#[test]
fn a_claim_can_be_asked_for_without_its_scope() {
    let ada = person(json!({ "name": "Ada", "name#de": "Ada (de)", "email": "ada@example.com" }));
    let released = one_by_one(
        &plain(),
        &ada,
        &json!({
            "name": { "essential": true }, "name#de": null, "name#fr": null, "phone_number": { "essential": true },
            "sub": null, "acr": null, "department": null, "email_verified": null,
        }),
    );
    assert_eq!(
        released,
        json!({ "name": "Ada", "name#de": "Ada (de)", "email_verified": false })
    );
}

#[test]
fn a_value_that_is_asked_for_and_is_another_is_left_out() {
    let ada = person(json!({ "locale": "en-GB", "gender": "female" }));
    let released = one_by_one(
        &plain(),
        &ada,
        &json!({
            "locale": { "values": ["de", "en-GB"] }, "gender": { "value": "male" }, "nickname": { "value": "A" },
        }),
    );
    assert_eq!(released, json!({ "locale": "en-GB" }));
}

#[test]
fn an_accounts_own_claims_are_told_only_where_a_rule_maps_them() {
    let ada = person(json!({ "department": "Engines", "department#fr": "Machines", "salary": 1 }));
    let mapped = settings(json!([{ "name": "dept", "scope": "work", "from": "department" }]));
    assert_eq!(
        by_scope(&mapped, &ada, "openid work"),
        json!({ "dept": "Engines", "dept#fr": "Machines" })
    );
    assert_eq!(by_scope(&mapped, &ada, "openid"), json!({}));
    let requested_claims = json!({ "dept": null, "department": null, "salary": null });
    assert_eq!(
        one_by_one(&mapped, &ada, &requested_claims),
        json!({ "dept": "Engines" })
    );
}

#[test]
fn groups_are_told_as_the_rules_say_and_never_as_an_empty_list() {
    let member = |groups: &[&str]| Account {
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        ..person(json!({}))
    };
    let mapped = settings(json!([
        { "name": "groups", "scope": "groups", "groups": true },
        { "name": "teams", "scope": "teams", "groups": ["red", "blue"] },
        { "name": "role", "scope": "role", "groups": ["admin", "root"], "value": "operator" },
        { "name": "role", "scope": "role", "groups": ["staff"], "value": "editor" },
        { "name": "company", "scope": "role", "value": "Acme" },
    ]));
    let released = |groups: &[&str]| by_scope(&mapped, &member(groups), "groups teams role");
    assert_eq!(released(&[]), json!({ "company": "Acme" }));
    assert_eq!(
        released(&["staff", "admin", "blue"]),
        json!({ "groups": ["staff", "admin", "blue"], "teams": ["blue"], "role": "operator", "company": "Acme" })
    );
    assert_eq!(released(&["staff"])["role"], json!("editor"));
}

#[test]
fn a_rule_takes_the_place_of_a_standard_claim_but_keeps_its_type() {
    let mapped = settings(json!([
        { "name": "picture", "scope": "profile", "from": "avatar" },
        { "name": "email_verified", "scope": "email", "value": true },
    ]));
    let released = |claims| by_scope(&mapped, &person(claims), "profile email");
    let avatar = json!({ "avatar": "https://a.example/a.png", "picture": "https://a.example/p.png" });
    assert_eq!(released(avatar)["picture"], json!("https://a.example/a.png"));
    assert_eq!(released(json!({ "avatar": 7 })).get("picture"), None);
    assert_eq!(
        released(json!({ "email": "a@example.com" }))["email_verified"],
        json!(true)
    );
    assert_eq!(released(json!({})).get("email_verified"), None);
}

#[test]
fn a_rule_for_another_scope_tells_a_standard_claim_there_too() {
    let mapped = settings(json!([{ "name": "name", "scope": "card", "from": "nickname" }]));
    let ada = person(json!({ "name": "Ada", "nickname": "A" }));
    assert_eq!(by_scope(&mapped, &ada, "card"), json!({ "name": "A" }));
    assert_eq!(by_scope(&mapped, &ada, "profile")["name"], json!("Ada"));
}

#[test]
fn a_client_may_ask_one_by_one_only_for_claims_of_its_scopes() {
    let mapped = settings(json!([{ "name": "dept", "scope": "work", "from": "department" }]));
    let requested_claims =
        requested(&json!({ "name": null, "name#de": null, "email": null, "dept": null, "sub": null }));
    let names = |client: &Client| {
        askable(&mapped, client, &requested_claims)
            .into_keys()
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&client()), ["dept", "email", "name", "name#de"]);
    let narrow = Client {
        scope: Some(scope("openid email")),
        ..client()
    };
    assert_eq!(names(&narrow), ["email"]);
}

#[test]
fn people_read_of_which_scopes_the_claims_are_that_are_asked_for_one_by_one() {
    let mapped = settings(json!([{ "name": "dept", "scope": "work", "from": "department" }]));
    let requested_claims =
        requested(&json!({ "name#de": null, "email": null, "dept": null, "unknown": null }));
    assert_eq!(
        described_by(&mapped, &client(), &requested_claims),
        scope("work email profile")
    );
}

#[test]
fn a_claim_is_told_one_by_one_as_the_scopes_make_it_that_the_client_may_ask_for() {
    let mapped = settings(json!([
        { "name": "level", "scope": "staff", "value": "inner" },
        { "name": "level", "scope": "work", "value": "outer" },
        { "name": "name", "scope": "staff", "from": "nickname" },
    ]));
    let ada = person(json!({ "name": "Ada", "nickname": "A" }));
    let requested_claims = json!({ "level": null, "name": null });
    assert_eq!(
        one_by_one(&mapped, &ada, &requested_claims),
        json!({ "level": "inner", "name": "A" })
    );
    let narrow = Client {
        scope: Some(scope("openid work profile")),
        ..client()
    };
    assert_eq!(
        one_by_one_for(&narrow, &mapped, &ada, &requested_claims),
        json!({ "level": "outer", "name": "Ada" })
    );
    assert_eq!(
        described_by(&mapped, &narrow, &requested(&requested_claims)),
        scope("work profile")
    );
    let none = Client {
        scope: Some(scope("openid")),
        ..client()
    };
    assert_eq!(one_by_one_for(&none, &mapped, &ada, &requested_claims), json!({}));
}

#[test]
fn every_claim_that_can_be_told_is_named_once() {
    let mapped = settings(json!([
        { "name": "role", "scope": "a", "value": "x" },
        { "name": "role", "scope": "b", "value": "y" },
        { "name": "email", "scope": "b", "from": "work_email" },
    ]));
    let named: Vec<_> = names(&mapped).collect();
    assert_eq!(named.len(), StandardClaim::ALL.len() + 2);
    for of_rules in ["role", "groups"] {
        assert_eq!(named.iter().filter(|name| **name == of_rules).count(), 1);
    }
}

/// Checklist 1.2: no empty string, no word "null", no other type, for any account and any rules.
mod typed {
    use proptest::prelude::*;

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-z@./: -]{0,12}".prop_map(Value::from),
            Just(json!("null")),
            Just(json!([])),
            Just(json!({ "country": "GB" })),
            Just(json!("1815-12-10")),
            Just(json!("https://a.example/")),
        ]
    }

    proptest! {
        #[test]
        fn standard_claims_are_of_their_type_and_nothing_says_nothing(
            values in proptest::collection::vec((0..StandardClaim::ALL.len(), value()), 0..20),
        ) {
            let mut claims = UserClaims::default();
            for (index, value) in values {
                let own = format!("own_{index}");
                for name in [StandardClaim::ALL[index].as_str(), &own] {
                    if let Ok(with) = claims.clone().with(name, value.clone()) {
                        claims = with;
                    }
                }
            }
            let claims = claims.only(|name| name != "updated_at");
            let rules: Vec<_> = StandardClaim::ALL.iter().enumerate().map(|(index, claim)| {
                json!({ "name": claim.as_str(), "scope": "openid", "from": format!("own_{index}") })
            }).collect();
            let account = person(serde_json::to_value(claims).unwrap());
            let released = by_scope(&settings(json!(rules)), &account, "openid profile email phone address");
            for (name, value) in released.as_object().unwrap() {
                prop_assert_eq!(StandardClaim::parse(name).unwrap().check(value), Ok(()));
            }
        }
    }
}
