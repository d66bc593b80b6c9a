//! The ways in which a person signs in: added, changed and removed by themselves (OWASP ASVS 6.5 and 7.5).

use pixie_provider::{ActingPerson, Actor, CredentialKind, RequestOrigin};
use pixie_testing::harness::{Browser, PASSWORD, Server, on_both_stores};

use super::authenticator::{ADD, Authenticator, METHODS, add_app, recovery_codes};

const NEW_PASSWORD: &str = "a new password, quite long";
const PASSWORD_PAGE: &str = "/o/account/sign-in-methods/password/";

/// The path of the page of the first app.
async fn page_of_app(browser: &Browser) -> String {
    let list = browser.get(METHODS).await.assert_status(200);
    let (_, rest) = list.body.split_once("id=\"manage_").unwrap();
    format!("{METHODS}{}/", rest.split('"').next().unwrap())
}

#[on_both_stores]
async fn an_app_is_added_with_the_first_code_that_it_shows_and_recovery_codes_are_shown_once() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    browser
        .get(METHODS)
        .await
        .assert_page(200, "Nobody signs in with your password alone then.");
    let (_, added) = add_app(&server, &browser).await;
    added.assert_page(200, "Your recovery codes");
    assert_eq!(recovery_codes(&added).len(), 10);
    let list = browser.get(METHODS).await;
    list.assert_page(200, "<h3>Phone</h3>");
    list.assert_page(200, "You have 10 recovery codes left.");
    // The second app brings no new codes.
    let (_, added) = add_app(&server, &browser).await;
    assert!(added.location().starts_with(METHODS), "{added:?}");
}

#[on_both_stores]
async fn a_wrong_code_adds_no_app_and_the_page_keeps_the_secret_and_the_name() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let page = browser.get(ADD).await.assert_status(200);
    let app = Authenticator::reading(&page);
    let late = app.code_in(&server, 300);
    let again = browser
        .fill_in(&page, &[("code", &late), ("name", "My <phone>")])
        .await;
    again.assert_page(400, "This is not the code that the app shows now.");
    again.assert_page(400, "value=\"My &lt;phone&gt;\"");
    let code = app.code(&server);
    assert_eq!(Authenticator::reading(&again).code(&server), code);
    let account = server.provider.find_account("alice").await.unwrap();
    assert_eq!(server.provider.credentials(account.id).await.unwrap().len(), 1);
    browser
        .fill_in(&again, &[("code", &code), ("name", "")])
        .await
        .assert_page(200, "Your recovery codes");
}

#[on_both_stores]
async fn a_secret_of_another_session_or_too_old_is_not_added() {
    let server = Server::start().await;
    let (browser, other) = (server.sign_in("alice").await, server.sign_in("bob").await);
    let page = browser.get(ADD).await.assert_status(200);
    let app = Authenticator::reading(&page);
    let sealed = page.field("secret");
    let code = app.code(&server);
    other
        .submit(ADD, &[("secret", &sealed), ("code", &code)])
        .await
        .assert_page(400, "This key is too old.");
}

#[on_both_stores]
async fn who_signed_in_long_ago_signs_in_again_before_they_change_how_they_sign_in() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let page = browser.get(ADD).await.assert_status(200);
    let app = Authenticator::reading(&page);
    let password = browser.get(PASSWORD_PAGE).await.assert_status(200);
    server.clock.advance(600);
    let code = app.code(&server);
    for answer in [
        browser.get(ADD).await,
        browser.get(PASSWORD_PAGE).await,
        browser.fill_in(&page, &[("code", &code)]).await,
        browser
            .fill_in(
                &password,
                &[("password", NEW_PASSWORD), ("password_again", NEW_PASSWORD)],
            )
            .await,
    ] {
        assert!(answer.location().starts_with("/o/login/?next="), "{answer:?}");
    }
    browser
        .get(browser.get(ADD).await.location())
        .await
        .assert_page(200, "Sign in again to go on.");
    // The list and the names need no new sign-in.
    browser.get(METHODS).await.assert_status(200);
    let returned = browser
        .sign_in_at(browser.get(ADD).await.location(), "alice")
        .await;
    assert_eq!(returned.location(), ADD);
    browser.get(ADD).await.assert_status(200);
}

#[on_both_stores]
async fn an_app_is_renamed_and_removed_by_its_person_only() {
    let server = Server::start().await;
    let (browser, other) = (server.sign_in("alice").await, server.sign_in("bob").await);
    add_app(&server, &browser).await;
    let page = page_of_app(&browser).await;
    other.get(&page).await.assert_status(404);
    // Nor by a form to the list, which names no device.
    other.submit(METHODS, &[]).await.assert_status(404);
    let renamed = browser
        .submit(&page, &[("action", "rename"), ("name", "  Tablet ")])
        .await;
    browser
        .get(renamed.location())
        .await
        .assert_page(200, "<h3>Tablet</h3>");
    browser
        .submit(&page, &[("action", "rename"), ("name", &"x".repeat(61))])
        .await
        .assert_page(400, "A name has at most 60 characters.");
    let removed = browser.submit(&page, &[("action", "remove")]).await;
    browser
        .get(removed.location())
        .await
        .assert_page(200, "The sign-in method is removed.");
    browser.get(&page).await.assert_status(404);
    // One factor is enough again.
    server
        .browser()
        .sign_in("alice", PASSWORD)
        .await
        .assert_status(303);
    assert_eq!(server.sign_in("alice").await.get(METHODS).await.status, 200);
}

#[on_both_stores]
async fn recovery_codes_and_passwords_have_no_page_and_are_not_removed_by_a_path() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    add_app(&server, &browser).await;
    let account = server.provider.find_account("alice").await.unwrap();
    for credential in server.provider.credentials(account.id).await.unwrap() {
        let expected = if credential.kind == CredentialKind::Totp {
            200
        } else {
            404
        };
        let page = format!("{METHODS}{}/", credential.id);
        browser.get(&page).await.assert_status(expected);
    }
    browser
        .get(&format!("{METHODS}nothing/"))
        .await
        .assert_status(404);
}

#[on_both_stores]
async fn a_password_is_changed_and_other_sessions_end_if_the_person_wants_that() {
    let server = Server::start().await;
    let (browser, elsewhere) = (server.sign_in("alice").await, server.sign_in("alice").await);
    let form = [("password", NEW_PASSWORD), ("password_again", NEW_PASSWORD)];
    browser
        .submit(
            PASSWORD_PAGE,
            &[("password", NEW_PASSWORD), ("password_again", "other")],
        )
        .await
        .assert_page(400, "The passwords do not match.");
    browser
        .submit(
            PASSWORD_PAGE,
            &[("password", "password"), ("password_again", "password")],
        )
        .await
        .assert_status(400);
    let changed = browser.submit(PASSWORD_PAGE, &form).await;
    browser
        .get(changed.location())
        .await
        .assert_page(200, "Your password is changed.");
    elsewhere.get(METHODS).await.assert_status(200);
    server
        .browser()
        .sign_in("alice", PASSWORD)
        .await
        .assert_status(400);
    server
        .browser()
        .sign_in("alice", NEW_PASSWORD)
        .await
        .assert_status(303);
    let ending = [form[0], form[1], ("end_others", "true")];
    browser.submit(PASSWORD_PAGE, &ending).await.assert_status(303);
    browser.get(METHODS).await.assert_status(200);
    elsewhere.get(METHODS).await.assert_status(302);
}

#[on_both_stores]
async fn an_administrator_and_the_operator_remove_a_lost_phone_and_nobody_else_does() {
    let server = Server::start().await;
    let browser = server.sign_in("bob").await;
    add_app(&server, &browser).await;
    let provider = &server.provider;
    let (root, bob) = (
        provider.find_account("root").await.unwrap(),
        provider.find_account("bob").await.unwrap(),
    );
    let apps = || async {
        let all = provider.credentials(bob.id).await.unwrap();
        let apps = all.into_iter().filter(|one| one.kind == CredentialKind::Totp);
        apps.map(|app| app.id).collect::<Vec<_>>()
    };
    let app = apps().await[0];
    for actor in [Actor::person(&bob), Actor::System] {
        let refused = provider.remove_credential(actor, bob.id, app).await.unwrap_err();
        assert_eq!(
            refused.to_string(),
            "only the person themselves and administrators change how somebody signs in"
        );
    }
    assert_eq!(apps().await, [app]);
    assert!(root.administrator);
    // An administrator who signed in a moment ago.
    let actor = |fresh| {
        Actor::Person(ActingPerson {
            account: &root,
            request: RequestOrigin::default(),
            fresh,
        })
    };
    let later = provider.remove_credential(actor(false), bob.id, app).await;
    assert!(later.is_err());
    provider
        .remove_credential(actor(true), bob.id, app)
        .await
        .unwrap();
    assert!(apps().await.is_empty());
}
