//! `private_key_jwt` (RFC 7523, OpenID Connect Core section 9).

use pixie_oauth::jose::{JwtType, SigningAlgorithm, SigningKey};
use pixie_provider::{Fetched, OutboundError};
use serde_json::{Value, json};

use pixie_testing::harness::signing::{Signer, asserting, forged, forgeries};
use pixie_testing::harness::{Answer, Server, Tokens, VERIFIER, basic, in_parallel, on_both_stores};

const ISSUER: &str = "http://localhost:8000/o";
const JWKS_URI: &str = "https://rp.example/jwks";
const CREDENTIALS: (&str, &str) = ("grant_type", "client_credentials");

async fn token(server: &Server, assertion: &str) -> Answer {
    server
        .post("/o/token/", &asserting(assertion, &[CREDENTIALS]))
        .await
}

#[track_caller]
fn assert_refused(answer: &Answer, because: &str) {
    answer.assert_error("invalid_client");
    let json = answer.json();
    let text = json["error_description"].as_str().unwrap();
    assert!(text.contains(because), "{because}: {text}");
    assert!(
        text.bytes()
            .all(|byte| matches!(byte, 0x20..=0x7e) && byte != b'"' && byte != b'\\'),
        "{text}"
    );
}

/// The same with other claims.
async fn changed(server: &Server, signer: &Signer, changes: Value) -> Answer {
    token(server, &signer.assertion_with(server, &changes)).await
}

#[on_both_stores]
async fn a_signed_assertion_authenticates_at_each_endpoint() {
    let server = Server::start().await;
    let signer = Signer::register(&server, "rp", json!({})).await;
    let issued = signer
        .post(&server, "/o/token/", &[CREDENTIALS])
        .await
        .assert_status(200);
    let access = Tokens::of(&issued).access;
    let introspection = signer
        .post(&server, "/o/introspect/", &[("token", &access)])
        .await;
    assert_eq!(introspection.assert_status(200).json()["active"], true);
    signer
        .post(&server, "/o/revoke_token/", &[("token", &access)])
        .await
        .assert_status(200);
    assert!(!server.is_active(&access).await);
}

#[on_both_stores]
async fn whatever_algorithm_the_registered_key_has_signs() {
    let server = Server::start().await;
    for algorithm in SigningAlgorithm::ALL {
        let further = json!({ "token_endpoint_auth_method": "private_key_jwt" });
        let id = algorithm.as_str().to_lowercase();
        let signer = Signer::with(&server, &id, *algorithm, further).await;
        signer
            .post(&server, "/o/token/", &[CREDENTIALS])
            .await
            .assert_status(200);
    }
}

#[on_both_stores]
async fn the_audience_is_the_issuer_the_token_endpoint_or_the_endpoint_called() {
    let server = Server::start().await;
    let signer = Signer::register(&server, "rp", json!({})).await;
    for aud in [
        json!(ISSUER),
        json!([ISSUER]),
        json!("http://localhost:8000/o/token/"),
        json!("http://localhost:8000/o/token"),
        json!([ISSUER, "http://localhost:8000/o/token/"]),
    ] {
        changed(&server, &signer, json!({ "aud": aud }))
            .await
            .assert_status(200);
    }
    for aud in [
        json!("https://other.example/o"),
        json!(["https://other.example/o"]),
        json!(["https://other.example", ISSUER]),
        json!([ISSUER, "https://other.example"]),
        json!("http://localhost:8000/o/"),
        json!("http://localhost:8000"),
        json!("http://localhost:8000/o/introspect/"),
        json!("http://localhost:8000/o/revoke_token/"),
        json!("rp"),
        json!([ISSUER, 1]),
        json!({ "a": ISSUER }),
        json!([]),
        json!(null),
    ] {
        assert_refused(&changed(&server, &signer, json!({ "aud": aud })).await, "aud");
    }
    for (path, accepted) in [
        ("/o/introspect/", true),
        ("/o/introspect", true),
        ("/o/revoke_token/", false),
    ] {
        for aud in [
            "http://localhost:8000/o/introspect/",
            "http://localhost:8000/o/introspect",
        ] {
            let assertion = signer.assertion_with(&server, &json!({ "aud": aud }));
            let answer = server.post(path, &asserting(&assertion, &[("token", "x")])).await;
            assert_eq!(answer.status == 200, accepted, "{path} {aud}");
        }
    }
}

#[on_both_stores]
async fn what_an_assertion_must_say_is_checked() {
    let server = Server::start().await;
    let signer = Signer::register(&server, "rp", json!({})).await;
    let now = server.provider.now().seconds();
    for (changes, because) in [
        (json!({ "iss": null }), "iss"),
        (json!({ "iss": "another" }), "iss"),
        (json!({ "exp": null }), "exp is missing"),
        (json!({ "exp": now - 300 }), "expired"),
        (json!({ "exp": now - 15 }), "expired"),
        (json!({ "exp": now + 3601 }), "one hour"),
        (json!({ "exp": "soon" }), "numbers"),
        (json!({ "exp": 1e300 }), "numbers"),
        (json!({ "nbf": now + 61 }), "not yet valid"),
        (json!({ "iat": now + 61 }), "future"),
        (json!({ "jti": null }), "jti"),
        (json!({ "jti": "" }), "jti"),
        (json!({ "jti": "x".repeat(256) }), "jti"),
    ] {
        assert_refused(&changed(&server, &signer, changes.clone()).await, because);
    }
    for good in [
        json!({ "nbf": now + 8 }),
        json!({ "iat": now + 8 }),
        json!({ "iat": null, "nbf": now }),
    ] {
        changed(&server, &signer, good).await.assert_status(200);
    }
}

#[on_both_stores]
async fn the_client_is_sub_of_the_assertion_and_client_id_must_agree() {
    let server = Server::start().await;
    let signer = Signer::register(&server, "rp", json!({})).await;
    let other = Signer::register(&server, "other", json!({})).await;
    let with_id = async |id: &str, changes: Value| {
        let assertion = signer.assertion_with(&server, &changes);
        let form = [CREDENTIALS, ("client_id", id)];
        server.post("/o/token/", &asserting(&assertion, &form)).await
    };
    with_id("rp", json!({})).await.assert_status(200);
    assert_refused(&with_id("other", json!({})).await, "client_id must be sub");
    assert_refused(
        &with_id("rp", json!({ "sub": null })).await,
        "sub must be the client_id",
    );
    assert_refused(
        &changed(&server, &signer, json!({ "sub": null })).await,
        "No client is named",
    );
    // Its own key does not make one client another.
    assert_refused(
        &changed(&server, &signer, json!({ "sub": "other", "iss": "other" })).await,
        "no known key goes with the token",
    );
    let nobody = json!({ "sub": "nobody", "iss": "nobody" });
    assert_refused(&changed(&server, &other, nobody).await, "unknown client");
}

#[on_both_stores]
async fn an_assertion_is_good_once_also_among_many_at_once_and_after_a_restart() {
    let server = Server::start().await;
    let signer = Signer::register(&server, "rp", json!({})).await;
    let assertion = signer.assertion(&server);
    let form = pixie_testing::harness::encode(&asserting(&assertion, &[CREDENTIALS]));
    let router = server.router();
    let answers = in_parallel(50, || {
        let request = axum::http::Request::post("/o/token/")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(axum::body::Body::from(form.clone()))
            .unwrap();
        let router = router.clone();
        async move { Answer::read(tower::ServiceExt::oneshot(router, request).await.unwrap()).await }
    })
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_refused(answer, "used before");
    }
    drop(router);
    let server = server.restart().await;
    assert_refused(&token(&server, &assertion).await, "used before");
    server.clock.advance(74);
    assert_refused(&token(&server, &assertion).await, "used before");
    server.clock.advance(1);
    assert_refused(&token(&server, &assertion).await, "expired");
}

#[on_both_stores]
async fn two_clients_may_use_the_same_jti() {
    let server = Server::start().await;
    for id in ["rp", "other"] {
        let signer = Signer::register(&server, id, json!({})).await;
        changed(&server, &signer, json!({ "jti": "1" }))
            .await
            .assert_status(200);
        assert_refused(
            &changed(&server, &signer, json!({ "jti": "1" })).await,
            "used before",
        );
    }
}

#[on_both_stores]
async fn only_the_clients_own_key_makes_an_assertion() {
    let server = Server::start().await;
    let signer = Signer::register(&server, "rp", json!({})).await;
    Signer::register(&server, "other", json!({})).await;
    let before = server.database();
    for forgery in forgeries(&signer.key, &signer.claims(&server)) {
        token(&server, &forgery).await.assert_error("invalid_client");
    }
    assert_eq!(
        server.database(),
        before,
        "strangers must not make the server store anything"
    );
    assert!(server.outbound().fetches().is_empty());
}

#[on_both_stores]
async fn what_is_no_token_or_a_huge_one_is_refused_without_work() {
    let server = Server::start().await;
    let signer = Signer::register(&server, "rp", json!({})).await;
    let huge = signer.assertion_with(&server, &json!({ "x": "x".repeat(40_000) }));
    let deep = format!(r#"{}1{}"#, "[".repeat(5000), "]".repeat(5000));
    let deep = format!(
        "e30.{}.AA",
        base64::Engine::encode(
            &base64::engine::general_purpose::URL_SAFE_NO_PAD,
            format!(r#"{{"sub":"rp","x":{deep}}}"#),
        )
    );
    for text in ["x", "a.b.c", "..", huge.as_str(), deep.as_str()] {
        assert_refused(&token(&server, text).await, "cannot be read");
    }
    let wrong = forged(&json!({ "alg": 7 }), &json!({}), b"");
    assert_refused(&token(&server, &wrong).await, "cannot be read");
}

#[on_both_stores]
async fn two_methods_at_once_are_refused_even_if_both_are_right() {
    let server = Server::start().await;
    let signer = Signer::register(&server, "rp", json!({})).await;
    let api = server.api().await;
    let secret = api.secret.as_deref().unwrap();
    let assertion = signer.assertion(&server);
    let form = asserting(&assertion, &[CREDENTIALS]);
    server
        .post_with("/o/token/", &form, basic("rp", ""))
        .await
        .assert_error("invalid_request");
    server
        .post_with("/o/token/", &form, basic("api", secret))
        .await
        .assert_error("invalid_request");
    let with_secret = asserting(&assertion, &[CREDENTIALS, ("client_secret", secret)]);
    server
        .post("/o/token/", &with_secret)
        .await
        .assert_error("invalid_request");
    // It was not used up.
    token(&server, &assertion).await.assert_status(200);
}

#[on_both_stores]
async fn a_client_authenticates_as_it_is_registered_and_not_otherwise() {
    let server = Server::start().await;
    let signer = Signer::register(&server, "rp", json!({})).await;
    server
        .post(
            "/o/token/",
            &[
                CREDENTIALS,
                ("client_id", "rp"),
                ("client_secret", &"x".repeat(40)),
            ],
        )
        .await
        .assert_error("invalid_client");
    assert_refused(
        &server
            .post("/o/token/", &[CREDENTIALS, ("client_id", "rp")])
            .await,
        "client_assertion is missing",
    );
    for (id, method) in [
        ("secret", "client_secret_basic"),
        ("post", "client_secret_post"),
        ("public", "none"),
    ] {
        let further = json!({
            "token_endpoint_auth_method": method, "grant_types": ["authorization_code", "refresh_token"],
        });
        let other = Signer::with(&server, id, SigningAlgorithm::Es256, further).await;
        assert_refused(
            &token(&server, &other.assertion(&server)).await,
            "not registered for private_key_jwt",
        );
    }
    for kind in ["", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"] {
        let assertion = signer.assertion(&server);
        let form = [
            CREDENTIALS,
            ("client_assertion", &*assertion),
            ("client_assertion_type", kind),
        ];
        assert_refused(
            &server.post("/o/token/", &form).await,
            "client_assertion_type must be",
        );
    }
    let form = asserting("", &[CREDENTIALS, ("client_id", "rp")]);
    assert_refused(
        &server.post("/o/token/", &form).await,
        "client_assertion is missing",
    );
}

#[on_both_stores]
async fn only_the_registered_algorithm_signs_where_there_is_one() {
    let server = Server::start().await;
    let further = json!({
        "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "PS256",
    });
    let rsa = Signer::with(&server, "rsa", SigningAlgorithm::Ps256, further).await;
    rsa.post(&server, "/o/token/", &[CREDENTIALS])
        .await
        .assert_status(200);
    // A client with a key of each kind may use the registered one only.
    let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
    let further = json!({
        "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "PS256",
        "jwks": { "keys": [key.public(), rsa.key.public()] },
    });
    let both = Signer::with(&server, "both", SigningAlgorithm::Ps256, further).await;
    let ec = Signer {
        client: both.client,
        key,
    };
    assert_refused(
        &token(&server, &ec.assertion(&server)).await,
        "algorithm is not accepted",
    );
}

#[on_both_stores]
async fn a_token_for_another_use_is_no_assertion() {
    let server = Server::start().await;
    let signer = Signer::register(&server, "rp", json!({})).await;
    let claims = signer.claims(&server);
    for typ in [JwtType::AccessToken, JwtType::LogoutToken, JwtType::RequestObject] {
        let assertion = signer.key.sign(typ, &claims).unwrap();
        assert_refused(&token(&server, &assertion).await, "another use");
    }
    // A request object goes through browsers: its readers must not become the client.
    let request = json!({ "response_type": "code", "redirect_uri": "https://rp.example/cb" });
    assert_refused(&changed(&server, &signer, request).await, "another use");
    let assertion = signer.key.sign(JwtType::ClientAuthentication, &claims).unwrap();
    token(&server, &assertion).await.assert_status(200);
}

#[on_both_stores]
async fn a_failed_authentication_burns_no_code() {
    let server = Server::start().await;
    let signer = Signer::register(&server, "rp", json!({})).await;
    let code = server.code(&signer.client, "alice").await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", &signer.client.redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    let stale = signer.assertion_with(&server, &json!({ "exp": 1 }));
    assert_refused(
        &server.post("/o/token/", &asserting(&stale, &form)).await,
        "expired",
    );
    signer.post(&server, "/o/token/", &form).await.assert_status(200);
}

/// OpenID certification, `registration-jwks-uri` and `refresh-token-rp-key-rotation`.
#[on_both_stores]
async fn keys_at_an_address_are_fetched_and_fetched_again_when_the_client_changes_them() {
    let server = Server::start().await;
    let mut signer = Signer::register(&server, "rp", json!({ "jwks_uri": JWKS_URI })).await;
    let publish = |key: &SigningKey| {
        let body = json!({ "keys": [key.public()] }).to_string().into_bytes();
        let document = Fetched {
            body,
            max_age: Some(3600),
            ..Fetched::default()
        };
        server.outbound().answer_fetch(JWKS_URI, Ok(document));
    };
    publish(&signer.key);
    let code = server.code(&signer.client, "alice").await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", &signer.client.redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    let tokens = Tokens::of(&signer.post(&server, "/o/token/", &form).await.assert_status(200));
    signer
        .post(&server, "/o/token/", &[CREDENTIALS])
        .await
        .assert_status(200);
    assert_eq!(server.outbound().fetches().len(), 1);

    let old = std::mem::replace(
        &mut signer.key,
        SigningKey::generate(SigningAlgorithm::Es256).unwrap(),
    );
    publish(&signer.key);
    server.clock.advance(10);
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*tokens.refresh),
    ];
    signer.post(&server, "/o/token/", &form).await.assert_status(200);
    assert_eq!(server.outbound().fetches().len(), 2);
    signer.key = old;
    let answer = signer.post(&server, "/o/token/", &[CREDENTIALS]).await;
    assert_refused(&answer, "no known key goes with the token");
    assert_eq!(
        server.outbound().fetches().len(),
        2,
        "strangers must not make Pixie hammer a client"
    );
}

#[on_both_stores]
async fn the_developer_learns_why_there_are_no_keys() {
    let server = Server::start().await;
    let signer = Signer::register(&server, "rp", json!({ "jwks_uri": JWKS_URI })).await;
    for (answer, because) in [
        (
            Err(OutboundError::ForbiddenAddress),
            "its jwks_uri names a host that has no public address.",
        ),
        (
            Err(OutboundError::Status(500)),
            "its jwks_uri answered with status 500.",
        ),
        (Ok("<html>"), "its jwks_uri does not give JSON."),
        (
            Ok(r#"{"keys":"none"}"#),
            "the registered keys are not a JWK Set of public keys.",
        ),
    ] {
        let answer = answer.map(|body: &str| Fetched {
            body: body.into(),
            ..Fetched::default()
        });
        server.outbound().answer_fetch(JWKS_URI, answer);
        assert_refused(&token(&server, &signer.assertion(&server)).await, because);
        server.clock.advance(10);
    }
    let keys = json!({ "keys": [signer.key.public()] }).to_string();
    server.outbound().answer_json(JWKS_URI, keys);
    signer
        .post(&server, "/o/token/", &[CREDENTIALS])
        .await
        .assert_status(200);
}
