//! The metadata that may be registered, the response, and the refusals (RFC 7591 sections 2 and 3.2).

use axum::body::Body;
use axum::http::Request;
use pixie_provider::OutboundError;
use serde_json::json;

use super::{agent, certified, open, register, registered, with};
use pixie_testing::harness::{Server, on_both_stores};

const ES256: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;

#[on_both_stores]
async fn a_client_is_told_everything_that_is_registered_of_it() {
    let server = Server::with(open).await;
    let answer = register(&server, &agent()).await.assert_status(201);
    assert_eq!(answer.header("cache-control"), "no-store");
    let metadata = answer.json();
    for (name, value) in agent().as_object().unwrap() {
        assert_eq!(&metadata[name], value, "{name}");
    }
    assert_eq!(metadata["response_types"], json!(["code"]));
    assert_eq!(metadata["client_id_issued_at"], 1_800_000_000);
    assert_eq!(metadata.get("client_secret"), None);
    assert_eq!(metadata.get("client_secret_expires_at"), None);
    let id = metadata["client_id"].as_str().unwrap();
    assert_eq!(
        metadata["registration_client_uri"],
        format!("http://localhost:8000/o/register/{id}/")
    );
    assert!(
        metadata["registration_access_token"]
            .as_str()
            .unwrap()
            .starts_with("pixie_ra_")
    );
}

#[on_both_stores]
async fn what_is_left_out_gets_the_defaults_of_the_rfc() {
    let server = Server::with(open).await;
    let metadata = registered(&server, &json!({ "redirect_uris": ["https://rp.example/cb"] }))
        .await
        .metadata;
    assert_eq!(metadata["grant_types"], json!(["authorization_code"]));
    assert_eq!(metadata["token_endpoint_auth_method"], "client_secret_basic");
    assert!(
        metadata["client_secret"]
            .as_str()
            .unwrap()
            .starts_with("pixie_cs_")
    );
    assert_eq!(metadata["client_secret_expires_at"], 0);
    let native = json!({ "redirect_uris": ["http://127.0.0.1/cb"], "application_type": "native" });
    let metadata = registered(&server, &native).await.metadata;
    assert_eq!(metadata["token_endpoint_auth_method"], "none");
}

#[on_both_stores]
async fn a_registered_client_gets_tokens() {
    let server = Server::with(open).await;
    let metadata = registered(&server, &json!({ "redirect_uris": ["https://rp.example/cb"] }))
        .await
        .metadata;
    let client = server.client_of(&metadata).await;
    let browser = server.sign_in("alice").await;
    let code = browser.consent(&client, &[], "allow").await.code();
    let tokens = server.redeem(&client, &code).await.assert_status(200).json();
    assert_eq!(tokens.get("refresh_token"), None, "it did not ask for the grant");
}

#[on_both_stores]
async fn every_field_of_openid_connect_is_kept_and_told() {
    let server = Server::with(certified).await;
    server
        .outbound()
        .answer_json("https://rp.example/sector", r#"["https://rp.example/cb"]"#);
    let body = json!({
        "redirect_uris": ["https://rp.example/cb"], "client_name": "RP", "client_uri": "https://rp.example/",
        "logo_uri": "https://rp.example/logo.png", "policy_uri": "https://rp.example/policy",
        "tos_uri": "https://rp.example/tos", "contacts": ["rp@rp.example"], "application_type": "web",
        "grant_types": ["authorization_code", "refresh_token", "implicit"],
        "response_types": ["code", "id_token", "id_token token"],
        "jwks": { "keys": [serde_json::from_str::<serde_json::Value>(ES256).unwrap()] },
        "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES256",
        "subject_type": "pairwise", "sector_identifier_uri": "https://rp.example/sector",
        "id_token_signed_response_alg": "ES256", "userinfo_signed_response_alg": "ES256",
        "request_object_signing_alg": "none", "request_uris": ["https://rp.example/request#hash"],
        "default_max_age": 0, "require_auth_time": true, "default_acr_values": ["1"],
        "initiate_login_uri": "https://rp.example/login", "post_logout_redirect_uris": ["https://rp.example/out"],
        "backchannel_logout_uri": "https://rp.example/back", "backchannel_logout_session_required": true,
        "frontchannel_logout_uri": "https://rp.example/front", "frontchannel_logout_session_required": true,
        "scope": "read",
    });
    let metadata = registered(&server, &body).await.metadata;
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&metadata[name], value, "{name}");
    }
    assert_eq!(
        metadata.get("client_secret"),
        None,
        "a client that signs has no secret"
    );
}

#[on_both_stores]
async fn bad_redirect_uris_have_their_own_error() {
    let server = Server::with(open).await;
    for uri in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "http://rp.example/cb",
        "https://rp.example/cb#fragment",
        "https://user@rp.example/cb",
        "https://rp.example@evil.example/cb",
        "https://*.example/cb",
        "https://rp.example/{id}/cb",
        "https://rp.example/:id/cb",
        "https://rp.example/%2A",
        "//rp.example/cb",
        "/cb",
        "",
        " https://rp.example/cb",
        "https://rp.example/\ncb",
        "about:blank",
        "blob:https://rp.example/x",
    ] {
        let answer = register(
            &server,
            &json!({ "redirect_uris": ["https://rp.example/cb", uri] }),
        )
        .await;
        answer.assert_error("invalid_redirect_uri");
    }
    register(&server, &json!({}))
        .await
        .assert_error("invalid_redirect_uri");
    register(&server, &json!({ "redirect_uris": [] }))
        .await
        .assert_error("invalid_redirect_uri");
    register(&server, &json!({ "redirect_uris": "https://rp.example/cb" }))
        .await
        .assert_error("invalid_redirect_uri");
}

#[on_both_stores]
async fn a_bad_field_is_named() {
    let server = Server::with(certified).await;
    let private = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "x": "x", "y": "y", "d": "d" }] });
    let symmetric = json!({ "keys": [{ "kty": "oct", "k": "c2VjcmV0" }] });
    for (field, value) in [
        ("client_uri", json!("javascript:alert(1)")),
        ("logo_uri", json!("data:image/svg+xml,x")),
        ("policy_uri", json!("ftp://rp.example/")),
        ("tos_uri", json!("https://rp.example/\"><script>")),
        ("initiate_login_uri", json!("http://rp.example/login")),
        ("jwks_uri", json!("http://rp.example/jwks")),
        ("jwks", private),
        ("jwks", symmetric),
        ("jwks", json!({ "keys": [] })),
        ("jwks", json!("keys")),
        ("sector_identifier_uri", json!("http://rp.example/sector")),
        ("request_uris", json!(["http://rp.example/request"])),
        ("request_uris", json!(["https://rp.example/*"])),
        ("initiate_login_uri", json!("https://rp.example/{tenant}/login")),
        ("post_logout_redirect_uris", json!(["https://rp.example/*"])),
        ("default_max_age", json!(-1)),
        ("default_max_age", json!("1")),
        ("require_auth_time", json!("yes")),
        ("post_logout_redirect_uris", json!(["javascript:alert(1)"])),
        ("post_logout_redirect_uris", json!(["https://rp.example/#x"])),
        ("backchannel_logout_uri", json!("http://rp.example/back")),
        ("backchannel_logout_uri", json!("https://rp.example/back#x")),
        ("frontchannel_logout_uri", json!("https://other.example/front")),
        ("response_types", json!(["id_token"])),
        ("response_types", json!(["token"])),
        ("grant_types", json!(["implicit", "authorization_code"])),
        ("grant_types", json!(["client_credentials"])),
        ("grant_types", json!("authorization_code")),
        ("token_endpoint_auth_method", json!("tls_client_auth")),
        ("token_endpoint_auth_method", json!("private_key_jwt")),
        ("id_token_signed_response_alg", json!("none")),
        ("id_token_signed_response_alg", json!("HS256")),
        ("id_token_signed_response_alg", json!("PS256")),
        ("userinfo_signed_response_alg", json!("none")),
        ("subject_type", json!("secret")),
        ("application_type", json!("desktop")),
        ("scope", json!("introspection registration")),
        ("client_name", json!("a\u{7}b")),
        ("contacts", json!(["a\nb"])),
    ] {
        let mut body =
            json!({ "redirect_uris": ["https://rp.example/cb"], "grant_types": ["authorization_code"] });
        body[field] = value.clone();
        let answer = register(&server, &body).await;
        let error = answer.assert_error("invalid_client_metadata").json();
        let description = error["error_description"].as_str().unwrap();
        assert!(
            description.starts_with(
                if field == "token_endpoint_auth_method" && value == "private_key_jwt" {
                    "jwks: "
                } else {
                    field
                }
            ),
            "{field} {value}: {description}"
        );
        let clean = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
        assert!(description.chars().all(clean), "{description:?}");
    }
}

#[on_both_stores]
async fn keys_are_given_once() {
    let server = Server::with(open).await;
    let key: serde_json::Value = serde_json::from_str(ES256).unwrap();
    let body = with(
        agent(),
        json!({ "jwks": { "keys": [key] }, "jwks_uri": "https://rp.example/jwks" }),
    );
    let answer = register(&server, &body).await;
    answer.assert_error("invalid_client_metadata");
}

#[on_both_stores]
async fn pairwise_subjects_need_one_sector() {
    let server = Server::with(open).await;
    let hosts = json!(["https://a.example/cb", "https://b.example/cb"]);
    let body = json!({ "redirect_uris": hosts, "subject_type": "pairwise" });
    let answer = register(&server, &body).await;
    let error = answer.assert_error("invalid_client_metadata").json();
    assert!(
        error["error_description"]
            .as_str()
            .unwrap()
            .starts_with("sector_identifier_uri: ")
    );
    let one = json!({ "redirect_uris": ["https://a.example/1", "https://a.example:8443/2"], "subject_type": "pairwise" });
    register(&server, &one).await.assert_status(201);
}

#[on_both_stores]
async fn the_sector_document_lists_every_redirect_uri() {
    let server = Server::with(open).await;
    let sector = "https://sector.example/uris";
    let body = json!({
        "redirect_uris": ["https://a.example/cb", "https://b.example/cb"], "subject_type": "pairwise",
        "sector_identifier_uri": sector,
    });
    for document in [
        r#"["https://a.example/cb"]"#,
        r#"["https://a.example/cb", "https://b.example/CB"]"#,
        r#"{"redirect_uris": []}"#,
        "[1]",
        "",
    ] {
        server.outbound().answer_json(sector, document);
        let answer = register(&server, &body).await;
        answer.assert_error("invalid_client_metadata");
    }
    for error in [
        OutboundError::TimedOut,
        OutboundError::Redirected,
        OutboundError::Status(500),
    ] {
        server.outbound().answer_fetch(sector, Err(error));
        register(&server, &body)
            .await
            .assert_error("invalid_client_metadata");
    }
    server
        .outbound()
        .answer_json(sector, r#"["https://b.example/cb", "https://a.example/cb"]"#);
    register(&server, &body).await.assert_status(201);
}

#[on_both_stores]
async fn grants_that_strangers_cannot_have_are_left_out() {
    let server = Server::with(open).await;
    let body = with(
        agent(),
        json!({ "grant_types": [
            "authorization_code", "refresh_token", "client_credentials", "implicit", "password",
            "urn:ietf:params:oauth:grant-type:device_code",
        ] }),
    );
    let metadata = registered(&server, &body).await.metadata;
    assert_eq!(
        metadata["grant_types"],
        json!(["authorization_code", "refresh_token"])
    );
}

#[on_both_stores]
async fn scopes_that_are_not_public_are_left_out() {
    let server = Server::with(open).await;
    let body = with(
        agent(),
        json!({ "scope": "read introspection registration nothing" }),
    );
    let metadata = registered(&server, &body).await.metadata;
    assert_eq!(metadata["scope"], "read");
}

#[on_both_stores]
async fn unknown_members_are_ignored() {
    let server = Server::with(open).await;
    let body = with(
        agent(),
        json!({
            "software_id": "x", "software_version": "1", "software_statement": "not.a.jwt",
            "id_token_encrypted_response_alg": "RSA-OAEP", "client_name#de": "Agent", "jwks_uri": null,
            "token_endpoint_auth_signing_alg": "ES256",
        }),
    );
    let metadata = registered(&server, &body).await.metadata;
    for name in [
        "software_id",
        "software_statement",
        "client_name#de",
        "token_endpoint_auth_signing_alg",
    ] {
        assert_eq!(metadata.get(name), None, "{name}");
    }
}

#[on_both_stores]
async fn response_types_bring_their_grants() {
    let server = Server::with(certified).await;
    let body = json!({ "redirect_uris": ["https://rp.example/cb"], "response_types": ["id_token token"] });
    let metadata = registered(&server, &body).await.metadata;
    assert_eq!(metadata["grant_types"], json!(["implicit"]));
    let body = json!({ "redirect_uris": ["https://rp.example/cb"], "response_types": ["code id_token"] });
    let metadata = registered(&server, &body).await.metadata;
    assert_eq!(metadata["grant_types"], json!(["authorization_code", "implicit"]));
}

#[on_both_stores]
async fn a_web_client_gets_no_tokens_through_the_browser_on_a_device() {
    let server = Server::with(certified).await;
    for uri in [
        "http://127.0.0.1/cb",
        "https://localhost/cb",
        "com.example.app:/cb",
    ] {
        let body = json!({ "redirect_uris": [uri], "response_types": ["id_token"] });
        register(&server, &body)
            .await
            .assert_error("invalid_redirect_uri");
        let native = with(body, json!({ "application_type": "native" }));
        register(&server, &native).await.assert_status(201);
    }
}

#[on_both_stores]
async fn the_body_is_a_json_object_with_each_member_once() {
    let server = Server::with(open).await;
    let send = |content_type: &'static str, body: &str| {
        let request = Request::post("/o/register/").header("content-type", content_type);
        server.send(request.body(Body::from(body.to_owned())).unwrap())
    };
    let good = agent().to_string();
    for (content_type, body) in [
        ("application/json", ""),
        ("application/json", "[]"),
        ("application/json", "null"),
        (
            "application/json",
            "{\"client_name\": \"a\", \"client_name\": \"b\"}",
        ),
        ("application/json", "{\"client_name\": "),
        ("text/plain", &*good),
        ("application/x-www-form-urlencoded", &*good),
    ] {
        send(content_type, body).await.assert_error("invalid_request");
    }
    send("application/json; charset=utf-8", &good)
        .await
        .assert_status(201);
    let long = with(agent(), json!({ "x": "y".repeat(40_000) })).to_string();
    send("application/json", &long).await.assert_status(413);
    let deep = format!("{{\"jwks\": {}1{}}}", "[".repeat(5000), "]".repeat(5000));
    send("application/json", &deep)
        .await
        .assert_error("invalid_request");
}

/// An editor registers a scheme of one word, a page of its maker, and a port on this device.
#[on_both_stores]
async fn an_agent_registers_a_scheme_of_one_word_beside_other_redirect_uris() {
    let uris = json!([
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
        "http://localhost:8787/callback",
    ]);
    let server = Server::with(|settings| {
        open(settings);
        settings.registration.profile = pixie_oauth::Profile::Mcp;
    })
    .await;
    let metadata = registered(&server, &with(agent(), json!({ "redirect_uris": uris })))
        .await
        .metadata;
    assert_eq!(metadata["redirect_uris"], uris);
    for uri in [
        "javascript:/x",
        "intent://x",
        "Cursor://x",
        "https://x.example/*",
        "https://x.example/../cb",
        "https://*.preview.example/cb",
    ] {
        let body = with(agent(), json!({ "redirect_uris": ["https://a.example/cb", uri] }));
        let answer = register(&server, &body).await;
        answer.assert_error("invalid_redirect_uri");
        assert!(answer.body.contains(uri), "{}", answer.body);
    }
}

#[on_both_stores]
async fn keys_are_checked_when_they_are_registered() {
    let server = Server::with(open).await;
    let good: serde_json::Value = serde_json::from_str(ES256).unwrap();
    let with_kid = |kid: &str| {
        let mut key = good.clone();
        key["kid"] = json!(kid);
        key
    };
    let keys = |keys: serde_json::Value| {
        json!({
            "redirect_uris": ["https://rp.example/cb"], "jwks": { "keys": keys },
            "token_endpoint_auth_method": "private_key_jwt",
        })
    };
    registered(&server, &keys(json!([with_kid("a"), with_kid("b")]))).await;
    for (set, because) in [
        (json!([with_kid("a"), with_kid("a")]), "two keys have this kid"),
        (
            json!([good, { "kty": "RSA", "kid": "weak", "n": "u3d2", "e": "AQAB" }]),
            "weak",
        ),
        (
            json!([{ "kty": "EC", "crv": "P-521", "x": "AA", "y": "AA" }]),
            "P-521",
        ),
        (
            json!([{ "kty": "EC", "crv": "P-256", "x": good["x"], "y": good["x"] }]),
            "numbers",
        ),
        (
            json!([{ "kty": "EC", "crv": "P-256", "x": good["x"], "y": good["y"], "use": "enc" }]),
            "every key here is for something else",
        ),
    ] {
        let answer = register(&server, &keys(set)).await;
        answer.assert_error("invalid_client_metadata");
        assert!(answer.body.contains(because), "{because}: {}", answer.body);
    }
}
