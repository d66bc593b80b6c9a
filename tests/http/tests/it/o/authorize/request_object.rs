//! Authorization requests as tokens (OpenID Connect Core section 6.1, RFC 9101).

use pixie_oauth::jose::{JwtType, SigningAlgorithm, SigningKey};
use serde_json::{Value, json};

use pixie_testing::harness::signing::{Signer, forged, forgeries, merged};
use pixie_testing::harness::{Answer, Server, VERIFIER, challenge, on_both_stores};

const CALLBACK: &str = "https://rp.example/cb";
const PAGE: &str = "Invalid request from the application";

/// A trusted client that signs request objects, or need not if its profile is `oidc`.
pub(super) async fn client(server: &Server, further: Value) -> Signer {
    let public = json!({
        "token_endpoint_auth_method": "none", "grant_types": ["authorization_code", "refresh_token"],
    });
    Signer::with(server, "rp", SigningAlgorithm::Es256, merged(public, &further)).await
}

/// The claims of a whole request.
pub(super) fn whole(changes: &Value) -> Value {
    let claims = json!({
        "iss": "rp", "aud": "http://localhost:8000/o", "client_id": "rp", "response_type": "code",
        "redirect_uri": CALLBACK, "code_challenge": challenge(VERIFIER), "code_challenge_method": "S256",
        "state": "inside", "scope": "read",
    });
    merged(claims, changes)
}

/// A request with this object and nothing beside it but what is given.
fn path(object: &str, beside: &[(&str, &str)]) -> String {
    let mut pairs = vec![("client_id", "rp"), ("request", object)];
    pairs.extend(beside);
    format!("/o/authorize/?{}", pixie_testing::harness::encode(&pairs))
}

/// The response to an object, with a redirect URI beside it for its error.
async fn refusal(server: &Server, object: &str) -> Answer {
    let beside = [
        ("redirect_uri", CALLBACK),
        ("state", "outside"),
        ("response_type", "code"),
    ];
    server.browser().get(&path(object, &beside)).await
}

#[track_caller]
fn assert_refused(answer: &Answer, error: &str, because: &str) {
    answer.assert_refused("https://rp.example/cb?error=", error);
    assert_eq!(answer.location_param("state").as_deref(), Some("outside"));
    let text = answer.location_param("error_description").unwrap();
    assert!(text.contains(because), "{because}: {text}");
    assert!(
        text.bytes()
            .all(|byte| matches!(byte, 0x20..=0x7e) && byte != b'"' && byte != b'\\'),
        "{text}"
    );
}

#[on_both_stores]
async fn a_signed_object_is_a_whole_request() {
    let server = Server::start().await;
    let rp = client(&server, json!({})).await;
    let object = rp.sign(&whole(&json!({})));
    let answer = server.sign_in("alice").await.get(&path(&object, &[])).await;
    assert!(
        answer.location().starts_with("https://rp.example/cb?code="),
        "{answer:?}"
    );
    assert_eq!(answer.location_param("state").as_deref(), Some("inside"));
    let tokens = server.redeem(&rp.client, &answer.code()).await.assert_status(200);
    assert_eq!(tokens.json()["scope"], "read");
}

#[on_both_stores]
async fn what_is_inside_wins_and_what_is_beside_it_is_added() {
    let server = Server::start().await;
    let rp = client(
        &server,
        json!({ "redirect_uris": [CALLBACK, "https://rp.example/other"] }),
    )
    .await;
    let browser = server.sign_in("alice").await;
    let object = rp.sign(&whole(&json!({ "scope": null })));
    let beside = [
        ("redirect_uri", "https://rp.example/other"),
        ("state", "outside"),
        ("code_challenge", "x"),
        ("scope", "write"),
        ("response_type", "code"),
    ];
    let answer = browser.get(&path(&object, &beside)).await;
    assert!(
        answer.location().starts_with("https://rp.example/cb?code="),
        "{answer:?}"
    );
    assert_eq!(answer.location_param("state").as_deref(), Some("inside"));
    let tokens = server.redeem(&rp.client, &answer.code()).await.assert_status(200);
    assert_eq!(tokens.json()["scope"], "write");
}

/// OpenID certification, `ensure-request-object-with-redirect-uri`.
#[on_both_stores]
async fn a_redirect_uri_inside_is_honoured_whatever_is_outside() {
    let server = Server::start().await;
    let rp = client(&server, json!({})).await;
    let browser = server.sign_in("alice").await;
    let outside = [("redirect_uri", "https://evil.example/")];
    let object = rp.sign(&whole(&json!({})));
    let answer = browser.get(&path(&object, &outside)).await;
    assert!(
        answer.location().starts_with("https://rp.example/cb?code="),
        "{answer:?}"
    );
    for redirect_uri in ["https://evil.example/", "https://rp.example/cb?x"] {
        let object = rp.sign(&whole(&json!({ "redirect_uri": redirect_uri })));
        let beside = [("redirect_uri", CALLBACK)];
        browser.get(&path(&object, &beside)).await.assert_page(400, PAGE);
    }
    let neither = rp.sign(&whole(&json!({ "redirect_uri": null })));
    browser.get(&path(&neither, &[])).await.assert_page(400, PAGE);
}

#[on_both_stores]
async fn the_request_is_the_same_through_login_and_consent() {
    let server = Server::start().await;
    let rp = client(&server, json!({ "skip_authorization": false })).await;
    let object = rp.sign(&whole(&json!({ "prompt": "login", "login_hint": "alice" })));
    let browser = server.sign_in("bob").await;
    let redirect = browser.get(&path(&object, &[])).await.assert_status(302);
    assert!(redirect.location().starts_with("/o/login/?next="), "{redirect:?}");
    let signed_in = browser
        .sign_in_at(redirect.location(), "alice")
        .await
        .assert_status(303);
    let consent = browser.get(signed_in.location()).await.assert_status(302);
    assert!(consent.location().starts_with("/o/consent/?"), "{consent:?}");
    let answer = browser
        .decide_at(consent.location(), "allow")
        .await
        .assert_status(303);
    assert_eq!(answer.location_param("state").as_deref(), Some("inside"));
    server.redeem(&rp.client, &answer.code()).await.assert_status(200);
}

/// RFC 9101 section 10.2: what travels through the browser is believed only if the client signed it.
#[on_both_stores]
async fn only_the_clients_own_key_signs_its_requests() {
    let server = Server::start().await;
    let rp = client(&server, json!({})).await;
    let other = Signer::register(&server, "other", json!({})).await;
    let claims = whole(&json!({}));
    for forgery in forgeries(&rp.key, &claims) {
        assert_refused(&refusal(&server, &forgery).await, "invalid_request_object", "");
    }
    let by_other = other.sign(&claims);
    assert_refused(
        &refusal(&server, &by_other).await,
        "invalid_request_object",
        "no known key",
    );
    assert!(server.outbound().fetches().is_empty());
    let object = rp.sign(&claims);
    let (start, signature) = object.rsplit_once('.').unwrap();
    let (header, _) = start.split_once('.').unwrap();
    let edited = forged(&json!({}), &whole(&json!({ "scope": "read write" })), b"");
    let body = edited.split('.').nth(1).unwrap();
    let edited = format!("{header}.{body}.{signature}");
    assert_refused(
        &refusal(&server, &edited).await,
        "invalid_request_object",
        "does not verify",
    );
}

/// Without a registered redirect URI beside it nobody is sent anywhere by an object that is not believed.
#[on_both_stores]
async fn a_refused_object_redirects_only_to_what_is_beside_it() {
    let server = Server::start().await;
    let rp = client(&server, json!({})).await;
    for forgery in forgeries(
        &rp.key,
        &whole(&json!({ "redirect_uri": "https://evil.example/" })),
    ) {
        server
            .browser()
            .get(&path(&forgery, &[]))
            .await
            .assert_page(400, PAGE);
        let outside = [("redirect_uri", "https://evil.example/")];
        server
            .browser()
            .get(&path(&forgery, &outside))
            .await
            .assert_page(400, PAGE);
    }
}

#[on_both_stores]
async fn what_an_object_says_of_itself_must_hold() {
    let server = Server::start().await;
    let rp = client(&server, json!({})).await;
    let now = server.provider.now().seconds();
    for (changes, because) in [
        (json!({ "client_id": "other" }), "client_id"),
        (json!({ "iss": "other" }), "iss"),
        (json!({ "aud": "https://other.example" }), "aud"),
        (json!({ "aud": [] }), "aud"),
        (json!({ "exp": now - 15 }), "expired"),
        (json!({ "nbf": now + 61 }), "not yet valid"),
        (json!({ "exp": {} }), "numbers"),
        (
            json!({ "request": "e30.e30." }),
            "neither request nor request_uri",
        ),
        (
            json!({ "request_uri": "https://rp.example/r" }),
            "neither request nor request_uri",
        ),
        (json!({ "resource": 7 }), "resource"),
        (
            json!({ "response_type": "code id_token" }),
            "response_type must be the same",
        ),
    ] {
        let object = rp.sign(&whole(&changes));
        assert_refused(
            &refusal(&server, &object).await,
            "invalid_request_object",
            because,
        );
    }
    let many: Value = (0..101)
        .map(|number| (format!("x{number}"), json!(number)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let object = rp.sign(&merged(whole(&json!({})), &many));
    assert_refused(
        &refusal(&server, &object).await,
        "invalid_request_object",
        "too many",
    );
    for typ in [
        JwtType::AccessToken,
        JwtType::LogoutToken,
        JwtType::ClientAuthentication,
    ] {
        let object = rp.key.sign(typ, &whole(&json!({}))).unwrap();
        assert_refused(
            &refusal(&server, &object).await,
            "invalid_request_object",
            "another use",
        );
    }
    for text in ["x", "a.b.c", "..", "e30.e30.e30.e30.e30"] {
        assert_refused(
            &refusal(&server, text).await,
            "invalid_request_object",
            "cannot be read",
        );
    }
}

#[on_both_stores]
async fn an_unsigned_object_is_taken_where_the_profile_allows_it_only() {
    let server = Server::start().await;
    client(&server, json!({ "profile": "oidc" })).await;
    let unsigned = |changes| forged(&json!({ "alg": "none" }), &whole(&changes), b"");
    let browser = server.sign_in("alice").await;
    browser.get(&path(&unsigned(json!({})), &[])).await.code();
    // As little is believed of it as of parameters.
    let evil = unsigned(json!({ "redirect_uri": "https://evil.example/" }));
    browser
        .get(&path(&evil, &[("redirect_uri", CALLBACK)]))
        .await
        .assert_page(400, PAGE);
    for alg in ["None", "NONE", ""] {
        let object = forged(&json!({ "alg": alg }), &whole(&json!({})), b"");
        assert_refused(
            &refusal(&server, &object).await,
            "invalid_request_object",
            "algorithm",
        );
    }
    let object = forged(&json!({ "alg": "none" }), &whole(&json!({})), b"x");
    assert_refused(
        &refusal(&server, &object).await,
        "invalid_request_object",
        "algorithm",
    );

    for profile in ["oauth21", "mcp", "legacy"] {
        let server = Server::start().await;
        client(&server, json!({ "profile": profile })).await;
        let answer = refusal(&server, &unsigned(json!({}))).await;
        assert_refused(&answer, "request_not_supported", "Unsigned request objects");
    }
}

#[on_both_stores]
async fn only_the_registered_algorithm_counts_where_there_is_one() {
    for registered in ["none", "ES256", "RS256"] {
        let server = Server::start().await;
        let metadata = json!({ "profile": "oidc", "request_object_signing_alg": registered });
        let rp = client(&server, metadata).await;
        let signed = rp.sign(&whole(&json!({})));
        let unsigned = forged(&json!({ "alg": "none" }), &whole(&json!({})), b"");
        let browser = server.sign_in("alice").await;
        for (object, algorithm) in [(&signed, "ES256"), (&unsigned, "none")] {
            if algorithm == registered {
                browser.get(&path(object, &[])).await.code();
            } else {
                assert_refused(
                    &refusal(&server, object).await,
                    "invalid_request_object",
                    "algorithm",
                );
            }
        }
    }
}

#[on_both_stores]
async fn a_client_without_keys_learns_that_it_needs_them() {
    let server = Server::start().await;
    server
        .register(json!({ "client_id": "rp", "redirect_uris": [CALLBACK] }))
        .await;
    let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
    let object = key.sign(JwtType::Jwt, &whole(&json!({}))).unwrap();
    let answer = refusal(&server, &object).await;
    assert_refused(&answer, "invalid_request_object", "neither jwks nor jwks_uri");
}

#[on_both_stores]
async fn claims_max_age_and_several_resources_keep_their_types() {
    let server = Server::start().await;
    let rp = client(&server, json!({ "default_scope": "openid" })).await;
    let changes = json!({
        "scope": "openid", "max_age": 10_000, "claims": { "id_token": { "auth_time": { "essential": true } } },
        "resource": ["https://a.example", "https://b.example"],
    });
    let object = rp.sign(&whole(&changes));
    let browser = server.sign_in("alice").await;
    let code = browser.get(&path(&object, &[])).await.code();
    let access =
        pixie_testing::harness::Tokens::of(&server.redeem(&rp.client, &code).await.assert_status(200)).access;
    let described = server.provider.describe_access_token(&access).await.unwrap();
    let described = serde_json::to_value(described).unwrap();
    assert_eq!(
        described["aud"],
        json!(["https://a.example", "https://b.example"])
    );
    server.clock.advance(10_001);
    let again = browser.get(&path(&object, &[])).await.assert_status(302);
    assert!(again.location().starts_with("/o/login/"), "{again:?}");
}

#[on_both_stores]
async fn objects_are_refused_by_name_where_they_are_switched_off() {
    let server = Server::with(|settings| settings.request_objects = false).await;
    let rp = client(&server, json!({ "request_uris": ["https://rp.example/request"] })).await;
    let object = rp.sign(&whole(&json!({})));
    assert_refused(
        &refusal(&server, &object).await,
        "request_not_supported",
        "not supported",
    );
    let by_uri = [
        ("request_uri", "https://rp.example/request"),
        ("state", "outside"),
    ];
    let answer = server.browser().authorize_with(&rp.client, &by_uri).await;
    assert_refused(&answer, "request_uri_not_supported", "not supported");
    let document = server.get("/o/.well-known/openid-configuration").await.json();
    assert_eq!(document["request_parameter_supported"], false);
    assert_eq!(document["request_uri_parameter_supported"], false);
    assert_eq!(
        document["request_object_signing_alg_values_supported"],
        Value::Null
    );
}
