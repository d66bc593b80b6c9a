//! `/.well-known/…` at the root and below the issuer (RFC 8414, RFC 7517).

use pixie_oauth::Issuer;
use serde_json::{Value, json};

use pixie_testing::harness::signing::Signer;
use pixie_testing::harness::{Server, Tokens, VERIFIER, basic};

async fn document(server: &Server) -> Value {
    server
        .get("/o/.well-known/oauth-authorization-server")
        .await
        .assert_status(200)
        .json()
}

/// The path of an endpoint that the document names.
fn path(document: &Value, name: &str) -> String {
    let address = document[name].as_str().unwrap_or_else(|| panic!("no {name}"));
    address.strip_prefix("http://localhost:8000").unwrap().to_owned()
}

fn words(document: &Value, name: &str) -> Vec<String> {
    serde_json::from_value(document[name].clone()).unwrap()
}

#[tokio::test]
async fn metadata_is_the_same_on_every_well_known_path() {
    let server = Server::start().await;
    let document = document(&server).await;
    assert_eq!(document["issuer"], "http://localhost:8000/o");
    for path in [
        "/.well-known/oauth-authorization-server/o",
        "/.well-known/oauth-authorization-server/o/",
        "/.well-known/openid-configuration/o",
        "/o/.well-known/oauth-authorization-server/",
        "/o/.well-known/openid-configuration",
        "/o/.well-known/openid-configuration/",
    ] {
        assert_eq!(
            server.get(path).await.assert_status(200).json(),
            document,
            "{path}"
        );
    }
}

#[tokio::test]
async fn metadata_says_no_more_and_no_less_than_runs() {
    let server = Server::start().await;
    assert_eq!(
        document(&server).await,
        json!({
            "issuer": "http://localhost:8000/o",
            "authorization_endpoint": "http://localhost:8000/o/authorize/",
            "token_endpoint": "http://localhost:8000/o/token/",
            "revocation_endpoint": "http://localhost:8000/o/revoke_token/",
            "introspection_endpoint": "http://localhost:8000/o/introspect/",
            "jwks_uri": "http://localhost:8000/o/.well-known/jwks.json",
            "scopes_supported": [
                "read", "write", "openid", "profile", "email", "address", "phone", "groups", "offline_access",
                "introspection",
                "administration",
            ],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "token_endpoint_auth_methods_supported": [
                "none", "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt",
            ],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256", "ES384", "EdDSA", "HS256"],
            "revocation_endpoint_auth_methods_supported": [
                "none", "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt",
            ],
            "revocation_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256", "ES384", "EdDSA", "HS256"],
            "introspection_endpoint_auth_methods_supported": [
                "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt",
            ],
            "introspection_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256", "ES384", "EdDSA", "HS256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
            "request_parameter_supported": true,
            "request_uri_parameter_supported": true,
            "require_request_uri_registration": true,
            "request_object_signing_alg_values_supported": ["RS256", "PS256", "ES256", "ES384", "EdDSA", "none"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "acr_values_supported": ["1", "2", "phr"],
            "prompt_values_supported": ["none", "login", "consent", "select_account"],
            "display_values_supported": ["page", "popup"],
            "ui_locales_supported": ["en"],
            "end_session_endpoint": "http://localhost:8000/o/logout/",
            "backchannel_logout_supported": true,
            "backchannel_logout_session_supported": true,
            "frontchannel_logout_supported": true,
            "frontchannel_logout_session_supported": true,
            "check_session_iframe": "http://localhost:8000/o/check_session/",
            "userinfo_endpoint": "http://localhost:8000/o/userinfo/",
            "userinfo_signing_alg_values_supported": ["ES256"],
            "subject_types_supported": ["public", "pairwise"],
            "claims_supported": [
                "sub", "iss", "auth_time", "acr", "name", "given_name", "family_name", "middle_name", "nickname",
                "preferred_username", "profile", "picture", "website", "email", "email_verified", "gender", "birthdate",
                "zoneinfo", "locale", "phone_number", "phone_number_verified", "address", "updated_at", "groups",
            ],
            "claim_types_supported": ["normal"],
            "claims_parameter_supported": true,
        })
    );
}

#[tokio::test]
async fn the_issuer_may_have_no_path_or_a_longer_one() {
    for (issuer, paths) in [
        (
            "http://localhost:8000",
            &[
                "/.well-known/oauth-authorization-server",
                "/.well-known/openid-configuration",
            ][..],
        ),
        (
            "http://localhost:8000/tenants/a",
            &[
                "/.well-known/oauth-authorization-server/tenants/a",
                "/.well-known/openid-configuration/tenants/a",
                "/tenants/a/.well-known/oauth-authorization-server",
                "/tenants/a/.well-known/openid-configuration",
            ],
        ),
        (
            "https://login.example/o",
            &["/.well-known/oauth-authorization-server/o"],
        ),
    ] {
        let server = Server::with(|settings| settings.issuer = Issuer::parse(issuer).unwrap()).await;
        let api = server.api().await;
        for path in paths {
            let document = server.get(path).await.assert_status(200).json();
            assert_eq!(document["issuer"], issuer);
            let token = format!("{issuer}/token/");
            assert_eq!(document["token_endpoint"], token);
            let path = token.splitn(4, '/').nth(3).unwrap();
            let form = [("grant_type", "client_credentials")];
            server
                .post(&format!("/{path}"), &api.sign(&form))
                .await
                .assert_status(200);
        }
    }
}

#[tokio::test]
async fn every_endpoint_that_is_named_answers() {
    let server = Server::start().await;
    let document = document(&server).await;
    for (name, value) in document.as_object().unwrap() {
        let is_endpoint = name.ends_with("_endpoint") || name.ends_with("_uri");
        if !is_endpoint || !value.is_string() {
            continue;
        }
        let path = path(&document, name);
        let (got, posted) = (server.get(&path).await, server.post(&path, &[]).await);
        for answer in [&got, &posted] {
            assert!(
                !matches!(answer.status.as_u16(), 404 | 500..),
                "{name}: {answer:?}"
            );
        }
        let by_post = name != "jwks_uri";
        let by_get = matches!(
            &**name,
            "jwks_uri" | "authorization_endpoint" | "userinfo_endpoint" | "end_session_endpoint"
        );
        assert_eq!(posted.status != 405, by_post, "{name}");
        assert_eq!(got.status != 405, by_get, "{name}");
    }
}

#[tokio::test]
async fn every_client_authentication_method_that_is_listed_works_at_its_endpoint() {
    let server = Server::start().await;
    let document = document(&server).await;
    for endpoint in ["token_endpoint", "revocation_endpoint", "introspection_endpoint"] {
        let path = path(&document, endpoint);
        for method in words(&document, &format!("{endpoint}_auth_methods_supported")) {
            // Assertions signed with a secret have tests of their own.
            if method == "client_secret_jwt" {
                continue;
            }
            if method == "private_key_jwt" {
                let form = [("grant_type", "client_credentials"), ("token", "x")];
                let signer = Signer::register(&server, &endpoint.replace('_', "-"), json!({})).await;
                signer.post(&server, &path, &form).await.assert_status(200);
                continue;
            }
            let id = format!("{endpoint} {method}");
            let client = server
                .register(json!({
                    "client_id": id, "redirect_uris": ["https://a.example/"], "skip_authorization": true,
                    "token_endpoint_auth_method": method,
                }))
                .await;
            let tokens = if method == "client_secret_basic" {
                let code = server.code(&client, "alice").await;
                let form = [
                    ("grant_type", "authorization_code"),
                    ("code", code.as_str()),
                    ("code_verifier", VERIFIER),
                ];
                let headers = basic(&id.replace(' ', "+"), client.secret.as_deref().unwrap());
                Tokens::of(
                    &server
                        .post_with("/o/token/", &form, headers)
                        .await
                        .assert_status(200),
                )
            } else {
                server.tokens(&client, "alice").await
            };
            let form = [
                ("grant_type", "refresh_token"),
                ("refresh_token", tokens.refresh.as_str()),
                ("token", &tokens.access),
            ];
            let answer = if method == "client_secret_basic" {
                let id = id.replace(' ', "+");
                let headers = basic(&id, client.secret.as_deref().unwrap());
                server.post_with(&path, &form, headers).await
            } else {
                server.post(&path, &client.sign(&form)).await
            };
            assert_eq!(answer.status, 200, "{method} at {endpoint}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn every_grant_that_is_listed_works_and_every_scope_can_be_had() {
    let server = Server::start().await;
    let document = document(&server).await;
    let scopes = words(&document, "scopes_supported").join(" ");
    let client = server
        .register(json!({
            "client_id": "everything", "redirect_uris": ["https://a.example/"], "skip_authorization": true,
            "token_endpoint_auth_method": "client_secret_post", "scope": scopes,
            "grant_types": words(&document, "grant_types_supported"),
        }))
        .await;
    let browser = server.sign_in("alice").await;
    let code = browser
        .authorize_with(&client, &[("scope", &scopes)])
        .await
        .code();
    let answer = server.redeem(&client, &code).await.assert_status(200);
    assert_eq!(answer.json()["scope"], scopes);
    server
        .refresh(&client, &Tokens::of(&answer).refresh)
        .await
        .assert_status(200);
    let form = [("grant_type", "client_credentials"), ("scope", &*scopes)];
    server.token(&client, &form).await.assert_status(200);
}

/// Also what is said not to be supported is not: it is refused by name, not ignored.
#[tokio::test]
async fn request_objects_are_refused_as_metadata_says() {
    let server = Server::with(|settings| settings.request_objects = false).await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    for (parameter, error) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
    ] {
        browser
            .authorize_with(&client, &[(parameter, "https://a.example/request")])
            .await
            .assert_refused("https://spa.example/cb", error);
    }
}

#[tokio::test]
async fn the_only_challenge_method_that_is_listed_is_the_only_one_for_new_clients() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let plain = [("code_challenge", VERIFIER), ("code_challenge_method", "plain")];
    browser
        .authorize_with(&client, &plain)
        .await
        .assert_refused("https://spa.example/cb", "invalid_request");
    let listed = document(&server).await["code_challenge_methods_supported"].clone();
    let listed = [("code_challenge_method", listed[0].as_str().unwrap())];
    browser.authorize_with(&client, &listed).await.code();
}

#[tokio::test]
async fn the_keys_are_public_ones_only() {
    let server = Server::start().await;
    let answer = server
        .get(&path(&document(&server).await, "jwks_uri"))
        .await
        .assert_status(200);
    assert_eq!(answer.header("content-type"), "application/jwk-set+json");
    let set: Value = serde_json::from_str(&answer.body).unwrap();
    let keys = set["keys"].as_array().unwrap();
    assert!(!keys.is_empty());
    for key in keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] {
            assert_eq!(key.get(private), None, "{private}");
        }
        assert!(key["kid"].is_string());
    }
}

#[tokio::test]
async fn the_keys_stay_the_same_after_a_restart() {
    let server = Server::start().await;
    let before = server.get("/o/.well-known/jwks.json").await.body;
    let server = server.restart().await;
    assert_eq!(server.get("/o/.well-known/jwks.json").await.body, before);
}

/// Five minutes at the most, so that a new key is seen soon.
#[tokio::test]
async fn metadata_and_keys_may_be_kept_for_minutes_not_hours() {
    let server = Server::start().await;
    for path in [
        "/o/.well-known/oauth-authorization-server",
        "/o/.well-known/jwks.json",
    ] {
        let answer = server.get(path).await.assert_status(200);
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
    }
}

/// RFC 9700 section 2.1.2 and 2.4.
#[tokio::test]
async fn neither_the_implicit_nor_the_password_grant_is_listed_or_runs() {
    let server = Server::start().await;
    let document = document(&server).await;
    let client = server.spa().await;
    for grant in ["implicit", "password"] {
        assert!(!words(&document, "grant_types_supported").contains(&grant.to_owned()));
    }
    let form = [
        ("grant_type", "password"),
        ("username", "alice"),
        ("password", pixie_testing::harness::PASSWORD),
    ];
    server
        .token(&client, &form)
        .await
        .assert_error("unsupported_grant_type");
    let browser = server.sign_in("alice").await;
    for response_type in ["token", "id_token", "code token", "none"] {
        let answer = browser
            .authorize_with(&client, &[("response_type", response_type)])
            .await;
        let location = answer.assert_status(302).location().to_owned();
        assert!(location.starts_with("https://spa.example/cb"), "{location}");
        assert!(location.contains("error=unsupported_response_type"), "{location}");
        assert!(!location.contains("access_token"), "{location}");
    }
}
