//! Client authentication (RFC 6749 sections 2.3 and 3.2.1).

mod client_secret_jwt;
mod private_key_jwt;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use pixie_testing::harness::{
    Answer, Client, Server, authorization, basic, encode, in_parallel, on_both_stores,
};

/// As long as chosen secrets must be, with every character that form-encoding changes.
const CHOSEN: &str = "a:b c%2F+d&e=f~`|{}";

/// A form-encoded text.
fn form_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn with_headers(server: &Server, form: &[(&str, &str)], headers: HeaderMap) -> Answer {
    let mut form = form.to_vec();
    form.push(("grant_type", "client_credentials"));
    server.post_with("/o/token/", &form, headers).await
}

async fn with_header(server: &Server, header: &str) -> Answer {
    with_headers(server, &[], authorization(header)).await
}

/// A client whose id and secret need encoding.
async fn awkward(server: &Server) -> Client {
    let mut client = server
        .register(json!({
            "client_id": "interop-web: 50%", "client_secret": CHOSEN, "grant_types": ["client_credentials"],
        }))
        .await;
    client.secret = Some(CHOSEN.to_owned());
    client
}

#[track_caller]
fn assert_challenged(answer: &Answer) {
    answer.assert_error("invalid_client");
    assert!(
        answer.header("www-authenticate").starts_with("Basic realm="),
        "{answer:?}"
    );
}

#[on_both_stores]
async fn the_scheme_basic_is_valid_in_any_case_and_with_several_spaces() {
    let server = Server::start().await;
    let api = server.api().await;
    let credentials = STANDARD.encode(format!("api:{}", api.secret.as_deref().unwrap()));
    for scheme in ["Basic", "basic", "BASIC", "bAsIc", "Basic  "] {
        with_header(&server, &format!("{scheme} {credentials}"))
            .await
            .assert_status(200);
    }
}

#[on_both_stores]
async fn credentials_in_the_header_are_form_decoded_after_base64() {
    let server = Server::start().await;
    let client = awkward(&server).await;
    let encoded = (form_encoded(&client.id), form_encoded(CHOSEN));
    with_headers(&server, &[], basic(&encoded.0, &encoded.1))
        .await
        .assert_status(200);
    // `interop%2Dweb` for `interop-web`: some clients encode what need not be.
    let more: String = client.id.bytes().map(|byte| format!("%{byte:02X}")).collect();
    with_headers(&server, &[], basic(&more, &encoded.1))
        .await
        .assert_status(200);
    assert_challenged(&with_headers(&server, &[], basic(&encoded.0, CHOSEN)).await);
}

#[on_both_stores]
async fn a_confidential_client_may_send_its_secret_in_the_header_or_in_the_body() {
    let server = Server::start().await;
    let client = awkward(&server).await;
    server
        .token(&client, &[("grant_type", "client_credentials")])
        .await
        .assert_status(200);
    let encoded = (form_encoded(&client.id), form_encoded(CHOSEN));
    with_headers(&server, &[], basic(&encoded.0, &encoded.1))
        .await
        .assert_status(200);
}

/// At every endpoint where clients authenticate.
#[on_both_stores]
async fn a_client_that_registered_a_method_uses_that_one() {
    let server = Server::start().await;
    for (method, header) in [("client_secret_basic", true), ("client_secret_post", false)] {
        let client = server
            .register(json!({
                "client_id": method, "grant_types": ["client_credentials"], "token_endpoint_auth_method": method,
            }))
            .await;
        let secret = client.secret.clone().unwrap();
        let form = [("grant_type", "client_credentials"), ("token", "x")];
        for path in ["/o/token/", "/o/introspect/", "/o/revoke_token/"] {
            let in_header = server.post_with(path, &form, basic(method, &secret)).await;
            let in_body = server.post(path, &client.sign(&form)).await;
            let (right, wrong) = if header {
                (in_header, in_body)
            } else {
                (in_body, in_header)
            };
            right.assert_status(200);
            wrong.assert_error("invalid_client");
            assert!(wrong.body.contains(method), "{path} {}", wrong.body);
        }
    }
}

/// A change of something else does not name a method.
#[on_both_stores]
async fn a_client_without_a_method_keeps_both_when_it_changes() {
    let server = Server::start().await;
    let client = server.web_app().await;
    let change = serde_json::from_value(json!({ "client_name": "Another name" })).unwrap();
    server
        .provider
        .update_client(pixie_provider::Actor::Operator, client.key, &change, None)
        .await
        .unwrap();
    let form = [("token", "x")];
    let secret = client.secret.clone().unwrap();
    server
        .post_with("/o/introspect/", &form, basic(&client.id, &secret))
        .await
        .assert_status(200);
    server
        .post("/o/introspect/", &client.sign(&form))
        .await
        .assert_status(200);
}

#[on_both_stores]
async fn an_empty_secret_in_the_header_is_none() {
    let server = Server::start().await;
    let spa = server.spa().await;
    let tokens = server.tokens(&spa, "alice").await;
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens.refresh.as_str()),
    ];
    server
        .post_with("/o/token/", &form, basic("spa", ""))
        .await
        .assert_status(200);
    server.api().await;
    assert_challenged(&with_headers(&server, &[], basic("api", "")).await);
}

/// Some clients try the header first and then the body: that must work with the same code.
#[on_both_stores]
async fn after_a_failed_try_in_the_header_the_body_works_with_the_same_code() {
    let server = Server::start().await;
    let client = server.web_app().await;
    let code = server.code(&client, "alice").await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", &client.redirect_uri),
        ("code_verifier", pixie_testing::harness::VERIFIER),
    ];
    let failed = server.post_with("/o/token/", &form, basic("web-app", "")).await;
    assert_challenged(&failed);
    server.token(&client, &form).await.assert_status(200);
}

#[on_both_stores]
async fn two_methods_at_once_are_refused_even_if_both_are_right() {
    let server = Server::start().await;
    let api = server.api().await;
    let secret = api.secret.as_deref().unwrap();
    with_headers(&server, &[("client_secret", secret)], basic("api", secret))
        .await
        .assert_error("invalid_request");
    with_headers(
        &server,
        &[("client_id", "api"), ("client_secret", secret)],
        basic("api", secret),
    )
    .await
    .assert_error("invalid_request");
    with_headers(
        &server,
        &[("client_id", "api"), ("client_secret", secret)],
        basic("api", ""),
    )
    .await
    .assert_error("invalid_request");
}

#[on_both_stores]
async fn client_id_beside_the_header_must_name_the_same_client() {
    let server = Server::start().await;
    let api = server.api().await;
    server.web_app().await;
    let secret = api.secret.as_deref().unwrap();
    with_headers(&server, &[("client_id", "api")], basic("api", secret))
        .await
        .assert_status(200);
    with_headers(&server, &[("client_id", "web-app")], basic("api", secret))
        .await
        .assert_error("invalid_request");
}

#[on_both_stores]
async fn a_repeated_authorization_header_is_refused() {
    let server = Server::start().await;
    let api = server.api().await;
    let tokens_of = basic("api", api.secret.as_deref().unwrap());
    let good = tokens_of[header::AUTHORIZATION].clone();
    for second in [
        good.clone(),
        HeaderValue::from_static("Basic x"),
        HeaderValue::from_static(""),
    ] {
        for endpoint in ["/o/token/", "/o/revoke_token/", "/o/introspect/"] {
            let mut headers = HeaderMap::new();
            headers.append(header::AUTHORIZATION, good.clone());
            headers.append(header::AUTHORIZATION, second.clone());
            let form = [("grant_type", "client_credentials"), ("token", "x")];
            server
                .post_with(endpoint, &form, headers)
                .await
                .assert_error("invalid_request");
        }
    }
}

#[on_both_stores]
async fn malformed_credentials_answer_401_with_a_challenge() {
    let server = Server::start().await;
    server.api().await;
    let without_colon = STANDARD.encode("api");
    let not_utf8 = STANDARD.encode(b"api:\xff");
    let bad_escape = STANDARD.encode("api:%ff");
    let control = STANDARD.encode("api:a\u{0}b");
    let nobody = STANDARD.encode(":secret");
    for header in [
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic YXBpOg=",
        "Bearer abc",
        "Digest username=api",
        "api",
        "",
        &format!("Basic {without_colon}"),
        &format!("Basic {not_utf8}"),
        &format!("Basic {bad_escape}"),
        &format!("Basic {control}"),
        &format!("Basic {nobody}"),
    ] {
        assert_challenged(&with_header(&server, header).await);
    }
    let odd = HeaderMap::from_iter([(
        header::AUTHORIZATION,
        HeaderValue::from_bytes(b"Basic \xff\xfe").unwrap(),
    )]);
    assert_challenged(&with_headers(&server, &[], odd).await);
}

#[on_both_stores]
async fn an_unknown_client_and_a_wrong_secret_get_the_same_answer() {
    let server = Server::start().await;
    server.api().await;
    let unknown = with_headers(&server, &[], basic("nobody", "wrong")).await;
    let wrong = with_headers(&server, &[], basic("api", "wrong")).await;
    assert_challenged(&unknown);
    assert_eq!(unknown.body, wrong.body);
}

#[on_both_stores]
async fn a_confidential_client_without_secret_and_a_public_one_with_a_secret_are_refused() {
    let server = Server::start().await;
    server.api().await;
    server.spa().await;
    assert_challenged(&with_headers(&server, &[("client_id", "api")], HeaderMap::new()).await);
    assert_challenged(&with_headers(&server, &[], basic("spa", "anything")).await);
    let form = [("client_id", "spa"), ("client_secret", "anything")];
    assert_challenged(&with_headers(&server, &form, HeaderMap::new()).await);
}

#[on_both_stores]
async fn a_request_that_names_no_client_is_refused() {
    let server = Server::start().await;
    for form in [
        &[][..],
        &[("client_id", "")],
        &[("client_secret", "x")],
        &[("client_id", "ü")],
        &[("client_id", "\u{0}")],
    ] {
        assert_challenged(&with_headers(&server, form, HeaderMap::new()).await);
    }
}

#[on_both_stores]
async fn a_secret_is_compared_as_written() {
    let server = Server::start().await;
    let api = server.api().await;
    let secret = api.secret.as_deref().unwrap();
    for wrong in [
        secret.to_uppercase(),
        format!("{secret} "),
        format!(" {secret}"),
        secret[..secret.len() - 1].to_owned(),
        "x".repeat(10_000),
    ] {
        let client = Client {
            secret: Some(wrong),
            ..api.clone()
        };
        let answer = server
            .token(&client, &[("grant_type", "client_credentials")])
            .await;
        assert_challenged(&answer);
    }
}

#[on_both_stores]
async fn a_client_id_is_compared_as_written() {
    let server = Server::start().await;
    let api = server.api().await;
    for id in ["API", "api ", " api", "api\u{0}", "api%20"] {
        let client = Client {
            id: id.to_owned(),
            ..api.clone()
        };
        let answer = server
            .token(&client, &[("grant_type", "client_credentials")])
            .await;
        assert_challenged(&answer);
    }
}

#[on_both_stores]
async fn a_replaced_secret_is_worth_nothing_at_once() {
    let server = Server::start().await;
    let api = server.api().await;
    let renewed = server
        .provider
        .rotate_client_secret(pixie_provider::Actor::Operator, api.key)
        .await
        .unwrap();
    let form = [("grant_type", "client_credentials")];
    assert_challenged(&server.token(&api, &form).await);
    let new = Client {
        secret: renewed.secret.map(|it| it.expose().to_owned()),
        ..api
    };
    server.token(&new, &form).await.assert_status(200);
}

#[on_both_stores]
async fn credentials_in_the_query_are_ignored() {
    let server = Server::start().await;
    let api = server.api().await;
    let secret = api.secret.as_deref().unwrap();
    let path = format!("/o/token/?client_id=api&client_secret={secret}&grant_type=client_credentials");
    assert_challenged(&server.post(&path, &[]).await);
    let path = format!("/o/token/?client_secret={secret}");
    let form = [("grant_type", "client_credentials"), ("client_id", "api")];
    assert_challenged(&server.post(&path, &form).await);
}

/// RFC 6819 section 5.1.4.2.3. What a guesser causes is not a failure of the server: the status is 429, not 503.
#[on_both_stores]
async fn guessing_a_chosen_secret_is_slowed_down_and_then_forgotten() {
    let server = Server::start().await;
    let client = awkward(&server).await;
    let wrong = Client {
        secret: Some("not the secret at all".to_owned()),
        ..client.clone()
    };
    let form = [("grant_type", "client_credentials")];
    let mut slowed = None;
    for _ in 0..20 {
        let answer = server.token(&wrong, &form).await;
        if answer.status == 429 {
            slowed = Some(answer);
            break;
        }
        assert_challenged(&answer);
    }
    let Some(slowed) = slowed else {
        panic!("twenty guesses went through");
    };
    assert_eq!(slowed.json()["error"], "temporarily_unavailable");
    assert_eq!(slowed.header("cache-control"), "no-store");
    let wait: i64 = slowed.header("retry-after").parse().unwrap();
    server.clock.advance(wait);
    server.token(&client, &form).await.assert_status(200);
}

#[on_both_stores(flavor = "multi_thread", worker_threads = 4)]
async fn guesses_sent_at_once_are_worth_no_more_than_one_after_the_other() {
    let server = Arc::new(Server::start().await);
    let client = awkward(&server).await;
    let mut task = 0;
    let answers = in_parallel(100, || {
        task += 1;
        let guess = Client {
            secret: Some(format!("a guess that is wrong {task}")),
            ..client.clone()
        };
        let server = server.clone();
        async move {
            server
                .token(&guess, &[("grant_type", "client_credentials")])
                .await
        }
    })
    .await;
    let refused = answers.iter().filter(|answer| answer.status == 401).count();
    let slowed = answers
        .iter()
        .filter(|answer| matches!(answer.status.as_u16(), 429 | 503));
    assert!(refused <= 10, "{refused} guesses were told that they were wrong");
    assert_eq!(refused + slowed.count(), 100);
}

/// The slow-down locks nobody out: strangers who guess, from however many addresses, do not stop the client itself.
#[on_both_stores]
async fn a_client_is_not_slowed_down_where_it_has_always_been_by_what_strangers_do() {
    let server = Server::start().await;
    let client = awkward(&server).await;
    let from = async |address: &str, secret: &str| {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &client.id),
            ("client_secret", secret),
        ];
        let request = Request::post("/o/token/")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(encode(&form)))
            .unwrap();
        server.send_from(address, request).await
    };
    from("192.0.2.7", CHOSEN).await.assert_status(200);
    for guess in 0..100 {
        from(&format!("198.51.100.{guess}"), "a guess that is wrong").await;
    }
    from("203.0.113.1", CHOSEN).await.assert_status(429);
    from("192.0.2.7", CHOSEN).await.assert_status(200);
    // What is wrong is counted there, too.
    let mut last = from("192.0.2.7", "a guess that is wrong").await;
    for _ in 0..10 {
        last = from("192.0.2.7", "a guess that is wrong").await;
    }
    last.assert_status(429);
}
