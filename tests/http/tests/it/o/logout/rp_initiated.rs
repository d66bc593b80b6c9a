//! Logout requests of an application (OpenID Connect RP-Initiated Logout 1.0 sections 2 to 4): the rows of
//! certification, then the other rules of the specification.

use axum::body::Body;
use axum::http::Request;
use pixie_oauth::jose::{JwtType, SigningAlgorithm, SigningKey};
use pixie_provider::When;
use serde_json::{Value, json};

use super::{STATE, claims, confirm, end_session, id_token, is_signed_in, post_from_elsewhere, rp};
use pixie_testing::harness::{Answer, Browser, Client, PASSWORD, Server, Tokens, on_both_stores};

const OUT: &str = "https://rp.example/out";

/// Somebody who is signed in to an application.
async fn signed_in(server: &Server) -> (Browser, Client, String) {
    let client = rp(server, "rp", json!({})).await;
    let browser = server.sign_in("alice").await;
    let token = id_token(server, &browser, &client).await;
    (browser, client, token)
}

/// The browser is on its way back to the application, with nothing but the state as it was sent.
fn assert_returned_with_state(answer: &Answer) {
    assert_eq!(answer.location_param("state").as_deref(), Some(STATE));
    let address = answer.location().replace("%7E", "~");
    assert_eq!(address, format!("{OUT}?state={STATE}"));
}

/// An id token of this server with a changed claim.
async fn resigned(server: &Server, token: &str, name: &str, value: Value) -> String {
    let mut changed = claims(server, token).await;
    changed[name] = value;
    let signed = server
        .provider
        .sign(JwtType::Jwt, SigningAlgorithm::Es256, changed)
        .await;
    signed.unwrap()
}

#[on_both_stores]
async fn rp_initiated_logout_returns_with_state_and_the_session_is_gone() {
    let server = Server::start().await;
    let (browser, client, token) = signed_in(&server).await;
    let session = browser.cookie("pixie_session").unwrap();
    let params = [
        ("id_token_hint", &*token),
        ("post_logout_redirect_uri", OUT),
        ("state", STATE),
    ];
    let answer = end_session(&browser, &params).await.assert_status(302);
    assert_returned_with_state(&answer);
    assert_eq!(browser.cookie("pixie_session"), None);
    assert!(!is_signed_in(&browser, &client).await);
    let thief = server.browser();
    thief.set_cookie("pixie_session", &session);
    assert!(!is_signed_in(&thief, &client).await);
}

#[on_both_stores]
async fn no_state_returns_without_state() {
    let server = Server::start().await;
    let (browser, _, token) = signed_in(&server).await;
    for uri in [OUT, "https://rp.example/out?tenant=1"] {
        let params = [("id_token_hint", &*token), ("post_logout_redirect_uri", uri)];
        let answer = end_session(&browser, &params).await.assert_status(302);
        assert_eq!(answer.location(), uri);
    }
}

#[on_both_stores]
async fn state_is_added_to_the_registered_query() {
    let server = Server::start().await;
    let (browser, _, token) = signed_in(&server).await;
    let uri = "https://rp.example/out?tenant=1";
    let params = [
        ("id_token_hint", &*token),
        ("post_logout_redirect_uri", uri),
        ("state", "a&b=\u{e4} #"),
    ];
    let answer = end_session(&browser, &params).await.assert_status(302);
    assert_eq!(answer.location(), format!("{uri}&state=a%26b%3D%C3%A4+%23"));
    assert_eq!(answer.location_param("state").as_deref(), Some("a&b=\u{e4} #"));
}

#[on_both_stores]
async fn bad_post_logout_redirect_uri_and_an_added_query_are_error_pages_and_end_nothing() {
    let server = Server::start().await;
    let (browser, client, token) = signed_in(&server).await;
    for uri in [
        "https://evil.example/",
        "https://rp.example/out?foo=bar",
        "https://rp.example/cb",
    ] {
        let params = [
            ("id_token_hint", &*token),
            ("post_logout_redirect_uri", uri),
            ("state", STATE),
        ];
        end_session(&browser, &params)
            .await
            .assert_page(400, "not registered for it after signing out");
    }
    assert!(is_signed_in(&browser, &client).await);
}

#[on_both_stores]
async fn no_id_token_hint_is_an_error_page_and_ends_nothing() {
    let server = Server::start().await;
    let (browser, client, _) = signed_in(&server).await;
    let params = [("post_logout_redirect_uri", OUT), ("state", STATE)];
    end_session(&browser, &params)
        .await
        .assert_page(400, "without saying which application it is");
    assert!(is_signed_in(&browser, &client).await);
}

#[on_both_stores]
async fn a_modified_id_token_hint_is_an_error_page_and_ends_nothing() {
    let server = Server::start().await;
    let (browser, client, token) = signed_in(&server).await;
    let [header, body, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("{token}")
    };
    let none = "eyJhbGciOiJub25lIn0";
    let other_body = body.replacen(&body[20..21], if &body[20..21] == "A" { "B" } else { "A" }, 1);
    for hint in [
        format!("{none}.{body}."),
        format!("{none}.{body}.{signature}"),
        format!("{header}.{body}."),
        format!("{header}.{other_body}.{signature}"),
        format!("{header}.{body}"),
        "nonsense".to_owned(),
    ] {
        let params = [
            ("id_token_hint", &*hint),
            ("post_logout_redirect_uri", OUT),
            ("state", STATE),
        ];
        end_session(&browser, &params)
            .await
            .assert_page(400, "The application did not prove that it signed you in.");
    }
    assert!(is_signed_in(&browser, &client).await);
}

#[on_both_stores]
async fn a_bad_id_token_hint_signed_by_the_clients_key_is_an_error_page_and_ends_nothing() {
    let server = Server::start().await;
    let (browser, client, token) = signed_in(&server).await;
    let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
    let forged = key.sign(JwtType::Jwt, &claims(&server, &token).await).unwrap();
    let params = [("id_token_hint", &*forged), ("post_logout_redirect_uri", OUT)];
    end_session(&browser, &params)
        .await
        .assert_page(400, "The application did not prove that it signed you in.");
    assert!(is_signed_in(&browser, &client).await);
}

#[on_both_stores]
async fn another_issuers_hint_and_tokens_for_other_uses_are_error_pages() {
    let server = Server::start().await;
    let (browser, client, token) = signed_in(&server).await;
    let provider = &server.provider;
    let own = claims(&server, &token).await;
    let access = provider.sign(JwtType::AccessToken, SigningAlgorithm::Es256, own.clone());
    let logout = provider.sign(JwtType::LogoutToken, SigningAlgorithm::Es256, own.clone());
    for hint in [
        resigned(&server, &token, "iss", json!("https://other.example/o")).await,
        access.await.unwrap(),
        logout.await.unwrap(),
    ] {
        end_session(&browser, &[("id_token_hint", &hint)])
            .await
            .assert_page(400, "The application did not prove that it signed you in.");
    }
    assert!(is_signed_in(&browser, &client).await);
}

#[on_both_stores]
async fn no_params_and_only_state_ask_and_then_say_so() {
    for params in [&[][..], &[("state", STATE)]] {
        let server = Server::start().await;
        let (browser, client, _) = signed_in(&server).await;
        let confirmation = end_session(&browser, params).await;
        confirmation.assert_page(200, "Sign out?");
        assert!(is_signed_in(&browser, &client).await);
        confirm(&browser, &confirmation)
            .await
            .assert_page(200, "You are signed out");
        assert!(!is_signed_in(&browser, &client).await);
    }
}

#[on_both_stores]
async fn no_post_logout_redirect_uri_ends_the_session_and_says_so() {
    let server = Server::start().await;
    let (browser, client, token) = signed_in(&server).await;
    let params = [("id_token_hint", &*token), ("state", STATE)];
    let page = end_session(&browser, &params).await;
    page.assert_page(200, "You are signed out");
    assert!(page.body.contains("id=\"logged_out\""), "{page:?}");
    assert!(!is_signed_in(&browser, &client).await);
}

#[on_both_stores]
async fn a_form_from_another_site_is_sent_again_by_a_page_of_ours_and_then_counts() {
    let server = Server::start().await;
    let (browser, client, token) = signed_in(&server).await;
    let params = [
        ("id_token_hint", &*token),
        ("post_logout_redirect_uri", OUT),
        ("state", STATE),
    ];
    let sent_on = post_from_elsewhere(&server, &params).await.assert_status(200);
    assert_eq!(sent_on.location(), "");
    assert!(is_signed_in(&browser, &client).await);
    let answer = browser.send_on(&sent_on).await.assert_status(303);
    assert_returned_with_state(&answer);
    assert!(!is_signed_in(&browser, &client).await);
}

#[on_both_stores]
async fn a_form_without_anything_asks_too() {
    let server = Server::start().await;
    let (browser, client, _) = signed_in(&server).await;
    let sent_on = post_from_elsewhere(&server, &[]).await.assert_status(200);
    let page = browser.send_on(&sent_on).await;
    page.assert_page(200, "Sign out?");
    assert!(is_signed_in(&browser, &client).await);
}

#[on_both_stores]
async fn an_expired_hint_is_accepted() {
    let server = Server::start().await;
    let (browser, _, token) = signed_in(&server).await;
    server.clock.advance(6 * 3600);
    let params = [("id_token_hint", &*token), ("post_logout_redirect_uri", OUT)];
    let answer = end_session(&browser, &params).await.assert_status(302);
    assert_eq!(answer.location(), OUT);
}

#[on_both_stores]
async fn a_hint_signed_with_a_key_that_is_kept_is_accepted() {
    let server = Server::start().await;
    let (browser, _, token) = signed_in(&server).await;
    server
        .provider
        .rotate_key(
            pixie_provider::Actor::Operator,
            SigningAlgorithm::Es256,
            When::Now,
        )
        .await
        .unwrap();
    server.clock.advance(7200);
    let params = [("id_token_hint", &*token), ("post_logout_redirect_uri", OUT)];
    let answer = end_session(&browser, &params).await.assert_status(302);
    assert_eq!(answer.location(), OUT);
}

#[on_both_stores]
async fn another_persons_hint_asks_first() {
    let server = Server::start().await;
    let (_, client, alices) = signed_in(&server).await;
    let bob = server.sign_in("bob").await;
    id_token(&server, &bob, &client).await;
    let params = [("id_token_hint", &*alices), ("post_logout_redirect_uri", OUT)];
    let confirmation = end_session(&bob, &params).await;
    confirmation.assert_page(200, "The application asked to sign out another account.");
    assert!(is_signed_in(&bob, &client).await);
    let answer = confirm(&bob, &confirmation).await.assert_status(303);
    assert_eq!(answer.location(), OUT);
    assert!(!is_signed_in(&bob, &client).await);
}

#[on_both_stores]
async fn the_hint_of_another_session_of_the_same_person_asks_first() {
    let server = Server::start().await;
    let (one, client, token) = signed_in(&server).await;
    let two = server.sign_in("alice").await;
    end_session(&two, &[("id_token_hint", &token)]).await.assert_page(
        200,
        "The application asked to end an earlier session of yours, not this one.",
    );
    assert!(is_signed_in(&two, &client).await && is_signed_in(&one, &client).await);
}

#[on_both_stores]
async fn who_has_signed_in_again_is_still_in_the_session_of_the_hint() {
    let server = Server::start().await;
    let (browser, client, token) = signed_in(&server).await;
    browser.sign_in("alice", PASSWORD).await.assert_status(303);
    let params = [("id_token_hint", &*token), ("post_logout_redirect_uri", OUT)];
    end_session(&browser, &params).await.assert_status(302);
    assert!(!is_signed_in(&browser, &client).await);
}

#[on_both_stores]
async fn client_id_must_be_the_hints() {
    let server = Server::start().await;
    let (browser, client, token) = signed_in(&server).await;
    rp(&server, "other", json!({})).await;
    let with = |client_id| {
        let token = &token;
        let browser = &browser;
        async move {
            let params = [
                ("id_token_hint", token.as_str()),
                ("client_id", client_id),
                ("post_logout_redirect_uri", OUT),
            ];
            end_session(browser, &params).await
        }
    };
    for other in ["other", "nobody", "RP"] {
        with(other).await.assert_page(400, "in the name of another one");
    }
    assert!(is_signed_in(&browser, &client).await);
    assert_eq!(with("rp").await.assert_status(302).location(), OUT);
}

#[on_both_stores]
async fn client_id_without_a_hint_asks_and_then_returns() {
    let server = Server::start().await;
    let (browser, client, _) = signed_in(&server).await;
    let params = [
        ("client_id", "rp"),
        ("post_logout_redirect_uri", OUT),
        ("state", STATE),
    ];
    let confirmation = end_session(&browser, &params).await;
    confirmation.assert_page(200, "The rp application");
    assert!(is_signed_in(&browser, &client).await);
    let answer = confirm(&browser, &confirmation).await.assert_status(303);
    assert_returned_with_state(&answer);
    assert!(!is_signed_in(&browser, &client).await);
}

#[on_both_stores]
async fn an_unknown_client_is_an_error_page() {
    let server = Server::start().await;
    let (browser, client, token) = signed_in(&server).await;
    end_session(&browser, &[("client_id", "nobody")])
        .await
        .assert_page(400, "is not registered here");
    let foreign = resigned(&server, &token, "aud", json!("nobody")).await;
    end_session(&browser, &[("id_token_hint", &foreign)])
        .await
        .assert_page(400, "is not registered here");
    assert!(is_signed_in(&browser, &client).await);
}

#[on_both_stores]
async fn a_state_that_is_too_long_for_a_header_returns_from_the_page() {
    let server = Server::start().await;
    let (browser, _, token) = signed_in(&server).await;
    let state = "s".repeat(6000);
    let params = [
        ("id_token_hint", &*token),
        ("post_logout_redirect_uri", OUT),
        ("state", &*state),
    ];
    let page = end_session(&browser, &params).await;
    page.assert_page(200, "You are signed out");
    let link = format!("id=\"continue\" href=\"{OUT}?state={state}\"");
    assert!(page.body.contains(&link), "{page:?}");
    assert!(page.body.contains("location.replace"), "{page:?}");
}

#[on_both_stores]
async fn an_application_with_a_scheme_of_its_own_is_returned_to_by_a_link() {
    let server = Server::start().await;
    for out in ["com.example.app:/out", "cursor://app/out", "myapp:/out"] {
        let metadata = json!({
            "client_id": out.split(':').next(), "profile": "mcp", "token_endpoint_auth_method": "none",
            "redirect_uris": ["com.example.app:/cb"], "post_logout_redirect_uris": [out],
        });
        let client = server.register(metadata).await;
        let params = [("client_id", &*client.id), ("post_logout_redirect_uri", out)];
        let page = end_session(&server.browser(), &params).await;
        page.assert_page(200, "You are signed out");
        assert!(
            page.body.contains(&format!("id=\"continue\" href=\"{out}\"")),
            "{page:?}"
        );
    }
}

#[on_both_stores]
async fn where_nobody_is_signed_in_a_hint_returns_and_a_client_id_gives_a_link() {
    let server = Server::start().await;
    let (_, _, token) = signed_in(&server).await;
    let browser = server.browser();
    let hinted = [("id_token_hint", &*token), ("post_logout_redirect_uri", OUT)];
    assert_eq!(
        end_session(&browser, &hinted).await.assert_status(302).location(),
        OUT
    );
    let named = [("client_id", "rp"), ("post_logout_redirect_uri", OUT)];
    let page = end_session(&browser, &named).await;
    page.assert_page(200, "You are signed out");
    assert!(
        page.body
            .contains("id=\"continue\" href=\"https://rp.example/out\""),
        "{page:?}"
    );
    assert!(!page.body.contains("http-equiv=\"refresh\""), "{page:?}");
}

#[on_both_stores]
async fn what_belongs_to_the_session_ends_and_only_that() {
    let server = Server::start().await;
    let (browser, client, token) = signed_in(&server).await;
    let elsewhere = server.sign_in("alice").await;
    let mut access = Vec::new();
    for (browser, scope) in [
        (&browser, "openid"),
        (&browser, "openid offline_access"),
        (&browser, "read"),
        (&elsewhere, "openid"),
    ] {
        let code = browser.authorize_with(&client, &[("scope", scope)]).await.code();
        let answer = server.redeem(&client, &code).await.assert_status(200);
        access.push(Tokens::of(&answer).access);
    }
    end_session(&browser, &[("id_token_hint", &token)])
        .await
        .assert_status(200);
    let mut alive = Vec::new();
    for token in &access {
        alive.push(server.is_active(token).await);
    }
    assert_eq!(alive, [false, true, true, true]);
    assert!(is_signed_in(&elsewhere, &client).await);
}

#[on_both_stores]
async fn discovery_names_the_endpoint() {
    let server = Server::start().await;
    let document = server.get("/o/.well-known/openid-configuration").await.json();
    assert_eq!(
        document["end_session_endpoint"],
        "http://localhost:8000/o/logout/"
    );
    for name in [
        "backchannel_logout_supported",
        "backchannel_logout_session_supported",
        "frontchannel_logout_supported",
        "frontchannel_logout_session_supported",
    ] {
        assert_eq!(document[name], true, "{name}");
    }
}

#[on_both_stores]
async fn who_cannot_be_sent_where_the_application_wants_still_signs_out_here() {
    let server = Server::start().await;
    let (browser, client, token) = signed_in(&server).await;
    rp(&server, "other", json!({})).await;
    for params in [
        &[
            ("id_token_hint", &*token),
            ("post_logout_redirect_uri", "https://evil.example/"),
        ][..],
        &[("post_logout_redirect_uri", OUT)],
        &[("id_token_hint", "nonsense")],
        &[("id_token_hint", &token), ("client_id", "other")],
        &[("client_id", "nobody")],
        &[("state", "1"), ("state", "2")],
    ] {
        let by_form = browser.post("/o/logout/", params).await;
        for page in [end_session(&browser, params).await, by_form] {
            page.assert_page(400, "You were not signed out. You can sign out here.");
            assert!(
                page.body.contains("<button class=\"primary\" id=\"logout\">"),
                "{page:?}"
            );
            assert!(!page.body.contains("href=\"https://evil.example"), "{page:?}");
        }
    }
    assert!(is_signed_in(&browser, &client).await);
    let page = end_session(&browser, &[("client_id", "nobody")]).await;
    let answer = browser.fill_in(&page, &[]).await;
    answer.assert_page(200, "You are signed out");
    assert!(!is_signed_in(&browser, &client).await);

    let page = end_session(&browser, &[("client_id", "nobody")]).await;
    page.assert_page(400, "You are not signed in here.");
    assert!(!page.body.contains("id=\"logout\""), "{page:?}");
    // A form from another site comes without the cookie that would tell who is signed in.
    let elsewhere = post_from_elsewhere(&server, &[("state", "1"), ("state", "2")]).await;
    elsewhere.assert_page(400, "href=\"/o/logout/\">Sign out</a>");
    assert_eq!(elsewhere.header("set-cookie"), "");
    // A body that is no form, too.
    let request = Request::post("/o/logout/").header("content-type", "application/json");
    let request = request.body(Body::from("{}")).unwrap();
    browser.sign_in("alice", PASSWORD).await.assert_status(303);
    let page = browser.send(request).await;
    page.assert_page(400, "You were not signed out. You can sign out here.");
}

#[on_both_stores]
async fn a_long_hint_by_form_is_in_no_address() {
    let server = Server::start().await;
    let (browser, client, token) = signed_in(&server).await;
    let state = "s".repeat(6000);
    let params = [("id_token_hint", &*token), ("state", &*state)];
    let sent_on = post_from_elsewhere(&server, &params).await.assert_status(200);
    let page = browser.send_on(&sent_on).await;
    page.assert_page(200, "You are signed out");
    assert!(!is_signed_in(&browser, &client).await);
    let browser = server.sign_in("alice").await;
    let question = browser.post("/o/logout/", &params).await;
    question.assert_page(200, "an earlier session of yours");
    confirm(&browser, &question)
        .await
        .assert_page(200, "You are signed out");
}
