//! Only what says that it is unsigned is read without a key, and a request object speaks for its own client and holds no
//! other request (RFC 9101 section 4, RFC 7519 section 6).
//!
//! The input is a token, or the claims of one.
#![no_main]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use pixie_oauth::jose::{JwkSet, SigningAlgorithm, UnverifiedJwt};
use pixie_oauth::{ClientId, ExpectedRequestObject, UnsignedRequestObject, request_object_params};
use serde_json::{Map, Value};

const NOW: i64 = 1_700_000_000;

fuzz_target!(|input: &str| {
    if let Ok(Some(unsigned)) = UnsignedRequestObject::parse(input) {
        says_that_it_is_unsigned(input);
        becomes_parameters(unsigned.claims());
    }
    if let Ok(claims) = serde_json::from_str::<Map<String, Value>>(input) {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.", encode(r#"{"alg":"none"}"#), encode(input));
        if let Ok(unsigned) = UnsignedRequestObject::parse(&token) {
            let unsigned = unsigned.expect("an unsigned request object was overlooked");
            assert_eq!(unsigned.claims(), &claims, "other claims");
        }
        becomes_parameters(&claims);
    }
});

fn says_that_it_is_unsigned(token: &str) {
    assert!(token.ends_with('.'), "a signature was overlooked");
    let header = token.split('.').next().unwrap_or_default();
    let header = URL_SAFE_NO_PAD.decode(header).expect("base64url");
    let header: Value = serde_json::from_slice(&header).expect("JSON");
    assert_eq!(header["alg"], "none", "another algorithm");
    let verified =
        UnverifiedJwt::parse(token).map(|token| token.verify(&JwkSet::default(), SigningAlgorithm::ALL));
    assert!(!matches!(verified, Ok(Ok(_))), "an unsigned token verifies");
}

fn becomes_parameters(claims: &Map<String, Value>) {
    let expected = ExpectedRequestObject {
        client_id: &ClientId::parse("client").expect("a client id"),
        issuer: "https://as.example/o",
    };
    let Ok(params) = request_object_params(claims, &expected, NOW) else {
        return;
    };
    for (name, value) in &params {
        assert!(
            name != "request" && name != "request_uri",
            "a request in a request"
        );
        if name == "client_id" {
            assert_eq!(value, "client", "another client");
        } else if let Some(text) = claims[name].as_str() {
            assert_eq!(value, text, "another value");
        }
    }
    let named = params.iter().filter(|(name, _)| name == "client_id").count();
    assert_eq!(named, 1, "the client is named once");
    let over = |name: &str| claims.get(name).and_then(Value::as_i64);
    assert!(
        over("exp").is_none_or(|exp| exp > NOW - 15),
        "an expired one was accepted"
    );
    assert!(
        over("nbf").is_none_or(|nbf| nbf <= NOW + 15),
        "one that is not yet valid was accepted"
    );
}
