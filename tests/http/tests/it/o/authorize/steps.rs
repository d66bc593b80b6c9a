//! Login, consent, code: what comes when, and `prompt=none` (OpenID Connect Core section 3.1.2).

use axum::body::Body;
use axum::http::Request;

use pixie_testing::harness::{Browser, Client, Server, Tokens, encode, on_both_stores};

const SILENT: &[(&str, &str)] = &[("prompt", "none")];

async fn native(server: &Server) -> Client {
    server
        .register(serde_json::json!({ "client_id": "app", "redirect_uris": ["com.example.app:/cb"] }))
        .await
}

async fn assert_consent_needed(browser: &Browser, client: &Client, changes: &[(&str, &str)]) {
    let redirect = browser.authorize_with(client, changes).await.assert_status(302);
    assert!(redirect.location().starts_with("/o/consent/?"), "{redirect:?}");
}

#[on_both_stores]
async fn nobody_signed_in_goes_to_login_and_comes_back_to_the_same_request() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.browser();
    let request = format!("/o/authorize/?{}", client.request(&[]));
    let redirect = browser.get(&request).await.assert_status(302);
    let page = browser.get(redirect.location()).await.assert_status(200);
    assert_eq!(page.field("next"), request);
}

#[on_both_stores]
async fn the_walkthrough_runs_with_a_verifier_of_legal_length_and_a_default_client() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    assert!(server.is_active(&tokens.access).await);
}

#[on_both_stores]
async fn prompt_none_without_a_session_is_login_required() {
    let server = Server::start().await;
    for client in [server.spa().await, server.third_party().await] {
        let answer = server
            .browser()
            .authorize_with(&client, SILENT)
            .await
            .assert_status(302);
        answer.assert_refused(&client.redirect_uri, "login_required");
    }
}

#[on_both_stores]
async fn prompt_none_without_consent_is_consent_required_and_with_it_a_code() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let answer = browser.authorize_with(&client, SILENT).await.assert_status(302);
    answer.assert_refused(&client.redirect_uri, "consent_required");
    browser
        .consent(&client, &[("scope", "read")], "allow")
        .await
        .code();
    browser
        .authorize_with(&client, &[("prompt", "none"), ("scope", "read")])
        .await
        .code();
    let wider = browser
        .authorize_with(&client, &[("prompt", "none"), ("scope", "read write")])
        .await;
    wider.assert_refused(&client.redirect_uri, "consent_required");
}

#[on_both_stores]
async fn prompt_none_is_never_silent_for_a_private_use_scheme() {
    let server = Server::start().await;
    let client = native(&server).await;
    let browser = server.sign_in("alice").await;
    browser.consent(&client, &[], "allow").await.code();
    let answer = browser.authorize_with(&client, SILENT).await;
    answer.assert_refused(&client.redirect_uri, "consent_required");
}

#[on_both_stores]
async fn prompt_none_never_shows_the_consent_page_itself() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let page = format!("/o/consent/?{}", client.request(SILENT));
    let answer = browser.get(&page).await.assert_status(302);
    answer.assert_refused(&client.redirect_uri, "consent_required");
}

#[on_both_stores]
async fn an_untrusted_client_asks_for_consent_and_a_trusted_one_does_not() {
    let server = Server::start().await;
    let (trusted, untrusted) = (server.spa().await, server.third_party().await);
    let browser = server.sign_in("alice").await;
    browser.authorize(&trusted).await.code();
    assert_consent_needed(&browser, &untrusted, &[]).await;
}

#[on_both_stores]
async fn a_consent_is_remembered_for_its_client_and_its_person_only() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let other = server
        .register(serde_json::json!({ "client_id": "other", "redirect_uris": ["https://other.example/cb"] }))
        .await;
    let browser = server.sign_in("alice").await;
    browser.consent(&client, &[], "allow").await.code();
    browser.authorize(&client).await.code();
    server.sign_in("alice").await.authorize(&client).await.code();
    assert_consent_needed(&browser, &other, &[]).await;
    assert_consent_needed(&server.sign_in("bob").await, &client, &[]).await;
}

#[on_both_stores]
async fn a_wider_scope_asks_again_and_a_narrower_one_does_not() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    browser
        .consent(&client, &[("scope", "read")], "allow")
        .await
        .code();
    assert_consent_needed(&browser, &client, &[("scope", "read write")]).await;
    assert_consent_needed(&browser, &client, &[("scope", "write")]).await;
    browser
        .consent(&client, &[("scope", "write")], "allow")
        .await
        .code();
    for scope in ["read", "write", "write read", ""] {
        browser.authorize_with(&client, &[("scope", scope)]).await.code();
    }
}

#[on_both_stores]
async fn a_denial_is_not_remembered() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    browser
        .consent(&client, &[], "deny")
        .await
        .assert_refused(&client.redirect_uri, "access_denied");
    assert_consent_needed(&browser, &client, &[]).await;
}

#[on_both_stores]
async fn a_private_use_scheme_asks_each_time_because_any_app_may_claim_it() {
    let server = Server::start().await;
    let client = native(&server).await;
    let browser = server.sign_in("alice").await;
    for _ in 0..2 {
        browser.consent(&client, &[], "allow").await.code();
        assert_consent_needed(&browser, &client, &[]).await;
    }
}

#[on_both_stores]
async fn the_scope_of_the_code_is_the_scope_of_the_request_or_the_clients_default() {
    let server = Server::start().await;
    let (all, own) = (
        server.spa().await,
        server
            .register(serde_json::json!({
                "client_id": "own", "redirect_uris": ["https://own.example/cb"], "scope": "read write",
                "default_scope": "read", "skip_authorization": true,
            }))
            .await,
    );
    let browser = server.sign_in("alice").await;
    for (client, requested, granted) in [
        (&all, "", "read write"),
        (&all, "write", "write"),
        (&all, "write read write", "write read"),
        (&own, "", "read"),
        (&own, "write", "write"),
    ] {
        let code = browser
            .authorize_with(client, &[("scope", requested)])
            .await
            .code();
        let tokens = server.redeem(client, &code).await.assert_status(200).json();
        assert_eq!(tokens["scope"], granted);
    }
}

#[on_both_stores]
async fn the_challenge_is_not_lost_on_the_way_through_login_and_consent() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let code = browser.consent(&client, &[], "allow").await.code();
    let wrong = "another-verifier-of-legal-length-0123456789-0123456789";
    server
        .redeem_with(&client, &code, wrong)
        .await
        .assert_error("invalid_grant");
    let code = browser.authorize(&client).await.code();
    Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
}

#[on_both_stores]
async fn plain_works_only_where_the_profile_relaxes_it() {
    let server = Server::start().await;
    let client = server.my_sexy_spa().await;
    let browser = server.sign_in("alice").await;
    for method in ["plain", ""] {
        let changes = [("code_challenge", "12345"), ("code_challenge_method", method)];
        let code = browser.authorize_with(&client, &changes).await.code();
        server
            .redeem_with(&client, &code, "12345")
            .await
            .assert_status(200);
    }
    let lower = browser
        .authorize_with(&client, &[("code_challenge_method", "s256")])
        .await;
    lower.assert_refused("http://my-sexy-spa/", "invalid_request");
    let none = [("code_challenge", ""), ("code_challenge_method", "")];
    let none = browser.authorize_with(&client, &none).await;
    none.assert_refused("http://my-sexy-spa/", "invalid_request");
}

#[on_both_stores]
async fn pkce_is_optional_only_for_a_confidential_client_relaxed_to_it() {
    let server = Server::start().await;
    let relaxed = server
        .register(serde_json::json!({
            "client_id": "old", "redirect_uris": ["https://old.example/cb"], "profile": "legacy",
            "relaxations": ["optional_pkce"], "token_endpoint_auth_method": "client_secret_basic",
            "skip_authorization": true,
        }))
        .await;
    let strict = server.web_app().await;
    let browser = server.sign_in("alice").await;
    let none = [("code_challenge", ""), ("code_challenge_method", "")];
    browser.authorize_with(&relaxed, &none).await.code();
    browser
        .authorize_with(&strict, &none)
        .await
        .assert_refused(&strict.redirect_uri, "invalid_request");
    let half = browser.authorize_with(&relaxed, &[("code_challenge", "")]).await;
    half.assert_refused(&relaxed.redirect_uri, "invalid_request");
}

#[on_both_stores]
async fn a_post_that_is_no_form_gets_a_page() {
    let server = Server::start().await;
    for content_type in [
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
    ] {
        let request = Request::post("/o/authorize/").header("content-type", content_type);
        let answer = server.send(request.body(Body::from("{}")).unwrap()).await;
        answer.assert_page(400, "x-www-form-urlencoded");
    }
    let large = encode(&[("client_id", &"a".repeat(100_000))]);
    let request = Request::post("/o/authorize/").header("content-type", "application/x-www-form-urlencoded");
    let answer = server.send(request.body(Body::from(large)).unwrap()).await;
    answer.assert_page(413, "too large");
}

#[on_both_stores]
async fn the_authorization_endpoint_has_no_cors() {
    let server = Server::start().await;
    let client = server.spa().await;
    let path = format!("/o/authorize/?{}", client.request(&[]));
    for method in ["GET", "OPTIONS"] {
        let request = Request::builder()
            .method(method)
            .uri(&path)
            .header("origin", "https://spa.example");
        let request = request.header("access-control-request-method", "GET");
        let answer = server.send(request.body(Body::empty()).unwrap()).await;
        let cors = answer
            .headers
            .keys()
            .any(|name| name.as_str().starts_with("access-control"));
        assert!(!cors, "{answer:?}");
    }
}

#[on_both_stores]
async fn codes_and_redirects_are_not_kept_by_caches() {
    let server = Server::start().await;
    let client = server.spa().await;
    let answer = server
        .sign_in("alice")
        .await
        .authorize(&client)
        .await
        .assert_status(302);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
}

#[on_both_stores]
async fn no_token_is_ever_accepted_or_given_in_the_query() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let answer = browser.authorize(&client).await;
    for name in ["access_token", "id_token", "refresh_token"] {
        assert_eq!(answer.location_param(name), None);
    }
    let session = browser.cookie("pixie_session").unwrap();
    let redirect = server
        .get(&format!(
            "/o/applications/?pixie_session={session}&access_token={session}"
        ))
        .await;
    assert!(redirect.assert_status(302).location().starts_with("/o/login/"));
}

#[on_both_stores]
async fn every_code_is_another() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let codes: std::collections::BTreeSet<_> = [
        browser.authorize(&client).await.code(),
        browser.authorize(&client).await.code(),
        browser.authorize(&client).await.code(),
    ]
    .into();
    assert_eq!(codes.len(), 3);
}

#[on_both_stores]
async fn an_issuer_without_a_path_works_the_same() {
    let issuer = pixie_oauth::Issuer::parse("https://id.example").unwrap();
    let server = Server::with(|settings| settings.issuer = issuer).await;
    let client = server.third_party().await;
    let browser = server.browser();
    let redirect = browser
        .get(&format!("/authorize/?{}", client.request(&[])))
        .await
        .assert_status(302);
    assert!(
        redirect.location().starts_with("/login/?next=%2Fauthorize%2F%3F"),
        "{redirect:?}"
    );
    let back = browser
        .sign_in_at(redirect.location(), "alice")
        .await
        .assert_status(303);
    let redirect = browser.get(back.location()).await.assert_status(302);
    assert!(redirect.location().starts_with("/consent/?"), "{redirect:?}");
    let answer = browser
        .decide_at(redirect.location(), "allow")
        .await
        .assert_status(303);
    assert_eq!(
        answer.location_param("iss").as_deref(),
        Some("https://id.example")
    );
    answer.code();
    browser.get("/").await.assert_page(200, "alice");
}

#[on_both_stores]
async fn the_slash_at_the_end_of_the_path_makes_no_difference() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    browser
        .get(&format!("/o/authorize?{}", client.request(&[])))
        .await
        .code();
    let evil = client.request(&[("redirect_uri", "https://evil.example/")]);
    browser
        .get(&format!("/o/authorize?{evil}"))
        .await
        .assert_page(400, "redirect_uri is not registered");
    let redirect = server
        .get(&format!("/o/authorize?{}", client.request(&[])))
        .await
        .assert_status(302);
    let page = server.get(redirect.location()).await.assert_status(200);
    assert!(
        !page.header("content-security-policy").contains("form-action"),
        "{page:?}"
    );
}
