//! Errors that go back to the client, with `error`, `state` and `iss` (RFC 6749 section 4.1.2.1, RFC 9207).

use pixie_testing::harness::{Server, challenge, on_both_stores};

/// Changes to a good request, the error, and a part of its description.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

async fn assert_refused(cases: &[Case<'_>]) {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    for (changes, error, description) in cases {
        for answer in [
            server.browser().authorize_with(&client, changes).await,
            browser.authorize_with(&client, changes).await,
        ] {
            let answer = answer.assert_status(302);
            answer.assert_refused("https://spa.example/cb?error=", error);
            assert_eq!(answer.location_param("state").as_deref(), Some("a state"));
            let text = answer.location_param("error_description").unwrap();
            assert!(text.contains(description), "{description}: {text}");
            assert!(
                text.bytes()
                    .all(|byte| matches!(byte, 0x20..=0x7e) && byte != b'"' && byte != b'\\'),
                "{text}"
            );
        }
    }
}

#[on_both_stores]
async fn a_response_type_that_is_not_offered_is_refused() {
    assert_refused(&[
        (
            &[("response_type", "")],
            "invalid_request",
            "response_type is missing",
        ),
        (
            &[("response_type", "token")],
            "unsupported_response_type",
            "response_types_supported",
        ),
        (
            &[("response_type", "CODE")],
            "unsupported_response_type",
            "response_types_supported",
        ),
        (
            &[("response_type", "none")],
            "unsupported_response_type",
            "response_types_supported",
        ),
        (
            &[("response_type", "${7*7}")],
            "unsupported_response_type",
            "response_types_supported",
        ),
    ])
    .await;
}

#[on_both_stores]
async fn a_response_mode_that_is_not_offered_is_refused() {
    assert_refused(&[
        (
            &[("response_mode", "form_post.jwt")],
            "invalid_request",
            "response_mode",
        ),
        (
            &[("response_mode", "web_message")],
            "invalid_request",
            "response_mode",
        ),
        (&[("response_mode", "Query")], "invalid_request", "response_mode"),
    ])
    .await;
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    browser
        .authorize_with(&client, &[("response_mode", "query")])
        .await
        .code();
}

#[on_both_stores]
async fn pkce_with_s256_is_required_and_spelled_exactly() {
    let good = challenge("x");
    let (short, long) = (&good[..42], format!("{good}A"));
    let padded = format!("{good}=");
    assert_refused(&[
        (
            &[("code_challenge", ""), ("code_challenge_method", "")],
            "invalid_request",
            "code_challenge is missing",
        ),
        (
            &[("code_challenge", "")],
            "invalid_request",
            "without a code_challenge",
        ),
        (
            &[("code_challenge", ""), ("code_challenge_method", "plain")],
            "invalid_request",
            "without a code_challenge",
        ),
        (
            &[("code_challenge_method", "s256")],
            "invalid_request",
            "must be S256, in this spelling",
        ),
        (
            &[("code_challenge_method", "S512")],
            "invalid_request",
            "must be S256, in this spelling",
        ),
        (
            &[("code_challenge_method", " S256")],
            "invalid_request",
            "must be S256, in this spelling",
        ),
        (&[("code_challenge_method", "plain")], "invalid_request", "plain"),
        (
            &[("code_challenge_method", "")],
            "invalid_request",
            "leaving the method out",
        ),
        (&[("code_challenge", short)], "invalid_request", "43 characters"),
        (&[("code_challenge", &long)], "invalid_request", "43 characters"),
        (&[("code_challenge", &padded)], "invalid_request", "43 characters"),
        (&[("code_challenge", " ")], "invalid_request", "43 characters"),
        (
            &[("code_challenge", "+++++++++++++++++++++++++++++++++++++++++++")],
            "invalid_request",
            "43 characters",
        ),
    ])
    .await;
}

#[on_both_stores]
async fn a_scope_that_is_wholly_unknown_malformed_or_not_for_the_client_is_refused() {
    assert_refused(&[
        (&[("scope", "nonsense")], "invalid_scope", "nonsense"),
        (&[("scope", "nonsense groups2")], "invalid_scope", "nonsense"),
        (&[("scope", "READ")], "invalid_scope", "READ"),
        (&[("scope", "read\twrite")], "invalid_scope", "characters"),
        (&[("scope", "read\"")], "invalid_scope", "characters"),
        (&[("scope", "<script>")], "invalid_scope", "there is no scope"),
        (&[("scope", "introspection")], "invalid_scope", "introspection"),
        (&[("scope", " ")], "invalid_scope", "no scope"),
    ])
    .await;
    let server = Server::start().await;
    let narrow = server
        .register(serde_json::json!({
            "client_id": "narrow", "redirect_uris": ["https://narrow.example/cb"], "scope": "read",
            "skip_authorization": true,
        }))
        .await;
    let browser = server.sign_in("alice").await;
    for scope in ["read write", "read nonsense write"] {
        let wide = browser.authorize_with(&narrow, &[("scope", scope)]).await;
        wide.assert_refused("https://narrow.example/cb", "invalid_scope");
    }
}

/// OpenID Connect Core section 3.1.2.1.
#[on_both_stores]
async fn unknown_scopes_are_ignored_in_every_profile() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    for profile in ["oauth21", "oidc", "mcp", "legacy"] {
        let client = server
            .register(serde_json::json!({
                "client_id": profile, "profile": profile, "redirect_uris": ["https://a.example/cb"],
                "token_endpoint_auth_method": "none", "skip_authorization": true,
            }))
            .await;
        let changes = [("scope", "openid profile email nonsense")];
        let code = browser.authorize_with(&client, &changes).await.code();
        let answer = server.redeem(&client, &code).await.assert_status(200).json();
        assert_eq!(answer["scope"], "openid profile email", "{profile}");
        let form = [
            ("grant_type", "refresh_token"),
            ("scope", "openid nonsense"),
            ("refresh_token", answer["refresh_token"].as_str().unwrap()),
        ];
        let refreshed = server.token(&client, &form).await;
        assert_eq!(
            refreshed.assert_status(200).json()["scope"],
            "openid",
            "{profile}"
        );
    }
}

#[on_both_stores]
async fn prompt_none_must_stand_alone() {
    assert_refused(&[
        (&[("prompt", "none login")], "invalid_request", "prompt=none"),
        (&[("prompt", "consent none")], "invalid_request", "prompt=none"),
    ])
    .await;
}

#[on_both_stores]
async fn a_client_that_is_not_registered_for_codes_gets_none() {
    let server = Server::start().await;
    let client = server
        .register(serde_json::json!({
            "client_id": "machine", "redirect_uris": ["https://machine.example/cb"],
            "grant_types": ["client_credentials"],
        }))
        .await;
    let answer = server
        .sign_in("alice")
        .await
        .authorize(&client)
        .await
        .assert_status(302);
    answer.assert_refused("https://machine.example/cb", "unauthorized_client");
}

#[on_both_stores]
async fn state_comes_back_byte_for_byte_with_codes_and_with_errors() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let visible: String = (' '..='~').collect();
    let thousand = "s".repeat(1000);
    for state in [
        thousand.as_str(),
        &visible,
        "&=+%#?;/\\\"'<script>",
        "%2526%41",
        " leading and trailing ",
        "two\r\nlines\tand a tab\u{0}",
        "\u{e4}\u{f6} \u{1f9da}",
        "{\"json\":[1,2]}",
    ] {
        let given = browser
            .authorize_with(&client, &[("state", state)])
            .await
            .assert_status(302);
        given.code();
        let refused = browser
            .authorize_with(&client, &[("state", state), ("response_type", "x")])
            .await;
        for answer in [given, refused] {
            assert_eq!(answer.location_param("state").as_deref(), Some(state));
            assert_eq!(
                answer.location_param("iss").as_deref(),
                Some("http://localhost:8000/o")
            );
        }
    }
}

#[on_both_stores]
async fn state_survives_login_and_consent() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let state = "a+b c&d=\u{e4}%41<\">' /?#\r\n";
    let browser = server.browser();
    let redirect = browser
        .authorize_with(&client, &[("state", state)])
        .await
        .assert_status(302);
    let back = browser
        .sign_in_at(redirect.location(), "alice")
        .await
        .assert_status(303);
    let consent = browser.get(back.location()).await.assert_status(302);
    let answer = browser
        .decide_at(consent.location(), "allow")
        .await
        .assert_status(303);
    assert_eq!(answer.location_param("state").as_deref(), Some(state));
    answer.code();
}

#[on_both_stores]
async fn a_parameter_sent_empty_counts_as_not_sent() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let query = client.request(&[("state", "")]);
    let empties = "state=&scope=&request=&request_uri=&response_mode=&prompt=&nonce=";
    let answer = browser
        .get(&format!("/o/authorize/?{query}&{empties}"))
        .await
        .assert_status(302);
    assert_eq!(answer.location_param("state"), None);
    answer.code();
}

#[on_both_stores]
async fn what_openid_connect_adds_must_be_well_formed() {
    let long = "n".repeat(1001);
    assert_refused(&[
        (&[("max_age", "-1")], "invalid_request", "max_age"),
        (&[("max_age", "soon")], "invalid_request", "max_age"),
        (
            &[("max_age", "99999999999999999999")],
            "invalid_request",
            "max_age",
        ),
        (&[("claims", "{")], "invalid_request", "claims"),
        (&[("claims", "[]")], "invalid_request", "claims"),
        (&[("nonce", &long)], "invalid_request", "nonce"),
        (&[("resource", "::")], "invalid_target", "absolute URI"),
        (
            &[("resource", "https://api.example/#x")],
            "invalid_target",
            "fragment",
        ),
        (
            &[(
                "claims",
                r#"{"id_token":{"acr":{"essential":true,"values":["9"]}}}"#,
            )],
            "unmet_authentication_requirements",
            "acr",
        ),
    ])
    .await;
}

#[on_both_stores]
async fn unknown_parameters_and_hints_are_ignored() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    for (name, value) in [
        ("foo", "bar"),
        ("nonce", "n"),
        ("display", "wap"),
        ("ui_locales", "xx-YY"),
        ("acr_values", "?"),
        ("login_hint", "<b>"),
        ("id_token_hint", "not.a.token"),
        ("max_age", "10000"),
        ("prompt", "unheard-of"),
        ("claims", "{}"),
        ("claims", r#"{"userinfo":{"unheard-of":null},"elsewhere":1}"#),
        ("resource", "https://api.example/unheard-of"),
    ] {
        browser.authorize_with(&client, &[(name, value)]).await.code();
    }
}

/// Browsers leave a backslash in a query as it is.
#[on_both_stores]
async fn state_survives_the_login_however_it_was_written() {
    let server = Server::start().await;
    let client = server.third_party().await;
    for (written, meant) in [
        ("a\\b", "a\\b"),
        ("\u{e4}", "\u{e4}"),
        ("%5C%c3%A4", "\\\u{e4}"),
        ("{|}^`~'", "{|}^`~'"),
    ] {
        let browser = server.browser();
        let request = format!(
            "/o/authorize/?{}&state={written}",
            client.request(&[("state", "")])
        );
        let redirect = browser.get(&request).await.assert_status(302);
        let back = browser
            .sign_in_at(redirect.location(), "alice")
            .await
            .assert_status(303);
        let redirect = browser.get(back.location()).await.assert_status(302);
        let answer = browser
            .decide_at(redirect.location(), "deny")
            .await
            .assert_status(303);
        assert_eq!(
            answer.location_param("state").as_deref(),
            Some(meant),
            "{written}"
        );
    }
}
