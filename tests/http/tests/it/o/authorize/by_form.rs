//! Requests in the body of a form (OpenID Connect Core section 3.1.2.1), and requests that are too long for an address.

use axum::body::Body;
use axum::http::Request;
use pixie_provider::SignUpMode;
use pixie_testing::harness::{Answer, Browser, Client, Server, encode, on_both_stores};

/// Bytes that a proxy gives the headers of an answer, if it is not set up otherwise, without the status line and the headers of the
/// connection.
const BUFFER: usize = 4096 - 150;

/// The fields of a good request.
fn fields(client: &Client, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let query = client.request(changes);
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// A form POST with the cookies of a browser, from a page of this site.
async fn post(browser: &Browser, fields: &[(String, String)], site: &str) -> Answer {
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let request = Request::post("/o/authorize/")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", site)
        .header("sec-fetch-dest", "document");
    browser
        .send(request.body(Body::from(encode(&pairs))).unwrap())
        .await
}

/// No secret of the request is in an address, and the headers fit into the buffer of a proxy.
#[track_caller]
fn assert_small(answer: &Answer, secret: &str) {
    let headers = answer.headers.iter();
    let size: usize = headers
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    assert!(size < BUFFER, "{size}: {answer:?}");
    assert!(!answer.location().contains(secret), "{answer:?}");
}

/// Goes on as a person without scripts until the client has its answer.
async fn walk(browser: &Browser, mut answer: Answer, secret: &str) -> Answer {
    for _ in 0..10 {
        assert_small(&answer, secret);
        answer = if answer.body.contains("id=\"send_on\"") {
            browser.send_on(&answer).await
        } else if answer.body.contains("id=\"login\"") {
            browser.sign_in_on(&answer, "alice").await
        } else if answer.body.contains("id=\"allow\"") {
            browser.decide_on(&answer, "allow").await
        } else if answer.location().starts_with("/o/") {
            browser.get(answer.location()).await
        } else {
            return answer;
        };
    }
    panic!("no answer: {answer:?}");
}

#[on_both_stores]
async fn what_came_by_form_stays_out_of_addresses_until_the_client_is_answered() {
    let server = Server::with(|settings| settings.sign_up = SignUpMode::Open).await;
    let hint = format!("secret{}", "0123456789abcdef".repeat(375));
    for prompt in ["", "login", "consent", "select_account"] {
        for client in [
            server.register(metadata("first", prompt, true)).await,
            server.register(metadata("other", prompt, false)).await,
        ] {
            let changes = [
                ("login_hint", hint.as_str()),
                ("scope", "openid"),
                ("prompt", prompt),
            ];
            let stranger = server.browser();
            // The form of another site comes without cookies.
            let sent_on = post(&server.browser(), &fields(&client, &changes), "cross-site")
                .await
                .assert_status(200);
            let answer = walk(&stranger, sent_on.clone(), "secret").await;
            assert!(!answer.code().is_empty(), "{answer:?}");
            assert_eq!(answer.location_param("state").as_deref(), Some("a state"));
        }
    }
}

fn metadata(id: &str, prompt: &str, trusted: bool) -> serde_json::Value {
    let id = format!("{id}-{prompt}");
    serde_json::json!({ "client_id": id, "redirect_uris": ["https://rp.example/cb"], "skip_authorization": trusted })
}

#[on_both_stores]
async fn the_session_counts_when_the_page_sends_the_form_again() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let fields = fields(&client, &[("prompt", "none"), ("nonce", &"n".repeat(900))]);
    let sent_on = post(&server.browser(), &fields, "cross-site")
        .await
        .assert_status(200);
    assert_eq!(sent_on.location(), "");
    browser.send_on(&sent_on).await.assert_status(303).code();
    let answer = server.browser().send_on(&sent_on).await.assert_status(303);
    answer.assert_refused(&client.redirect_uri, "login_required");
}

#[on_both_stores]
async fn a_form_that_came_with_its_cookies_is_answered_at_once() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let query = fields(&client, &[]);
    for site in ["same-site", "same-origin", "cross-site"] {
        post(&browser, &query, site).await.assert_status(303).code();
    }
    // No cookie comes into a frame of another site however often the form is sent.
    let silent = fields(&client, &[("prompt", "none")]);
    let pairs: Vec<_> = silent
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let request = Request::post("/o/authorize/")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site")
        .header("sec-fetch-dest", "iframe");
    let answer = server
        .send(request.body(Body::from(encode(&pairs))).unwrap())
        .await;
    answer.assert_refused(&client.redirect_uri, "login_required");
}

#[on_both_stores]
async fn the_page_that_sends_a_form_again_runs_one_script_and_leads_nowhere_else() {
    let server = Server::start().await;
    let client = server.spa().await;
    let markup = "\"><script>alert(1)</script>";
    let changes = [("state", markup), ("redirect_uri", "https://evil.example/")];
    let page = post(&server.browser(), &fields(&client, &changes), "cross-site")
        .await
        .assert_status(200);
    let policy = page.header("content-security-policy").to_owned();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'nonce-"),
        "{policy}"
    );
    assert_eq!(page.body.matches("<script").count(), 1, "{page:?}");
    assert!(
        page.body
            .contains("<form method=\"post\" action=\"/o/authorize/\""),
        "{page:?}"
    );
    assert!(
        page.body.contains("<button class=\"primary\" id=\"continue\">"),
        "{page:?}"
    );
    // The browser has a cookie that it did not send, and keeps it.
    assert_eq!(page.header("set-cookie"), "");
    let refused = server.browser().send_on(&page).await;
    refused.assert_page(400, "redirect_uri is not registered");
}

#[on_both_stores]
async fn nothing_is_stored_for_strangers_who_send_forms() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let before = server.database();
    let page = post(&server.browser(), &fields(&client, &[]), "cross-site").await;
    let page = server.browser().send_on(&page).await;
    server
        .browser()
        .send_on(&page)
        .await
        .assert_page(200, "id=\"login\"");
    assert_eq!(server.database(), before);
}

#[on_both_stores]
async fn a_state_of_2500_percent_encoded_bytes_passes_a_proxy_as_plain_text_does() {
    let server = Server::start().await;
    for client in [server.spa().await, server.third_party().await] {
        for state in [
            "{".repeat(833),
            "a".repeat(2500),
            "+ &=%~".repeat(150),
            "\u{e4}".repeat(416),
        ] {
            let browser = server.browser();
            let answer = browser
                .authorize_with(&client, &[("state", &state)])
                .await
                .assert_status(302);
            assert!(
                answer
                    .location()
                    .starts_with("/o/login/?next=%2Fo%2Fauthorize%2F%3F"),
                "{answer:?}"
            );
            let answer = walk(&browser, answer, "\u{0}").await;
            assert_eq!(answer.location_param("state"), Some(state));
            assert!(!answer.code().is_empty());
        }
    }
}

/// Around the length at which a request goes on by forms, with the cookies of an https issuer.
#[on_both_stores]
async fn requests_of_every_length_fit_into_the_buffer_of_a_proxy() {
    let https = |settings: &mut pixie_provider::Settings| {
        settings.issuer = pixie_oauth::Issuer::parse("https://id.example/o").unwrap();
    };
    let server = Server::with(https).await;
    let client = server.spa().await;
    let mut by_form = 0;
    for length in (2300..2900).step_by(60) {
        for changes in [
            &[("login_hint", "x".repeat(length))][..],
            &[
                ("login_hint", "{".repeat(length / 3)),
                ("scope", "openid".to_owned()),
            ],
            &[("login_hint", "x".repeat(length)), ("prompt", "login".to_owned())],
        ] {
            let changes: Vec<_> = changes
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            let browser = server.browser();
            let answer = browser.authorize_with(&client, &changes).await;
            by_form += usize::from(answer.status == 200);
            walk(&browser, answer, "\u{0}").await.code();
        }
    }
    assert!((3..27).contains(&by_form), "{by_form}");
}

/// The state goes back to the client as it came, so that a long one makes a long address.
#[on_both_stores]
async fn an_answer_that_is_too_long_for_a_header_goes_to_the_client_from_a_page() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    for (mode, prompt, length) in [
        ("query", "", 3300),
        ("query", "none", 6000),
        ("fragment", "", 6000),
        ("query", "consent", 6000),
    ] {
        let state = "s".repeat(length);
        let changes = [("state", &*state), ("response_mode", mode), ("prompt", prompt)];
        for by_form in [false, true] {
            let mut answer = if by_form {
                post(&browser, &fields(&client, &changes), "same-origin").await
            } else {
                browser.authorize_with(&client, &changes).await
            };
            while answer.body.contains("id=\"send_on\"") {
                assert_small(&answer, &state);
                answer = browser.send_on(&answer).await;
            }
            if answer.body.contains("id=\"allow\"") {
                answer = browser.decide_on(&answer, "allow").await;
            }
            assert_small(&answer, &state);
            answer.assert_page(200, "<strong>spa.example</strong>");
            // As a redirect could, it may pass through a frame of the client (`prompt=none`).
            assert_eq!(answer.header("x-frame-options"), "");
            let policy = answer.header("content-security-policy");
            assert!(
                policy.contains("frame-ancestors https://spa.example;"),
                "{policy}"
            );
            let separator = if mode == "query" { '?' } else { '#' };
            let address = format!("id=\"continue\" href=\"https://spa.example/cb{separator}code=");
            assert!(answer.body.contains(&address), "{answer:?}");
            assert!(answer.body.contains(&state), "{answer:?}");
        }
    }
    let short = browser.authorize_with(&client, &[("state", "s")]).await;
    short.assert_status(302).code();
}

#[on_both_stores]
async fn a_request_that_is_too_long_for_an_address_goes_on_by_forms() {
    let server = Server::with(|settings| settings.sign_up = SignUpMode::Open).await;
    let hint = format!("secret{}", "{".repeat(2000));
    for prompt in ["", "login", "create", "select_account", "consent"] {
        let client = server
            .register(metadata("long", prompt, prompt != "consent"))
            .await;
        let browser = server.browser();
        let changes = [("login_hint", hint.as_str()), ("prompt", prompt)];
        let mut answer = browser.authorize_with(&client, &changes).await.assert_status(200);
        if prompt == "create" {
            answer = browser.send_on(&answer).await;
            let typed = [
                ("username", "carol"),
                ("password", "a long enough password"),
                ("password_again", "a long enough password"),
            ];
            answer = browser.fill_in(&answer, &typed).await;
        }
        let answer = walk(&browser, answer, "secret").await;
        assert!(!answer.code().is_empty(), "{prompt}: {answer:?}");
    }
}

#[on_both_stores]
async fn links_to_other_pages_carry_what_came_by_form_in_forms_too() {
    let server = Server::with(|settings| settings.sign_up = SignUpMode::Open).await;
    let client = server.third_party().await;
    let changes = [("login_hint", "secret")];
    let browser = server.browser();
    let page = post(&browser, &fields(&client, &changes), "same-origin").await;
    let login = browser.send_on(&page).await;
    login.assert_page(200, "<button class=\"secondary\" id=\"sign_up\">");
    assert!(!login.body.contains("href=\"/o/sign-up/"), "{login:?}");
    let sign_up = browser
        .post("/o/sign-up/", &[("next", &login.field("next"))])
        .await;
    sign_up.assert_page(200, "<button class=\"secondary\" id=\"sign_in\">");
    let answer = browser.sign_in_on(&login, "alice").await;
    let answer = browser.send_on(&answer).await;
    let consent = browser.send_on(&answer).await;
    consent.assert_page(200, "id=\"another_account\"");
    assert!(!consent.body.contains("href=\"/o/login/"), "{consent:?}");
    let login = browser
        .post("/o/login/", &[("next", &consent.field("next"))])
        .await;
    login.assert_page(200, "id=\"login\"");
    let chosen = fields(&client, &[("login_hint", "secret"), ("prompt", "select_account")]);
    let select = browser
        .send_on(&post(&browser, &chosen, "same-origin").await)
        .await;
    select.assert_page(200, "<button class=\"secondary\" id=\"another_account\">");
}

#[on_both_stores]
async fn pages_that_are_asked_for_by_a_form_still_refuse_forged_answers() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let request = client.request(&[]);
    let next = format!("/o/authorize/?{request}");
    for (page, field, value) in [
        ("/o/consent/", "request", &request),
        ("/o/select-account/", "next", &next),
    ] {
        browser.post(page, &[(field, value)]).await.assert_status(200);
        for forged in [("decision", "allow"), ("csrf_token", "x")] {
            browser
                .post(page, &[(field, value), forged])
                .await
                .assert_page(403, "This form has expired");
        }
    }
    let typed = [
        ("next", &*next),
        ("username", "alice"),
        ("password", pixie_testing::harness::PASSWORD),
    ];
    server
        .post("/o/login/", &typed)
        .await
        .assert_page(403, "This form has expired");
}
