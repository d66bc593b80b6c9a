//! Errors that name the thing: the parameter, the member, the character (RFC 6749 section 5.2).

use axum::body::Body;
use axum::http::Request;
use pixie_provider::RegistrationMode;
use pixie_testing::harness::{Server, basic, on_both_stores};
use serde_json::json;

#[on_both_stores]
async fn the_parameter_that_is_repeated_is_named() {
    let server = Server::start().await;
    let repeated = [("client_id", "a"), ("scope", "a"), ("code", "b"), ("scope", "c")];
    for path in ["/o/token/", "/o/revoke_token/", "/o/introspect/"] {
        let answer = server.post(path, &repeated).await.assert_status(400);
        let description = answer.json()["error_description"].to_string();
        assert!(
            description.contains("parameter scope is repeated"),
            "{description}"
        );
    }
    for path in ["/o/authorize/", "/o/logout/"] {
        let page = server
            .get(&format!("{path}?state=a&state=b"))
            .await
            .assert_status(400);
        assert!(page.body.contains("parameter state is repeated"), "{page:?}");
    }
}

/// curl sends the secret of `-u` as it is, and form-decoding makes a space of `+`.
#[on_both_stores]
async fn a_plus_in_a_secret_that_was_read_as_a_space_is_explained() {
    let server = Server::start().await;
    let secret = "a+secret+of+legal+length";
    server
        .register(json!({
            "client_id": "reports", "client_secret": secret, "grant_types": ["client_credentials"],
        }))
        .await;
    let ask = async |client: &str, secret: &str| {
        let form = [("grant_type", "client_credentials")];
        let written = base64::Engine::encode(
            &base64::engine::general_purpose::STANDARD,
            format!("{client}:{secret}"),
        );
        let mut headers = basic("", "");
        headers.insert("authorization", format!("Basic {written}").parse().unwrap());
        server.post_with("/o/token/", &form, headers).await
    };
    for client in ["reports", "unknown"] {
        let answer = ask(client, secret).await.assert_status(401);
        let description = answer.json()["error_description"].to_string();
        assert!(description.contains("write + as %2B"), "{description}");
    }
    ask("reports", &secret.replace('+', "%2B"))
        .await
        .assert_status(200);
    let wrong = ask("reports", "another secret of length").await;
    assert!(wrong.body.contains("%2B"), "it has spaces: {wrong:?}");
    let plain = ask("reports", "another-secret-of-length").await;
    assert!(!plain.body.contains("%2B"), "{plain:?}");
}

#[on_both_stores]
async fn json_that_is_no_registration_is_explained() {
    let server = Server::with(|settings| settings.registration.mode = RegistrationMode::Open).await;
    let register = async |body: &str| {
        let request = Request::post("/o/register/").header("content-type", "application/json");
        server
            .send(request.body(Body::from(body.to_owned())).unwrap())
            .await
    };
    for (body, words) in [
        (
            "{\"redirect_uris\": [\"https://a.example/\"]",
            "EOF while parsing an object at line 1 column",
        ),
        ("[]", "the value must be an object, not `[]`"),
        ("{\"scope\": \"a\", \"scope\": \"b\"}", "`scope` is repeated"),
        (
            "{\"redirect_uris\": \"https://a.example/\"}",
            "redirect_uris: must be a list of strings, not `https://a.example/`.",
        ),
        (
            "{\"redirect_uris\": [5]}",
            "redirect_uris: `[0]` must be a string, not `5`.",
        ),
        (
            "{\"redirect_uris\": [\"https://a.example/\"], \"grant_types\": \"authorization_code\"}",
            "grant_types: must be a list of strings, not `authorization_code`.",
        ),
        (
            "{\"redirect_uris\": [\"https://a.example/\"], \"default_max_age\": \"1h\"}",
            "default_max_age: must be a whole number of seconds, not `1h`.",
        ),
    ] {
        let answer = register(body).await.assert_status(400);
        let description = answer.json()["error_description"].as_str().unwrap().to_owned();
        assert!(description.contains(words), "{body}: {description}");
    }
}

/// A host with letters beyond ASCII: the error says how it is written, at every field that takes an address.
#[on_both_stores]
async fn a_host_in_another_script_is_explained() {
    let server = Server::with(|settings| settings.registration.mode = RegistrationMode::Open).await;
    for (field, value) in [
        ("redirect_uris", json!(["https://bücher.example/cb"])),
        ("logo_uri", json!("https://bücher.example/logo.png")),
        ("client_uri", json!("https://bücher.example/")),
        ("post_logout_redirect_uris", json!(["https://bücher.example/out"])),
    ] {
        let mut body = json!({ "redirect_uris": ["https://a.example/"] });
        body[field] = value;
        let request = Request::post("/o/register/").header("content-type", "application/json");
        let answer = server
            .send(request.body(Body::from(body.to_string())).unwrap())
            .await;
        let description = answer.assert_status(400).json()["error_description"].to_string();
        assert!(
            description.contains("xn--bcher-kva.example"),
            "{field}: {description}"
        );
    }
}
