//! The claims that a token must have (RFC 9068 sections 2 and 4, RFC 8725).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

#[tokio::test]
async fn only_a_token_of_the_type_of_access_tokens_is_one() {
    let key = key();
    let fixture = Fixture::of(&key);
    for typ in JwtType::ALL {
        let token = key.sign(*typ, &claims()).unwrap();
        let is_access_token = *typ == JwtType::AccessToken;
        assert_eq!(fixture.is_active(&token).await, is_access_token, "{typ}");
    }
}

#[tokio::test]
async fn a_token_of_another_issuer_or_for_another_api_is_refused() {
    let key = key();
    let fixture = Fixture::of(&key);
    for (name, value) in [
        ("iss", json!("https://as.example")),
        ("iss", json!("https://as.example/o/")),
        ("iss", json!("https://evil.example/o")),
        ("aud", json!("https://api.example")),
        ("aud", json!("https://other.example/")),
        ("aud", json!(["https://other.example/"])),
        ("aud", json!([])),
        ("aud", json!(ISSUER)),
    ] {
        let token = sign(&key, &with(name, value.clone()));
        assert!(!fixture.is_active(&token).await, "{name} {value}");
    }
    let several = sign(&key, &with("aud", json!(["https://other.example/", API])));
    assert!(fixture.is_active(&several).await);
}

#[tokio::test]
async fn clocks_may_differ_by_fifteen_seconds() {
    let key = key();
    let fixture = Fixture::of(&key);
    for (name, seconds, active) in [
        ("exp", -14, true),
        ("exp", -15, false),
        ("exp", -3600, false),
        ("iat", 15, true),
        ("iat", 16, false),
        ("nbf", 15, true),
        ("nbf", 16, false),
        ("nbf", -3600, true),
    ] {
        let token = sign(&key, &with(name, json!(NOW + seconds)));
        assert_eq!(fixture.is_active(&token).await, active, "{name} {seconds}");
    }
}

#[tokio::test]
async fn what_rfc_9068_requires_must_be_there_and_well_formed() {
    let key = key();
    let fixture = Fixture::of(&key);
    for name in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] {
        let token = sign(&key, &with(name, Value::Null));
        assert!(!fixture.is_active(&token).await, "without {name}");
        let token = sign(&key, &with(name, json!({})));
        assert!(!fixture.is_active(&token).await, "{name} is an object");
    }
    for (name, value) in [
        ("exp", json!("1900000000")),
        ("nbf", json!("tomorrow")),
        ("nbf", json!(1e300)),
        ("scope", json!(["read"])),
    ] {
        let token = sign(&key, &with(name, value.clone()));
        assert!(!fixture.is_active(&token).await, "{name} {value}");
    }
    assert!(fixture.is_active(&sign(&key, &with("scope", Value::Null))).await);
}

/// RFC 9449 section 7.2: if a bound token were accepted as a bearer token, a thief could use it.
#[tokio::test]
async fn a_token_that_is_bound_to_a_key_is_no_bearer_token() {
    let key = key();
    let fixture = Fixture::of(&key);
    for cnf in [json!({ "jkt": "x" }), json!({ "x5t#S256": "x" }), json!({})] {
        let token = sign(&key, &with("cnf", cnf));
        assert!(!fixture.is_active(&token).await);
    }
}

#[tokio::test]
async fn nobody_signs_but_the_issuer() {
    let own = key();
    let fixture = Fixture::of(&own);
    let stranger = key();
    assert!(!fixture.is_active(&sign(&stranger, &claims())).await);

    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let kid = own.public().kid().unwrap();
    let public = serde_json::to_string(own.public()).unwrap();
    for alg in ["none", "None", "HS256", "ES256", "RS256", ""] {
        let header = part(&json!({ "alg": alg, "typ": "at+jwt", "kid": kid }));
        let signed = format!("{header}.{}", part(&claims()));
        let hmac = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, public.as_bytes());
        let tag = aws_lc_rs::hmac::sign(&hmac, signed.as_bytes());
        for signature in [&b""[..], &[0; 64], tag.as_ref()] {
            let forged = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
            assert!(!fixture.is_active(&forged).await, "{alg}");
        }
    }
}

#[tokio::test]
async fn an_algorithm_that_is_not_on_the_list_does_not_count() {
    let key = key();
    let token = sign(&key, &claims());
    for (algorithms, active) in [
        (&[SigningAlgorithm::Es256][..], true),
        (&[SigningAlgorithm::Rs256, SigningAlgorithm::EdDsa], false),
        (&[], false),
    ] {
        let mut fixture = Fixture::of(&key);
        fixture.tokens = fixture.tokens.algorithms(algorithms);
        assert_eq!(fixture.is_active(&token).await, active, "{algorithms:?}");
    }
}

#[tokio::test]
async fn every_algorithm_verifies_with_its_key() {
    for algorithm in [
        SigningAlgorithm::Es256,
        SigningAlgorithm::Es384,
        SigningAlgorithm::EdDsa,
    ] {
        let key = SigningKey::generate(algorithm).unwrap();
        let fixture = Fixture::of(&key);
        assert!(fixture.is_active(&sign(&key, &claims())).await, "{algorithm}");
    }
}
