//! `/o/consent/`: what the person says, and that nothing in the form is believed (RFC 6749 section 10.2).

use axum::body::Body;
use axum::http::Request;
use pixie_testing::harness::{Answer, Browser, Client, Server, encode, in_parallel, on_both_stores};
use tower::ServiceExt as _;

async fn answer_with(browser: &Browser, client: &Client, request: &str, decision: &str) -> Answer {
    let page = browser
        .get(&format!("/o/consent/?{}", client.request(&[])))
        .await
        .assert_status(200);
    let token = page.field("csrf_token");
    let form = [
        ("csrf_token", &*token),
        ("request", request),
        ("decision", decision),
    ];
    browser.post("/o/consent/", &form).await
}

#[on_both_stores]
async fn the_page_says_who_asks_for_what_and_where_the_answer_goes() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let page = server
        .sign_in("alice")
        .await
        .get(&format!("/o/consent/?{}", client.request(&[])))
        .await;
    for text in [
        "Third Party",
        "third-party",
        "Reading scope",
        "Writing scope",
        "third.example",
        "alice",
    ] {
        page.assert_page(200, text);
    }
}

#[on_both_stores]
async fn the_page_warns_when_the_answer_goes_to_a_program_on_the_device() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    for (id, uri) in [("loop", "http://127.0.0.1/cb"), ("app", "com.example.app:/cb")] {
        let metadata = serde_json::json!({ "client_id": id, "redirect_uris": [uri] });
        let client = server.register(metadata).await;
        let page = browser.get(&format!("/o/consent/?{}", client.request(&[]))).await;
        page.assert_page(200, "on your device, not a website");
    }
}

#[on_both_stores]
async fn denying_answers_access_denied_with_state_and_issuer() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let answer = browser.consent(&client, &[], "deny").await.assert_status(303);
    answer.assert_refused("https://third.example/cb?error=", "access_denied");
    assert_eq!(answer.location_param("state").as_deref(), Some("a state"));
}

#[on_both_stores]
async fn the_request_in_the_form_is_checked_again() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    for (change, status, sentence) in [
        (
            ("redirect_uri", "https://evil.example/cb"),
            400,
            "redirect_uri is not registered",
        ),
        (("redirect_uri", ""), 400, "redirect_uri is missing"),
        (("client_id", "nobody"), 400, "Unknown client_id"),
        (("client_id", ""), 400, "client_id is missing"),
    ] {
        for decision in ["allow", "deny"] {
            let answer = answer_with(&browser, &client, &client.request(&[change]), decision).await;
            answer.assert_page(status, sentence);
        }
    }
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("scope", "introspection"), "invalid_scope"),
        (("request_uri", "urn:x"), "invalid_request_uri"),
    ] {
        let answer = answer_with(&browser, &client, &client.request(&[change]), "allow").await;
        answer.assert_refused(&client.redirect_uri, error);
    }
    let repeated = format!("{}&client_id=third-party", client.request(&[]));
    answer_with(&browser, &client, &repeated, "allow")
        .await
        .assert_page(400, "repeated");
    answer_with(&browser, &client, "", "allow")
        .await
        .assert_page(400, "client_id is missing");
}

#[on_both_stores]
async fn the_get_is_checked_like_the_authorization_endpoint() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let evil = client.request(&[("redirect_uri", "https://evil.example/cb")]);
    browser
        .get(&format!("/o/consent/?{evil}"))
        .await
        .assert_page(400, "redirect_uri is not registered");
    let bad = browser
        .get(&format!(
            "/o/consent/?{}",
            client.request(&[("scope", "nonsense")])
        ))
        .await;
    bad.assert_refused(&client.redirect_uri, "invalid_scope");
}

#[on_both_stores]
async fn a_get_never_decides() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let page = format!("/o/consent/?{}&decision=allow", client.request(&[]));
    browser.get(&page).await.assert_page(200, "Allow Third Party?");
}

#[on_both_stores]
async fn a_decision_that_is_none_asks_again() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    for decision in ["", "Allow", "yes", "allow "] {
        let answer = answer_with(&browser, &client, &client.request(&[]), decision).await;
        answer.assert_page(200, "Allow Third Party?");
    }
}

#[on_both_stores]
async fn a_decision_without_a_session_leads_to_login_and_back_to_the_request() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let form = [("request", &*client.request(&[])), ("decision", "allow")];
    let answer = server
        .browser()
        .post("/o/consent/", &form)
        .await
        .assert_status(303);
    let next = format!("/o/authorize/?{}", client.request(&[]));
    assert_eq!(
        answer.location(),
        format!("/o/login/?{}", encode(&[("next", &next)]))
    );
}

#[on_both_stores]
async fn a_forged_decision_is_refused() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let request = client.request(&[]);
    let page = format!("/o/consent/?{request}");
    let anonymous = server.browser();
    let others = [
        anonymous.get("/o/login/").await.field("csrf_token"),
        server.sign_in("bob").await.get(&page).await.field("csrf_token"),
        server.sign_in("alice").await.get(&page).await.field("csrf_token"),
        browser.get("/o/login/").await.field("csrf_token"),
        String::new(),
    ];
    for token in &others {
        let form = [
            ("csrf_token", &**token),
            ("request", &*request),
            ("decision", "allow"),
        ];
        browser
            .post("/o/consent/", &form)
            .await
            .assert_page(403, "This form has expired");
    }
    let redirect = browser.authorize(&client).await.assert_status(302);
    assert!(
        redirect.location().starts_with("/o/consent/"),
        "nothing was allowed"
    );
}

#[on_both_stores]
async fn a_form_of_a_former_session_is_refused() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let request = client.request(&[]);
    let token = browser
        .get(&format!("/o/consent/?{request}"))
        .await
        .field("csrf_token");
    browser
        .sign_in("bob", pixie_testing::harness::PASSWORD)
        .await
        .assert_status(303);
    let form = [
        ("csrf_token", &*token),
        ("request", &*request),
        ("decision", "allow"),
    ];
    browser
        .post("/o/consent/", &form)
        .await
        .assert_page(403, "somebody has signed in or out since then");
}

#[on_both_stores]
async fn nothing_is_remembered_of_a_refused_request() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let before = server.database();
    answer_with(
        &browser,
        &client,
        &client.request(&[("scope", "nonsense")]),
        "allow",
    )
    .await;
    answer_with(&browser, &client, &client.request(&[]), "deny").await;
    assert_eq!(server.database(), before);
}

#[on_both_stores]
async fn the_way_to_another_account_leads_back_to_the_same_request() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let request = client.request(&[]);
    let page = server
        .sign_in("alice")
        .await
        .get(&format!("/o/consent/?{request}"))
        .await;
    let login = format!(
        "/o/login/?{}",
        encode(&[("next", &format!("/o/authorize/?{request}"))])
    );
    page.assert_page(200, &login.replace('&', "&amp;"));
}

/// The page that a request of a user leads to who has allowed something before.
fn leads_to(answer: &Answer, page: &str) -> bool {
    answer.location().starts_with(page)
}

#[on_both_stores]
async fn claims_that_the_page_never_told_of_are_asked_for_again() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let openid = ("scope", "openid");
    browser.consent(&client, &[openid], "allow").await.code();
    for claims in [
        r#"{"userinfo":{"email":null}}"#,
        r#"{"id_token":{"phone_number":{"essential":true}}}"#,
        r#"{"userinfo":{"name#de":{"value":"A"}}}"#,
    ] {
        let wider = [openid, ("claims", claims)];
        let redirect = browser.authorize_with(&client, &wider).await;
        assert!(leads_to(&redirect, "/o/consent/?"), "{claims}: {redirect:?}");
        let silent = [openid, ("claims", claims), ("prompt", "none")];
        let refused = browser.authorize_with(&client, &silent).await;
        refused.assert_refused(&client.redirect_uri, "consent_required");
    }
}

#[on_both_stores]
async fn claims_that_the_page_told_of_are_remembered() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let changes = [("scope", "openid"), ("claims", r#"{"userinfo":{"email":null}}"#)];
    browser.consent(&client, &changes, "allow").await.code();
    browser.authorize_with(&client, &changes).await.code();
    // The consent page described the claims of an allowed scope too.
    let both = [("scope", "openid email"), ("claims", "")];
    browser.authorize_with(&client, &both).await.code();
    let other = [
        ("scope", "openid"),
        ("claims", r#"{"userinfo":{"birthdate":null}}"#),
    ];
    let redirect = browser.authorize_with(&client, &other).await;
    assert!(leads_to(&redirect, "/o/consent/?"), "{redirect:?}");
}

#[on_both_stores]
async fn claims_that_nobody_could_be_told_of_are_no_reason_to_ask_again() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let openid = ("scope", "openid");
    browser.consent(&client, &[openid], "allow").await.code();
    let claims = r#"{"userinfo":{"no_such_claim":null,"sub":null},"id_token":{"acr":null,"auth_time":null}}"#;
    browser
        .authorize_with(&client, &[openid, ("claims", claims)])
        .await
        .code();
}

#[on_both_stores]
async fn one_form_gives_one_answer_however_often_it_is_sent() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let page = browser.get(&format!("/o/consent/?{}", client.request(&[]))).await;
    let code = browser.decide_on(&page, "allow").await.assert_status(303).code();
    // A double click: the browser shows the second answer.
    let again = browser.decide_on(&page, "allow").await.assert_status(303);
    assert_eq!(again.code(), code);
    assert_eq!(again.location_param("state").as_deref(), Some("a state"));
    browser
        .decide_on(&page, "deny")
        .await
        .assert_page(409, "You have already answered");
    let tokens = pixie_testing::harness::Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    // The back button, later. A code that came twice would end the tokens.
    for decision in ["allow", "deny"] {
        browser
            .decide_on(&page, decision)
            .await
            .assert_page(409, "You have already answered");
    }
    assert!(server.is_active(&tokens.access).await);
    server.clock.advance(6 * 24 * 3600);
    let stale = browser.decide_on(&page, "allow").await;
    assert_eq!(stale.location_param("code"), None, "{stale:?}");
}

#[on_both_stores]
async fn a_second_deny_is_answered_as_the_first() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let page = browser.get(&format!("/o/consent/?{}", client.request(&[]))).await;
    let first = browser.decide_on(&page, "deny").await.assert_status(303);
    first.assert_refused(&client.redirect_uri, "access_denied");
    // The double click; the back button, long after; and once more after a click on the other button.
    for seconds in [0, 6 * 3600, 0] {
        server.clock.advance(seconds);
        let again = browser.decide_on(&page, "deny").await.assert_status(303);
        assert_eq!(again.location(), first.location());
        browser
            .decide_on(&page, "allow")
            .await
            .assert_page(409, "You have already answered");
    }
}

#[on_both_stores]
async fn a_form_that_was_denied_cannot_be_allowed_any_more() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let page = browser.get(&format!("/o/consent/?{}", client.request(&[]))).await;
    browser
        .decide_on(&page, "deny")
        .await
        .assert_refused(&client.redirect_uri, "access_denied");
    browser
        .decide_on(&page, "allow")
        .await
        .assert_page(409, "You have already answered");
    let new = browser.get(&format!("/o/consent/?{}", client.request(&[]))).await;
    browser.decide_on(&new, "allow").await.code();
}

#[on_both_stores]
async fn a_code_that_has_expired_is_not_given_again() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let page = browser.get(&format!("/o/consent/?{}", client.request(&[]))).await;
    browser.decide_on(&page, "allow").await.code();
    server.clock.advance(600);
    server.provider.sweep().await.unwrap();
    browser
        .decide_on(&page, "allow")
        .await
        .assert_page(409, "You have already answered");
}

#[on_both_stores]
async fn each_page_that_is_shown_is_a_form_of_its_own() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let path = format!("/o/consent/?{}", client.request(&[("prompt", "consent")]));
    let (one, two) = (browser.get(&path).await, browser.get(&path).await);
    let codes = [&one, &two].map(|page| browser.decide_on(page, "allow"));
    let [one, two] = codes;
    assert_ne!(one.await.code(), two.await.code());
}

#[on_both_stores]
async fn of_one_form_sent_by_many_at_once_one_code_comes() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let page = browser.get(&format!("/o/consent/?{}", client.request(&[]))).await;
    let (token, request) = (page.field("csrf_token"), page.field("request"));
    let form = encode(&[
        ("csrf_token", &token),
        ("request", &request),
        ("decision", "allow"),
    ]);
    let answers = in_parallel(20, || {
        let sent = Request::post("/o/consent/")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", browser.cookies());
        let sent = sent.body(Body::from(form.clone())).unwrap();
        let router = server.router();
        async move { Answer::read(router.oneshot(sent).await.unwrap()).await }
    })
    .await;
    let codes: std::collections::BTreeSet<_> = answers
        .iter()
        .filter_map(|answer| answer.location_param("code"))
        .collect();
    assert_eq!(codes.len(), 1, "{answers:?}");
}
