//! Forms that are sent after their session or their token has ended: the page says so, keeps what was typed (never passwords), and
//! lets the person continue.

use axum::body::Body;
use axum::http::Request;
use pixie_provider::SignUpMode;
use pixie_testing::harness::{Answer, Browser, PASSWORD, Server, encode, on_both_stores};

const REGISTER: &str = "/o/applications/register/";
const EXPIRED: &str = "This form has expired";
const TYPED: &[(&str, &str)] = &[
    ("name", "Gärten & <mehr>"),
    ("client_id", "an-app"),
    ("client_type", "public"),
    ("grant_types_authorization-code", "authorization-code"),
    (
        "redirect_uris",
        "https://app.example/cb\r\nhttps://app.example/two",
    ),
    ("scope", "read"),
    ("profile", "oauth21"),
];
const NAME_ON_PAGE: &str = "value=\"Gärten &amp; &lt;mehr&gt;\"";

/// A form with the token of a page that was opened before.
fn with_token<'a>(token: &'a str, form: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = form.to_vec();
    form.push(("csrf_token", token));
    form
}

async fn token_of(browser: &Browser, page: &str) -> String {
    browser.get(page).await.assert_status(200).field("csrf_token")
}

/// A form as a browser sends it from a page of another site to which it sends cookies all the same, or from our own page.
async fn post_from(browser: &Browser, site: &str, path: &str, form: &[(&str, &str)]) -> Answer {
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", site);
    browser
        .send(request.body(Body::from(encode(form))).unwrap())
        .await
}

/// Signs in on the page that a form was answered with.
async fn sign_in_on(browser: &Browser, page: &Answer, username: &str, password: &str) -> Answer {
    let (token, next, kept) = (page.field("csrf_token"), page.field("next"), page.field("kept"));
    let form = [
        ("csrf_token", &*token),
        ("next", &next),
        ("kept", &kept),
        ("username", username),
        ("password", password),
    ];
    browser.post("/o/login/", &form).await
}

/// Sends the form again as it stands on a page.
async fn send_again(browser: &Browser, page: &Answer, form: &[(&str, &str)]) -> Answer {
    let token = page.field("csrf_token");
    browser.post(REGISTER, &with_token(&token, form)).await
}

#[on_both_stores]
async fn a_form_sent_after_its_session_ended_is_filled_in_after_the_sign_in() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let token = token_of(&browser, REGISTER).await;
    server.clock.advance(13 * 3600);
    let before = server.database();
    let page = browser.post(REGISTER, &with_token(&token, TYPED)).await;
    page.assert_page(403, "Your session has ended.");
    page.assert_page(403, "id=\"id_password\"");
    assert_eq!(server.database(), before);
    // A wrong password does not lose it.
    let page = sign_in_on(&browser, &page, "alice", "wrong").await;
    page.assert_page(400, "Incorrect username or password");
    let form = sign_in_on(&browser, &page, "alice", PASSWORD).await;
    for text in [
        "You are signed in again.",
        NAME_ON_PAGE,
        "https://app.example/two",
    ] {
        form.assert_page(200, text);
    }
    assert!(!form.body.contains(PASSWORD));
    let redirect = send_again(&browser, &form, TYPED).await.assert_status(303);
    browser
        .get(redirect.location())
        .await
        .assert_page(200, "The application is registered.");
}

#[on_both_stores]
async fn a_change_sent_after_its_session_ended_keeps_its_text_and_its_revision() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    browser.submit(REGISTER, TYPED).await.assert_status(303);
    let clients = server
        .provider
        .list_clients(pixie_provider::Actor::Operator, None, 9)
        .await
        .unwrap();
    let path = format!("/o/applications/{}/update/", clients[0].key);
    let token = token_of(&browser, &path).await;
    let mut form = with_token(&token, TYPED);
    form.retain(|(name, _)| *name != "name");
    form.extend([("revision", "1"), ("name", "Renamed")]);
    browser.set_cookie("pixie_session", "gone");
    let page = browser.post(&path, &form).await;
    page.assert_page(403, "what you typed is kept");
    let page = sign_in_on(&browser, &page, "alice", PASSWORD).await;
    page.assert_page(200, "value=\"Renamed\"");
    assert_eq!(page.field("revision"), "1");
    // Somebody else does not see an application that is not theirs, although the text was typed in this browser.
    let token = page.field("csrf_token");
    browser.set_cookie("pixie_session", "gone");
    form.retain(|(name, _)| *name != "csrf_token");
    let page = browser.post(&path, &with_token(&token, &form)).await;
    let redirect = sign_in_on(&browser, &page, "bob", PASSWORD)
        .await
        .assert_status(303);
    browser
        .get(redirect.location())
        .await
        .assert_page(404, "Page not found");
}

#[on_both_stores]
async fn a_question_answered_after_its_session_ended_is_asked_again_after_the_sign_in() {
    let server = Server::start().await;
    let browser = server.sign_in("root").await;
    let page = "/o/keys/ES256/rotate/";
    let token = token_of(&browser, page).await;
    browser.set_cookie("pixie_session", "gone");
    let redirect = browser
        .post(page, &[("csrf_token", &token)])
        .await
        .assert_status(303);
    let login = browser.get(redirect.location()).await;
    login.assert_page(200, "Your session has ended. Nothing was changed.");
    let back = browser
        .sign_in_at(redirect.location(), "root")
        .await
        .assert_status(303);
    assert_eq!(back.location(), page);
}

#[on_both_stores]
async fn a_form_of_a_former_session_is_shown_again_with_its_text_and_can_be_sent() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let token = token_of(&browser, REGISTER).await;
    browser.sign_in("bob", PASSWORD).await.assert_status(303);
    let page = browser.post(REGISTER, &with_token(&token, TYPED)).await;
    for text in [EXPIRED, NAME_ON_PAGE, "https://app.example/two"] {
        page.assert_page(403, text);
    }
    send_again(&browser, &page, TYPED).await.assert_status(303);
}

#[on_both_stores]
async fn a_browser_that_was_restarted_gets_its_form_again() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let token = token_of(&browser, REGISTER).await;
    // The cookie of forms ends with the browser, the session does not.
    browser.set_cookie("pixie_form", "");
    let page = post_from(&browser, "same-origin", REGISTER, &with_token(&token, TYPED)).await;
    page.assert_page(403, EXPIRED);
    page.assert_page(403, NAME_ON_PAGE);
    send_again(&browser, &page, TYPED).await.assert_status(303);
}

#[on_both_stores]
async fn a_form_of_another_site_fills_nothing_in() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    token_of(&browser, REGISTER).await;
    for site in ["cross-site", "same-site", "none"] {
        let page = post_from(&browser, site, REGISTER, TYPED).await;
        page.assert_page(403, EXPIRED);
        assert!(!page.body.contains("Gärten"), "{site}: {page:?}");
        let login = [("username", "mallory"), ("next", "/o/"), ("kept", "name=Evil")];
        let page = post_from(&browser, site, "/o/login/", &login).await;
        page.assert_page(403, EXPIRED);
        assert!(
            !page.body.contains("mallory") && !page.body.contains("Evil"),
            "{page:?}"
        );
    }
    browser.set_cookie("pixie_session", "gone");
    for site in ["cross-site", "same-site", "none"] {
        let redirect = post_from(&browser, site, REGISTER, TYPED)
            .await
            .assert_status(303);
        assert!(redirect.location().starts_with("/o/login/?next="), "{redirect:?}");
    }
}

#[on_both_stores]
async fn a_sign_in_form_that_has_expired_keeps_the_username_and_works_when_it_is_sent_again() {
    let server = Server::start().await;
    let browser = server.browser();
    let token = token_of(&browser, "/o/login/").await;
    browser.set_cookie("pixie_form", "");
    let form = [
        ("csrf_token", &*token),
        ("next", "/o/keys/"),
        ("username", "alice"),
        ("password", PASSWORD),
    ];
    let page = post_from(&browser, "same-origin", "/o/login/", &form).await;
    page.assert_page(403, EXPIRED);
    assert_eq!(
        (page.field("username"), page.field("next")),
        ("alice".into(), "/o/keys/".into())
    );
    assert!(!page.body.contains(PASSWORD));
    let token = page.field("csrf_token");
    let again = [
        ("csrf_token", &*token),
        ("username", "alice"),
        ("password", PASSWORD),
    ];
    browser.post("/o/login/", &again).await.assert_status(303);
}

#[on_both_stores]
async fn a_sign_up_form_that_has_expired_keeps_all_but_the_password() {
    let server = Server::with(|settings| settings.sign_up = SignUpMode::Open).await;
    let browser = server.browser();
    token_of(&browser, "/o/sign-up/").await;
    let form = [
        ("username", "carol"),
        ("name", "Carol"),
        ("email", "carol@a.example"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
    ];
    let page = browser.post("/o/sign-up/", &form).await;
    page.assert_page(403, EXPIRED);
    for (name, value) in &form[..3] {
        assert_eq!(page.field(name), *value);
    }
    assert!(!page.body.contains(PASSWORD));
}

#[on_both_stores]
async fn the_form_of_the_first_administrator_that_has_expired_works_when_it_is_sent_again() {
    let server = Server::without_people(|_| {}).await;
    let link = server.provider.first_administrator_link().await.unwrap().unwrap();
    let browser = server.browser();
    token_of(&browser, "/o/login/").await;
    let form = [
        ("token", link.expose()),
        ("username", "root"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
    ];
    let page = browser.post("/o/setup/", &form).await;
    page.assert_page(403, EXPIRED);
    assert_eq!(page.field("username"), "root");
    let token = page.field("csrf_token");
    browser
        .post("/o/setup/", &with_token(&token, &form))
        .await
        .assert_status(303);
}

#[on_both_stores]
async fn a_consent_of_a_former_session_is_asked_for_again_and_can_be_given() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let request = client.request(&[]);
    let token = token_of(&browser, &format!("/o/consent/?{request}")).await;
    browser.sign_in("bob", PASSWORD).await.assert_status(303);
    let form = [("request", &*request), ("decision", "allow")];
    let page = browser.post("/o/consent/", &with_token(&token, &form)).await;
    page.assert_page(403, EXPIRED);
    page.assert_page(403, "Allow Third Party?");
    let token = page.field("csrf_token");
    browser
        .post("/o/consent/", &with_token(&token, &form))
        .await
        .code();
}

#[on_both_stores]
async fn a_choice_of_an_account_of_a_former_session_is_asked_for_again() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.sign_in("alice").await;
    let choose = [("prompt", "select_account")];
    let redirect = browser.authorize_with(&client, &choose).await.assert_status(302);
    let page = browser.get(redirect.location()).await.assert_status(200);
    let (token, next) = (page.field("csrf_token"), page.field("next"));
    browser.sign_in("bob", PASSWORD).await.assert_status(303);
    let form = [("next", &*next)];
    let page = browser
        .post("/o/select-account/", &with_token(&token, &form))
        .await;
    page.assert_page(403, EXPIRED);
    page.assert_page(403, "Continue as bob");
    let token = page.field("csrf_token");
    browser
        .post("/o/select-account/", &with_token(&token, &form))
        .await
        .assert_status(303);
}

#[on_both_stores]
async fn the_page_for_any_other_expired_form_leads_back_to_it() {
    let server = Server::start().await;
    let browser = server.sign_in("root").await;
    let page = "/o/keys/ES256/rotate/";
    let answer = browser.post(page, &[("csrf_token", "x")]).await;
    answer.assert_page(403, EXPIRED);
    answer.assert_page(403, &format!("href=\"{page}\" id=\"again\""));
}
