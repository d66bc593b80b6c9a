//! Every change is confirmed on the page after it, and nothing else is.

use pixie_provider::SignUpMode;
use pixie_testing::harness::{Answer, Browser, PASSWORD, Server, encode, on_both_stores};

const FORM: &[(&str, &str)] = &[
    ("name", "An app"),
    ("client_id", "an-app"),
    ("client_type", "public"),
    ("grant_types_authorization-code", "authorization-code"),
    ("redirect_uris", "https://app.example/cb"),
    ("scope", "read"),
    ("profile", "oauth21"),
    ("revision", "1"),
];

/// The page after a change.
async fn after(browser: &Browser, page: &str, form: &[(&str, &str)]) -> Answer {
    let redirect = browser.submit(page, form).await.assert_status(303);
    browser.get(redirect.location()).await.assert_status(200)
}

async fn key_of(server: &Server, client_id: &str) -> String {
    let id = pixie_oauth::ClientId::parse(client_id).unwrap();
    let actor = pixie_provider::Actor::Operator;
    server
        .provider
        .client_by_id(actor, &id)
        .await
        .unwrap()
        .key
        .to_string()
}

#[on_both_stores]
async fn an_application_that_is_registered_changed_or_deleted_is_confirmed() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    let page = after(&root, "/o/applications/register/", FORM).await;
    page.assert_page(200, "The application is registered.");
    let path = format!("/o/applications/{}/", key_of(&server, "an-app").await);
    let page = after(&root, &format!("{path}update/"), FORM).await;
    page.assert_page(200, "The changes are saved.");
    let page = after(&root, &format!("{path}delete/"), &[]).await;
    page.assert_page(200, "The application is deleted.");
    page.assert_page(200, "role=\"status\"");
}

#[on_both_stores]
async fn a_secret_that_is_made_is_shown_with_the_change_that_made_it() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    let mut form = FORM.to_vec();
    form[2] = ("client_type", "confidential");
    let page = root.submit("/o/applications/register/", &form).await;
    page.assert_page(200, "An app is registered");
    let path = format!("/o/applications/{}/", key_of(&server, "an-app").await);
    let page = root.submit(&format!("{path}rotate-secret/"), &[]).await;
    page.assert_page(200, "The new secret of An app");
}

#[on_both_stores]
async fn a_key_that_is_rotated_is_confirmed() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    let page = after(&root, "/o/keys/ES256/rotate/", &[("when", "now")]).await;
    page.assert_page(200, "The key is rotated: a new key signs from now on.");
}

#[on_both_stores]
async fn a_person_who_makes_an_account_for_no_application_is_told_that_it_is_made() {
    let server = Server::with(|settings| settings.sign_up = SignUpMode::Open).await;
    let browser = server.browser();
    let form = [
        ("username", "carol"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
    ];
    let page = after(&browser, "/o/sign-up/", &form).await;
    page.assert_page(200, "Your account is created. You are signed in.");
}

#[on_both_stores]
async fn a_link_from_elsewhere_confirms_nothing() {
    let server = Server::start().await;
    let (root, other) = (server.sign_in("root").await, server.sign_in("root").await);
    let form = [("when", "now")];
    let redirect = root
        .submit("/o/keys/ES256/rotate/", &form)
        .await
        .assert_status(303);
    let confirmed = redirect.location().to_owned();
    let word = "rotated.";
    let tag = confirmed.split(word).nth(1).unwrap();
    for address in [
        "/o/keys/?done=rotated",
        "/o/keys/?done=rotated.",
        &format!("/o/keys/?{}", encode(&[("done", &format!("deleted.{tag}"))])),
    ] {
        let page = root.get(address).await.assert_status(200);
        assert!(!page.body.contains("id=\"message\""), "{page:?}");
    }
    // The tag is of one session.
    let page = other.get(&confirmed).await.assert_status(200);
    assert!(!page.body.contains("id=\"message\""), "{page:?}");
    root.get(&confirmed).await.assert_page(200, "id=\"message\"");
}
