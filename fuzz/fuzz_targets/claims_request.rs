//! A claims request asks for what its JSON names and nothing else, and is kept as it was read (OpenID Connect Core section 5.5).
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use pixie_oauth::{ClaimRequest, ClaimsRequest};
use serde_json::Value;

fuzz_target!(|text: &str| {
    let Ok(request) = ClaimsRequest::parse(text) else {
        return;
    };
    let json: Value = serde_json::from_str(text).expect("what is no JSON was accepted");
    asks_for_what_is_named(&request.userinfo, &json["userinfo"]);
    asks_for_what_is_named(&request.id_token, &json["id_token"]);
    assert!(
        request.userinfo.len() + request.id_token.len() <= 100,
        "the number of claims is not bounded"
    );

    let kept = serde_json::to_string(&request).expect("it can be written");
    let read: ClaimsRequest = serde_json::from_str(&kept).expect("what is kept is not read again");
    asks_for_what_is_named(&read.userinfo, &json["userinfo"]);
    asks_for_what_is_named(&read.id_token, &json["id_token"]);
});

fn asks_for_what_is_named(claims: &BTreeMap<String, ClaimRequest>, json: &Value) {
    let named = json.as_object().into_iter().flat_map(serde_json::Map::keys);
    assert!(claims.keys().eq(named), "other claims");
    for (name, request) in claims {
        let member = &json[name];
        assert_eq!(request.essential, member["essential"] == true, "another weight");
        if let Some(value) = &request.value {
            let listed = request
                .values
                .as_ref()
                .is_none_or(|values| values.contains(value));
            assert_eq!(
                request.accepts(value),
                listed,
                "the value that is asked for does not do"
            );
        }
    }
}
