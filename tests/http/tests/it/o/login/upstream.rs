//! `/o/login/upstream/`: sign-in at other providers, whose answers are untrusted input (OpenID Connect Core section 3.1, RFC 9700).

mod attacks;
mod github;
mod keys;
mod links;
mod second_pixie;
mod stand_in;

use axum::body::Body;
use axum::http::{Request, header};
use pixie_provider::{Account, Upstream};
use pixie_testing::harness::{Server, in_parallel, on_both_stores};
use serde_json::json;
use tower::ServiceExt;

use super::super::account::authenticator::add_app;
use stand_in::{CALLBACK, come_back, is_signed_in, press, start};

/// The account of a person, who is there.
async fn account(server: &Server, username: &str) -> Account {
    server.provider.find_account(username).await.unwrap()
}

fn creating(upstream: &mut Upstream) {
    upstream.create_accounts = true;
}

#[on_both_stores]
async fn the_login_page_offers_the_providers_and_sends_the_browser_there_with_pkce_state_and_nonce() {
    let (server, _idp) = start(|_| {}).await;
    let browser = server.browser();
    let page = browser.get("/o/login/").await;
    page.assert_page(200, "Continue with Example");
    let begun = press(&browser, "/o/").await;
    assert!(
        begun.location().starts_with("https://idp.example/authorize?"),
        "{begun:?}"
    );
    let sent = |name| begun.location_param(name).unwrap_or_default();
    assert_eq!(sent("response_type"), "code");
    assert_eq!(sent("client_id"), "pixie-at-idp");
    assert_eq!(sent("redirect_uri"), format!("http://localhost:8000{CALLBACK}"));
    assert_eq!(sent("scope"), "openid profile email");
    assert_eq!(sent("code_challenge_method"), "S256");
    for name in ["state", "nonce", "code_challenge"] {
        assert_eq!(sent(name).len(), 43, "{name}");
    }
    let cookie = begun.header("set-cookie");
    assert!(cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
    // Another attempt shares nothing with it.
    let again = press(&browser, "/o/").await;
    for name in ["state", "nonce", "code_challenge"] {
        assert_ne!(again.location_param(name), begun.location_param(name), "{name}");
    }
}

#[on_both_stores]
async fn somebody_without_an_account_gets_one_if_the_operator_wants_that() {
    let (server, idp) = start(creating).await;
    idp.claims(json!({ "name": "Carol", "email": "carol@example.com", "email_verified": true }));
    let browser = server.browser();
    let begun = press(&browser, "/o/account/sign-in-methods/").await;
    let back = come_back(&browser, &begun).await.assert_status(303);
    assert_eq!(back.location(), "/o/account/sign-in-methods/");
    assert!(is_signed_in(&browser));
    let carol = account(&server, "carol").await;
    assert_eq!(carol.name.as_deref(), Some("Carol"));
    assert_eq!(carol.email.as_deref(), Some("carol@example.com"));
    // The operator does not trust the provider for this address.
    assert_eq!(carol.claims.get("email_verified"), None);
    assert!(!carol.administrator && carol.groups.is_empty());
    // The same person again is the same account, also with another name.
    idp.claims(json!({ "preferred_username": "caroline" }));
    let again = server.browser();
    let begun = press(&again, "/o/").await;
    come_back(&again, &begun).await.assert_status(303);
    assert!(server.provider.find_account("caroline").await.is_err());
}

#[on_both_stores]
async fn a_username_that_somebody_has_gets_a_number() {
    let (server, idp) = start(creating).await;
    for (subject, username) in [("1", "alice2"), ("2", "alice3")] {
        idp.claims(json!({ "sub": subject, "preferred_username": "Alice" }));
        let browser = server.browser();
        let begun = press(&browser, "/o/").await;
        come_back(&browser, &begun).await.assert_status(303);
        account(&server, username).await;
    }
    // Neither name nor address: there is an account all the same.
    idp.claims(json!({ "sub": "3", "preferred_username": "\u{7}", "name": "" }));
    let browser = server.browser();
    let begun = press(&browser, "/o/").await;
    come_back(&browser, &begun).await.assert_status(303);
    account(&server, "user").await;
}

#[on_both_stores]
async fn the_second_factor_of_an_account_is_asked_for_after_the_provider() {
    let (server, _idp) = start(|_| {}).await;
    let browser = server.sign_in("alice").await;
    let (app, _) = add_app(&server, &browser).await;
    links::link(&browser).await.assert_status(303);
    // The code that confirmed the app does not sign in too.
    server.clock.advance(60);
    let fresh = server.browser();
    let begun = press(&fresh, "/o/account/sign-in-methods/").await;
    let half = come_back(&fresh, &begun).await.assert_status(303);
    assert!(half.location().starts_with("/o/login/second-factor/"), "{half:?}");
    assert!(!is_signed_in(&fresh));
    let page = fresh.get(half.location()).await;
    let code = app.code(&server);
    let done = fresh
        .fill_in(&page, &[("code", code.as_str())])
        .await
        .assert_status(303);
    assert_eq!(done.location(), "/o/account/sign-in-methods/");
    assert!(is_signed_in(&fresh));
}

#[on_both_stores]
async fn a_disabled_account_is_not_signed_in() {
    let (server, _idp) = start(|_| {}).await;
    links::link(&server.sign_in("alice").await)
        .await
        .assert_status(303);
    let alice = account(&server, "alice").await;
    let operator = pixie_provider::Actor::Operator;
    server
        .provider
        .set_disabled(operator, alice.id, true)
        .await
        .unwrap();
    let browser = server.browser();
    let begun = press(&browser, "/o/").await;
    let refused = come_back(&browser, &begun).await;
    refused.assert_page(400, "The account that is linked there cannot sign in here.");
    assert!(!is_signed_in(&browser));
}

#[on_both_stores]
async fn groups_follow_the_provider_at_each_sign_in_and_others_stay() {
    let (server, idp) = start(|upstream| {
        creating(upstream);
        upstream.claims.groups = Some("groups".to_owned());
        let ours = [("idp-staff", "staff"), ("idp-editors", "editors")];
        upstream.groups = ours
            .map(|(theirs, ours)| (theirs.to_owned(), ours.to_owned()))
            .into();
    })
    .await;
    let sign_in = async |groups: serde_json::Value| {
        idp.claims(json!({ "preferred_username": "carol", "groups": groups }));
        let browser = server.browser();
        let begun = press(&browser, "/o/").await;
        come_back(&browser, &begun).await.assert_status(303);
        account(&server, "carol").await.groups
    };
    assert_eq!(
        sign_in(json!(["idp-staff", "administrators", 7])).await,
        ["staff"]
    );
    let carol = account(&server, "carol").await;
    let change = Account {
        groups: vec!["staff".to_owned(), "garden".to_owned()],
        ..carol
    };
    let operator = pixie_provider::Actor::Operator;
    server.provider.update_account(operator, change).await.unwrap();
    assert_eq!(sign_in(json!(["idp-editors"])).await, ["garden", "editors"]);
    assert_eq!(sign_in(json!(null)).await, ["garden"]);
}

#[on_both_stores]
async fn a_claim_that_is_not_in_the_id_token_comes_from_userinfo() {
    let (server, idp) = start(creating).await;
    idp.claims(json!({}));
    idp.userinfo(json!({ "sub": "person-1", "preferred_username": "carol", "email": "c@example.com", "email_verified": true }));
    let browser = server.browser();
    let begun = press(&browser, "/o/").await;
    come_back(&browser, &begun).await.assert_status(303);
    assert_eq!(
        account(&server, "carol").await.email.as_deref(),
        Some("c@example.com")
    );
}

#[on_both_stores]
async fn methods_of_the_provider_are_repeated_only_if_it_is_trusted_for_them() {
    for (trust_amr, expected) in [(false, json!(null)), (true, json!(["otp", "pwd"]))] {
        let (server, idp) = start(|upstream| {
            creating(upstream);
            upstream.trust_amr = trust_amr;
        })
        .await;
        idp.claims(json!({ "preferred_username": "carol", "amr": ["pwd", "otp", "unheard-of"] }));
        let spa = server.spa().await;
        let browser = server.browser();
        let login = browser.authorize_with(&spa, &[("scope", "openid")]).await;
        let next = login.location_param("next").unwrap();
        let begun = press(&browser, &next).await;
        let back = come_back(&browser, &begun).await.assert_status(303);
        let code = browser.get(back.location()).await.code();
        let tokens = server.redeem(&spa, &code).await.json();
        let claims = stand_in::claims_of(tokens["id_token"].as_str().unwrap());
        assert_eq!(claims["amr"], expected, "{claims}");
        assert_eq!(claims["acr"], "1");
    }
}

/// OpenID Connect Core section 3.1.2.1: a session at the provider is no fresh sign-in here.
#[on_both_stores]
async fn a_fresh_sign_in_is_one_at_the_provider_too() {
    let (server, idp) = start(|_| {}).await;
    let browser = server.sign_in("alice").await;
    let linked = links::link(&browser).await.assert_status(303);
    assert!(linked.location().starts_with("/o/account/"), "{linked:?}");
    let other = server.browser();
    let begun = press(&other, "/o/").await;
    assert_eq!(begun.location_param("prompt"), None);
    let signed_in_there = 1_800_000_000 - 3600;
    idp.claims(json!({ "auth_time": signed_in_there }));
    come_back(&other, &begun).await.assert_status(303);
    let password_page = "/o/account/sign-in-methods/password/";
    let again = other.get(password_page).await.assert_status(303);
    assert!(again.location().starts_with("/o/login/"), "{again:?}");
    let begun = press(&other, password_page).await;
    assert_eq!(begun.location_param("prompt").as_deref(), Some("login"));
    idp.claims(json!({ "auth_time": 1_800_000_000 + 3600 }));
    come_back(&other, &begun).await.assert_status(303);
    other.get(password_page).await.assert_status(200);
    // A time in the future is the present.
    server.clock.advance(601);
    other.get(password_page).await.assert_status(303);
}

/// A provider that is down is no dead end: the page offers it again, and the other ways.
#[on_both_stores]
async fn every_failure_has_a_page_with_the_next_step() {
    let (server, idp) = start(creating).await;
    let browser = server.browser();
    let begun = press(&browser, "/o/applications/").await;
    let state = begun.location_param("state").unwrap();
    let cancelled = browser
        .get(&format!(
            "{CALLBACK}?error=access_denied&state={state}&iss=https://idp.example"
        ))
        .await;
    cancelled.assert_page(400, "You were not signed in at Example.");
    cancelled.assert_page(400, "Try again with Example");
    cancelled.assert_page(400, "/o/login/?next=%2Fo%2Fapplications%2F");
    let again = browser.fill_in(&cancelled, &[]).await.assert_status(303);
    assert!(
        again.location().starts_with("https://idp.example/authorize?"),
        "{again:?}"
    );
    let done = come_back(&browser, &again).await.assert_status(303);
    assert_eq!(done.location(), "/o/applications/");

    let browser = server.browser();
    let begun = press(&browser, "/o/").await;
    idp.is_down(true);
    let failed = come_back(&browser, &begun).await;
    failed.assert_page(503, "Example cannot be reached now.");
    assert_eq!(failed.header("retry-after"), "10");
    idp.is_down(false);

    let begun = press(&browser, "/o/").await;
    idp.token_answer(
        400,
        r#"{"error":"invalid_grant","error_description":"<b>no</b>"}"#,
    );
    let failed = come_back(&browser, &begun).await;
    failed.assert_page(400, "Example did not confirm who you are.");
    failed.assert_page(400, failed.header("x-request-id"));
    assert!(!failed.body.contains("<b>no</b>"), "{failed:?}");
    assert!(!is_signed_in(&browser));
}

#[on_both_stores]
async fn fifty_browsers_with_one_answer_get_one_session() {
    let (server, _idp) = start(creating).await;
    let browser = server.browser();
    let begun = press(&browser, "/o/").await;
    let answers = in_parallel(50, || {
        let request = Request::get(stand_in::answer_path(&begun)).header(header::COOKIE, browser.cookies());
        let answer = server.router().oneshot(request.body(Body::empty()).unwrap());
        async { answer.await.unwrap().status().as_u16() }
    })
    .await;
    assert_eq!(
        answers.iter().filter(|status| **status == 303).count(),
        1,
        "{answers:?}"
    );
    account(&server, "user").await;
}

#[on_both_stores]
async fn paths_of_upstream_providers_do_not_exist_without_one() {
    let server = Server::start().await;
    let browser = server.browser();
    for path in [CALLBACK, "/o/login/link/", "/o/login/upstream/idp/"] {
        browser.get(path).await.assert_status(404);
    }
    let page = browser.get("/o/login/").await;
    assert!(!page.body.contains("upstream"), "{page:?}");
    let (server, _idp) = start(|_| {}).await;
    let answer = server
        .browser()
        .get("/o/login/upstream/other/callback/?code=a&state=b")
        .await;
    answer.assert_status(404);
}
