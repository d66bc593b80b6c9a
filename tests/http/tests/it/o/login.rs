//! `/o/login/`: sessions, guessing, forged forms, and where it returns to (OWASP ASVS 6.3 and 7.2).

mod cookies;
mod guessing;
mod next;
mod passkey;
mod persistent;
mod policy;
mod remembered_devices;
mod second_factor;
mod step_up;
mod upstream;

use axum::body::Body;
use axum::http::Request;

use pixie_testing::harness::{Answer, PASSWORD, Server, VERIFIER, encode, on_both_stores};

const WRONG: &str = "Incorrect username or password.";

/// A page without what must differ: request id, form token, username.
fn neutral(answer: &Answer, username: &str) -> String {
    answer
        .body
        .replace(answer.header("x-request-id"), "ID")
        .replace(&answer.field("csrf_token"), "TOKEN")
        .replace(&format!("value=\"{username}\""), "value=\"NAME\"")
}

#[on_both_stores]
async fn unknown_disabled_and_wrong_are_answered_alike() {
    let server = Server::start().await;
    let bob = server.provider.find_account("bob").await.unwrap();
    server
        .provider
        .set_disabled(pixie_provider::Actor::Operator, bob.id, true)
        .await
        .unwrap();
    let mut pages = Vec::new();
    for (username, password) in [
        ("nobody", PASSWORD),
        ("bob", PASSWORD),
        ("alice", "wrong"),
        ("bob", "x"),
    ] {
        let answer = server.browser().sign_in(username, password).await;
        answer.assert_page(400, WRONG);
        assert_eq!(server.browser().cookie("pixie_session"), None);
        let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        pages.push((answer.status, names, neutral(&answer, username)));
    }
    for page in &pages[1..] {
        assert_eq!(*page, pages[0]);
    }
}

/// RFC 8265: keyboards and systems compose letters in different ways.
#[on_both_stores]
async fn a_name_and_a_password_are_the_same_in_every_form_of_unicode() {
    let server = Server::start().await;
    let new = pixie_provider::NewPerson {
        username: " Jos\u{e9} ".to_owned(),
        password: Some("caf\u{e9} noir \u{1f40e}".to_owned().into()),
        ..pixie_provider::NewPerson::default()
    };
    let added = server
        .provider
        .add_account(pixie_provider::Actor::Operator, new)
        .await;
    assert_eq!(added.unwrap().username.as_str(), "Jos\u{e9}");
    for (username, password) in [
        ("Jos\u{e9}", "caf\u{e9} noir \u{1f40e}"),
        ("jose\u{301}", "cafe\u{301} noir \u{1f40e}"),
        (" JOSE\u{301}", "caf\u{e9}\u{a0}noir \u{1f40e}"),
        ("\u{ff2a}os\u{e9}", "cafe\u{301}\u{3000}noir \u{1f40e}"),
    ] {
        let answer = server.browser().sign_in(username, password).await;
        answer.assert_status(303);
    }
    for password in [
        "cafe noir \u{1f40e}",
        "CAF\u{c9} noir \u{1f40e}",
        " caf\u{e9} noir \u{1f40e}",
        "caf\u{e9} noir \u{1f40e} ",
    ] {
        let answer = server.browser().sign_in("Jos\u{e9}", password).await;
        answer.assert_page(400, WRONG);
    }
    for username in ["JOSE\u{301}", "jos\u{e9} ", "\u{ff2a}\u{ff2f}\u{ff33}\u{c9}"] {
        let second = pixie_provider::NewPerson {
            username: username.to_owned(),
            ..pixie_provider::NewPerson::default()
        };
        let refused = server
            .provider
            .add_account(pixie_provider::Actor::Operator, second)
            .await;
        assert_eq!(
            refused.unwrap_err(),
            pixie_provider::AccountRefusal::UsernameTaken,
            "{username:?}"
        );
    }
}

/// One account is guessed at, however its name is spelled.
#[on_both_stores]
async fn failures_of_every_spelling_of_a_name_are_counted_together() {
    let server = Server::start().await;
    for username in ["alice", "ALICE", " alice ", "\u{ff41}lice", "Alice"] {
        server
            .browser()
            .sign_in(username, "wrong")
            .await
            .assert_page(400, WRONG);
    }
    let slowed = server.browser().sign_in("alice", "wrong").await;
    slowed.assert_status(429);
}

#[on_both_stores]
async fn signing_in_gives_another_session_and_ends_the_old_one() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let old = browser.cookie("pixie_session").unwrap();
    browser.sign_in("alice", PASSWORD).await.assert_status(303);
    let new = browser.cookie("pixie_session").unwrap();
    assert_ne!(old, new);
    browser.get("/o/applications/").await.assert_status(200);
    let thief = server.browser();
    thief.set_cookie("pixie_session", &old);
    assert!(
        thief
            .get("/o/applications/")
            .await
            .assert_status(302)
            .location()
            .starts_with("/o/login/")
    );
}

#[on_both_stores]
async fn a_session_id_that_an_attacker_planted_is_never_used() {
    let server = Server::start().await;
    let attacker = server.sign_in("bob").await;
    for planted in ["", "x", &attacker.cookie("pixie_session").unwrap()] {
        let victim = server.browser();
        victim.set_cookie("pixie_session", planted);
        victim.sign_in("alice", PASSWORD).await.assert_status(303);
        assert_ne!(victim.cookie("pixie_session").unwrap(), planted);
        assert!(victim.get("/o/").await.body.contains("alice"));
    }
    let gone = attacker.get("/o/applications/").await.assert_status(302);
    assert!(
        gone.location().starts_with("/o/login/"),
        "the session that was planted is dead"
    );
}

#[on_both_stores]
async fn a_password_is_taken_exactly_as_typed() {
    let server = Server::start().await;
    for wrong in [
        "Correct horse battery",
        " correct horse battery",
        "correct horse battery ",
        "correct  horse battery",
    ] {
        server
            .browser()
            .sign_in("alice", wrong)
            .await
            .assert_page(400, WRONG);
    }
    server
        .browser()
        .sign_in("ALICE", PASSWORD)
        .await
        .assert_status(303);
}

#[on_both_stores]
async fn an_account_without_a_password_cannot_be_signed_in_to() {
    let server = Server::start().await;
    let new = pixie_provider::NewPerson {
        username: "ghost".to_owned(),
        ..Default::default()
    };
    server
        .provider
        .add_account(pixie_provider::Actor::Operator, new)
        .await
        .unwrap();
    for password in ["", " ", "ghost", PASSWORD] {
        server
            .browser()
            .sign_in("ghost", password)
            .await
            .assert_page(400, WRONG);
    }
}

#[on_both_stores]
async fn a_session_ends_when_it_is_idle() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let idle = server.provider.settings().lifetimes.session_idle;
    for _ in 0..3 {
        server.clock.advance(idle - 400);
        browser.get("/o/applications/").await.assert_status(200);
    }
    server.clock.advance(idle);
    browser.get("/o/applications/").await.assert_status(302);
}

#[on_both_stores]
async fn a_session_ends_however_busy_it_is() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let lifetimes = server.provider.settings().lifetimes;
    let step = lifetimes.session_idle / 2;
    for _ in 0..lifetimes.session_absolute / step - 1 {
        server.clock.advance(step);
        browser.get("/o/applications/").await.assert_status(200);
    }
    server.clock.advance(step);
    browser.get("/o/applications/").await.assert_status(302);
}

#[on_both_stores]
async fn disabling_a_person_ends_sessions_codes_and_tokens_and_enabling_revives_none() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    let browser = server.sign_in("alice").await;
    let code = browser.authorize(&client).await.code();
    let alice = server.provider.find_account("alice").await.unwrap();
    for disabled in [true, false] {
        server
            .provider
            .set_disabled(pixie_provider::Actor::Operator, alice.id, disabled)
            .await
            .unwrap();
        browser.get("/o/applications/").await.assert_status(302);
        assert!(!server.is_active(&tokens.access).await);
        server
            .refresh(&client, &tokens.refresh)
            .await
            .assert_error("invalid_grant");
        server.redeem(&client, &code).await.assert_error("invalid_grant");
    }
}

#[on_both_stores]
async fn changing_the_password_ends_sessions_and_refresh_tokens() {
    let server = Server::start().await;
    let client = server.spa().await;
    let tokens = server.tokens(&client, "alice").await;
    let browser = server.sign_in("alice").await;
    let alice = server.provider.find_account("alice").await.unwrap();
    server
        .provider
        .set_password(pixie_provider::Actor::Operator, &alice, "another good passphrase")
        .await
        .unwrap();
    browser.get("/o/applications/").await.assert_status(302);
    server
        .refresh(&client, &tokens.refresh)
        .await
        .assert_error("invalid_grant");
    server
        .browser()
        .sign_in("alice", PASSWORD)
        .await
        .assert_page(400, WRONG);
    server
        .browser()
        .sign_in("alice", "another good passphrase")
        .await
        .assert_status(303);
}

#[on_both_stores]
async fn two_login_tabs_side_by_side_can_both_finish() {
    let server = Server::start().await;
    let (one, two) = (server.spa().await, server.third_party().await);
    let browser = server.browser();
    let mut tabs = Vec::new();
    for client in [&one, &two] {
        let redirect = browser.authorize(client).await.assert_status(302);
        tabs.push(browser.get(redirect.location()).await.assert_status(200));
    }
    for (page, starts) in tabs.iter().zip(["https://spa.example/cb?code=", "/o/consent/?"]) {
        let (token, next) = (page.field("csrf_token"), page.field("next"));
        let form = [
            ("csrf_token", &*token),
            ("next", &next),
            ("username", "alice"),
            ("password", PASSWORD),
        ];
        let back = browser.post("/o/login/", &form).await.assert_status(303);
        let answer = browser.get(back.location()).await.assert_status(302);
        assert!(answer.location().starts_with(starts), "{answer:?}");
    }
}

#[on_both_stores]
async fn two_tabs_that_a_new_browser_opens_at_once_can_both_finish() {
    let server = Server::start().await;
    let (first, kept) = (server.browser(), server.browser());
    let token = first.get("/o/login/").await.field("csrf_token");
    kept.get("/o/login/").await.assert_status(200);
    let form = [
        ("csrf_token", &*token),
        ("username", "alice"),
        ("password", PASSWORD),
    ];
    for (site, status) in [
        ("cross-site", 403),
        ("same-site", 403),
        ("none", 403),
        ("same-origin", 303),
    ] {
        let request = Request::post("/o/login/")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site);
        let request = request.body(Body::from(encode(&form))).unwrap();
        kept.send(request).await.assert_status(status);
    }
}

#[on_both_stores]
async fn opening_the_login_page_changes_nothing() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let before = server.database();
    let query = encode(&[("username", "bob"), ("password", PASSWORD), ("next", "/o/")]);
    let page = browser
        .get(&format!("/o/login/?{query}"))
        .await
        .assert_status(200);
    assert!(!page.body.contains(PASSWORD));
    assert!(browser.get("/o/").await.body.contains("alice"));
    assert_eq!(server.database(), before);
}

#[on_both_stores]
async fn credentials_in_the_query_of_a_post_are_not_read() {
    let server = Server::start().await;
    let browser = server.browser();
    let token = browser.get("/o/login/").await.field("csrf_token");
    let query = encode(&[
        ("csrf_token", &token),
        ("username", "alice"),
        ("password", PASSWORD),
    ]);
    browser
        .post(&format!("/o/login/?{query}"), &[])
        .await
        .assert_page(403, "This form has expired");
    let answer = browser
        .post(&format!("/o/login/?{query}"), &[("csrf_token", &token)])
        .await;
    answer.assert_page(400, WRONG);
}

#[on_both_stores]
async fn a_form_token_that_is_missing_foreign_or_edited_is_refused() {
    let server = Server::start().await;
    let (browser, other) = (server.browser(), server.browser());
    let own = browser.get("/o/login/").await.field("csrf_token");
    let foreign = other.get("/o/login/").await.field("csrf_token");
    let edited = format!("{}A", &own[..own.len() - 1]);
    let shorter = &own[..own.len() - 2];
    let good = [("username", "alice"), ("password", PASSWORD)];
    for token in [
        None,
        Some(""),
        Some("x"),
        Some(&*foreign),
        Some(&*edited),
        Some(shorter),
        Some("\u{e4}"),
    ] {
        let mut form = good.to_vec();
        form.extend(token.map(|token| ("csrf_token", token)));
        let answer = browser.post("/o/login/", &form).await;
        answer.assert_page(403, "This form has expired");
        assert_eq!(browser.cookie("pixie_session"), None);
    }
    let mut form = good.to_vec();
    form.push(("csrf_token", &own));
    server
        .post("/o/login/", &form)
        .await
        .assert_page(403, "This form has expired");
    browser.post("/o/login/", &form).await.assert_status(303);
}

#[on_both_stores]
async fn the_login_page_says_which_application_waits_only_if_the_request_is_good() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let page = |changes: &[(&str, &str)]| {
        let request = format!("/o/authorize/?{}", client.request(changes));
        format!("/o/login/?{}", encode(&[("next", &request)]))
    };
    let good = server.get(&page(&[])).await.assert_status(200);
    assert!(
        good.body.contains("to continue to <strong>Third Party</strong>"),
        "{good:?}"
    );
    let forged = server
        .get(&page(&[("redirect_uri", "https://evil.example/")]))
        .await
        .assert_status(200);
    assert!(!forged.body.contains("Third Party"), "{forged:?}");
    assert!(!forged.header("content-security-policy").contains("evil.example"));
}

#[on_both_stores]
async fn the_login_page_works_without_scripts_and_with_password_managers() {
    let server = Server::start().await;
    let page = server.get("/o/login/").await.assert_status(200);
    // The button that needs a script is hidden until that runs.
    assert!(page.body.contains("aria-label=\"Show the password\" hidden>"));
    assert!(page.body.contains("autocomplete=\"current-password\""));
    assert!(page.body.contains("autocomplete=\"username webauthn\""));
}

#[on_both_stores]
async fn a_redirect_after_credentials_is_a_303() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.browser();
    browser.sign_in("alice", PASSWORD).await.assert_status(303);
    let answer = browser.consent(&client, &[], "allow").await.assert_status(303);
    server
        .redeem_with(&client, &answer.code(), VERIFIER)
        .await
        .assert_status(200);
}

#[on_both_stores]
async fn passwords_never_come_back_in_a_page() {
    let server = Server::start().await;
    let secret = "a very secret passphrase";
    let answer = server.browser().sign_in("alice", secret).await.assert_status(400);
    assert!(!answer.body.contains(secret));
}

#[on_both_stores]
async fn sessions_and_codes_are_told_apart_by_their_prefix_and_long_enough() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let (session, code) = (
        browser.cookie("pixie_session").unwrap(),
        browser.authorize(&client).await.code(),
    );
    for (token, prefix) in [(&session, "pixie_ss_"), (&code, "pixie_ac_")] {
        let rest = token.strip_prefix(prefix).unwrap();
        assert!(
            rest.len() == 57 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "{token}"
        );
    }
    let thief = server.browser();
    thief.set_cookie("pixie_session", &code);
    thief.get("/o/applications/").await.assert_status(302);
}

#[on_both_stores]
async fn a_clock_that_jumps_breaks_nothing() {
    const YEAR: i64 = 365 * 24 * 3600;
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    server.clock.advance(-3600);
    browser.authorize(&client).await.code();
    server.clock.advance(10 * YEAR);
    browser.get("/o/applications/").await.assert_status(302);
    server.clock.advance(-20 * YEAR);
    assert!(browser.get("/o/").await.status.is_success());
    server.sign_in("alice").await.authorize(&client).await.code();
}

/// Scripts sign in as the guides show it: they take the token by this text.
#[tokio::test]
async fn the_login_page_has_one_token_for_scripts_beside_other_ways_to_sign_in() {
    let server = Server::start().await;
    let page = server.browser().get("/o/login/").await.assert_status(200);
    assert!(page.body.contains("id=\"use_passkey\""), "{page:?}");
    assert_eq!(page.body.matches("name=\"csrf_token\" value=\"").count(), 1);
}
