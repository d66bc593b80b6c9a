//! `client_secret_jwt` (OpenID Connect Core section 9): assertions signed with HS256 and the client secret.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::jose::JwtType;
use pixie_provider::Actor;
use serde_json::{Value, json};

use pixie_testing::harness::signing::{Signer, asserting};
use pixie_testing::harness::{Answer, Client, Server, basic, on_both_stores};

const CREDENTIALS: (&str, &str) = ("grant_type", "client_credentials");

async fn registered(server: &Server, further: Value) -> Client {
    let mut metadata = json!({
        "client_id": "rp", "grant_types": ["client_credentials"], "token_endpoint_auth_method": "client_secret_jwt",
    });
    for (name, value) in further.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    server.register(metadata).await
}

fn signed(header: &Value, claims: &Value, secret: &str) -> String {
    let encode = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signing = format!("{}.{}", encode(header), encode(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, signing.as_bytes());
    format!("{signing}.{}", URL_SAFE_NO_PAD.encode(tag))
}

/// Claims of a good assertion, with changes.
fn claims(server: &Server, jti: &str, changes: &Value) -> Value {
    let now = server.provider.now().seconds();
    let mut claims = json!({
        "iss": "rp", "sub": "rp", "aud": "http://localhost:8000/o", "iat": now, "exp": now + 60, "jti": jti,
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

async fn token(server: &Server, assertion: &str) -> Answer {
    server
        .post("/o/token/", &asserting(assertion, &[CREDENTIALS]))
        .await
}

#[on_both_stores]
async fn an_assertion_signed_with_the_secret_authenticates_once() {
    let server = Server::start().await;
    let client = registered(&server, json!({})).await;
    let secret = client.secret.as_deref().unwrap();
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    let assertion = signed(&header, &claims(&server, "one", &json!({})), secret);
    token(&server, &assertion).await.assert_status(200);
    token(&server, &assertion).await.assert_error("invalid_client");
    for (jti, header, changes, key) in [
        (
            "2",
            json!({ "alg": "HS256" }),
            json!({}),
            "another secret of thirty-two characters",
        ),
        ("3", json!({ "alg": "HS512" }), json!({}), secret),
        ("4", json!({ "alg": "none" }), json!({}), secret),
        (
            "5",
            json!({ "alg": "HS256" }),
            json!({ "aud": "https://other.example" }),
            secret,
        ),
        (
            "6",
            json!({ "alg": "HS256" }),
            json!({ "aud": ["http://localhost:8000/o", "https://other.example"] }),
            secret,
        ),
        ("7", json!({ "alg": "HS256" }), json!({ "exp": 1 }), secret),
        ("8", json!({ "alg": "HS256" }), json!({ "sub": "other" }), secret),
        ("9", json!({ "alg": "HS256", "typ": "at+jwt" }), json!({}), secret),
    ] {
        let refused = signed(&header, &claims(&server, jti, &changes), key);
        token(&server, &refused).await.assert_error("invalid_client");
    }
}

#[on_both_stores]
async fn the_secret_itself_is_not_accepted_and_the_store_has_it_sealed() {
    let server = Server::start().await;
    let client = registered(&server, json!({})).await;
    let secret = client.secret.clone().unwrap();
    server
        .token(&client, &[CREDENTIALS])
        .await
        .assert_error("invalid_client");
    let in_header = server
        .post_with("/o/token/", &[CREDENTIALS], basic("rp", &secret))
        .await;
    in_header.assert_error("invalid_client");
    let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    for rows in server.database() {
        let has = |text: &str| rows.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(
            !has(&secret) && !has(&hexadecimal),
            "the secret is readable in the database"
        );
    }
}

#[on_both_stores]
async fn rotating_ends_the_secret_before_and_another_method_gets_another_secret() {
    let server = Server::start().await;
    let client = registered(&server, json!({})).await;
    let first = client.secret.clone().unwrap();
    let rotated = server
        .provider
        .rotate_client_secret(Actor::Operator, client.key)
        .await
        .unwrap();
    let second = rotated.secret.unwrap();
    let header = json!({ "alg": "HS256" });
    let with = |jti: &str, secret: &str| signed(&header, &claims(&server, jti, &json!({})), secret);
    token(&server, &with("a", &first))
        .await
        .assert_error("invalid_client");
    token(&server, &with("b", second.expose()))
        .await
        .assert_status(200);
    let change =
        serde_json::from_value(json!({ "token_endpoint_auth_method": "client_secret_post" })).unwrap();
    let changed = server
        .provider
        .update_client(Actor::Operator, client.key, &change, None)
        .await
        .unwrap();
    assert!(
        changed
            .secret
            .is_some_and(|third| third.expose() != second.expose())
    );
}

/// A secret that somebody chose is a key of HS256 from 32 characters on, and no key of a client that signs with its own is one.
#[on_both_stores]
async fn a_chosen_secret_is_long_and_public_keys_are_no_secrets() {
    let server = Server::start().await;
    let metadata = |secret: &str| {
        serde_json::from_value(json!({
            "client_id": "chosen", "grant_types": ["client_credentials"], "client_secret": secret,
            "token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "HS256",
        }))
        .unwrap()
    };
    let short = metadata("thirty-one characters, too short");
    let refused = server.provider.register_client(Actor::Operator, &short).await;
    assert!(refused.is_ok(), "32 characters");
    let refused = server
        .provider
        .register_client(Actor::Operator, &metadata("thirty-one characters are short"))
        .await;
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("at least 32 characters")
    );
    let signer = Signer::register(&server, "signer", json!({})).await;
    let public = serde_json::to_string(signer.key.public()).unwrap();
    let forged = signed(&json!({ "alg": "HS256" }), &signer.claims(&server), &public);
    token(&server, &forged).await.assert_error("invalid_client");
    let own = signer
        .key
        .sign(JwtType::Jwt, &claims(&server, "x", &json!({})))
        .unwrap();
    registered(&server, json!({})).await;
    token(&server, &own).await.assert_error("invalid_client");
}
