//! `/o/logout/`: our own form ends a session, or an application that shows an id token of it, and it ends on the server
//! (OWASP ASVS 7.4.1 and 10.6.2, OpenID Connect RP-Initiated Logout 1.0).

mod attacks;
mod back_channel;
mod front_channel;
mod rp_initiated;
mod session_management;

use serde_json::{Value, json};

use pixie_testing::harness::{Answer, Browser, Client, Server, encode, on_both_stores};

/// 128 characters, as certification sends them.
const STATE: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// A trusted application that people can return to after signing out, with further metadata.
async fn rp(server: &Server, id: &str, further: Value) -> Client {
    let mut metadata = json!({
        "client_id": id, "client_name": format!("The {id} application"), "skip_authorization": true,
        "redirect_uris": [format!("https://{id}.example/cb")],
        "post_logout_redirect_uris": [format!("https://{id}.example/out"), format!("https://{id}.example/out?tenant=1")],
    });
    for (name, value) in further.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    server.register(metadata).await
}

/// Signs the browser in to an application; the id token it gets.
async fn id_token(server: &Server, browser: &Browser, client: &Client) -> String {
    let code = browser
        .authorize_with(client, &[("scope", "openid")])
        .await
        .code();
    let tokens = server.redeem(client, &code).await.assert_status(200).json();
    tokens["id_token"].as_str().unwrap().to_owned()
}

/// The claims of a token, verified with the published keys.
async fn claims(server: &Server, token: &str) -> Value {
    let keys = server.provider.own_keys().await;
    let token = pixie_oauth::jose::UnverifiedJwt::parse(token).unwrap();
    let verified = token
        .verify(&keys, pixie_oauth::jose::SigningAlgorithm::ALL)
        .unwrap();
    Value::Object(verified.claims().clone())
}

/// A request to sign out.
async fn end_session(browser: &Browser, params: &[(&str, &str)]) -> Answer {
    browser.get(&format!("/o/logout/?{}", encode(params))).await
}

/// Presses the button of the page that asks.
async fn confirm(browser: &Browser, page: &Answer) -> Answer {
    let (token, request, next) = (
        page.field("csrf_token"),
        page.field("request"),
        page.field("next"),
    );
    let form = [("csrf_token", &*token), ("request", &request), ("next", &next)];
    browser.post("/o/logout/", &form).await
}

/// `true` if an application can still sign in without asking.
async fn is_signed_in(browser: &Browser, client: &Client) -> bool {
    let silent = [("scope", "openid"), ("prompt", "none")];
    let answer = browser.authorize_with(client, &silent).await.assert_status(302);
    let error = answer.location_param("error");
    assert!(
        matches!(error.as_deref(), None | Some("login_required")),
        "{answer:?}"
    );
    error.is_none()
}

/// A form from another site: without cookies that are `SameSite=Lax`.
async fn post_from_elsewhere(server: &Server, params: &[(&str, &str)]) -> Answer {
    server.post("/o/logout/", params).await
}

#[on_both_stores]
async fn logout_by_get_changes_nothing() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let before = server.database();
    browser.get("/o/logout/").await.assert_page(200, "Sign out?");
    browser
        .get("/o/logout/?next=/o/&csrf_token=x")
        .await
        .assert_page(200, "Sign out?");
    assert_eq!(server.database(), before);
    browser.get("/o/applications/").await.assert_status(200);
}

#[on_both_stores]
async fn logout_by_post_ends_the_session_on_the_server() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let session = browser.cookie("pixie_session").unwrap();
    browser.submit("/o/logout/", &[]).await.assert_status(200);
    assert_eq!(browser.cookie("pixie_session"), None);
    let thief = server.browser();
    thief.set_cookie("pixie_session", &session);
    let redirect = thief.get("/o/applications/").await.assert_status(302);
    assert!(redirect.location().starts_with("/o/login/"));
}

#[on_both_stores]
async fn logout_ends_this_browsers_session_only() {
    let server = Server::start().await;
    let (one, two) = (server.sign_in("alice").await, server.sign_in("alice").await);
    one.submit("/o/logout/", &[]).await.assert_status(200);
    two.get("/o/applications/").await.assert_status(200);
}

#[on_both_stores]
async fn nobody_inherits_the_session_that_ended() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let session = browser.cookie("pixie_session").unwrap();
    browser.submit("/o/logout/", &[]).await.assert_status(200);
    browser
        .sign_in("bob", pixie_testing::harness::PASSWORD)
        .await
        .assert_status(303);
    assert_ne!(browser.cookie("pixie_session").unwrap(), session);
    let home = browser.get("/o/").await.assert_status(200);
    assert!(
        home.body.contains("bob") && !home.body.contains("alice"),
        "{home:?}"
    );
}

#[on_both_stores]
async fn a_forged_logout_is_refused() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let other = server
        .sign_in("alice")
        .await
        .get("/o/logout/")
        .await
        .field("csrf_token");
    for token in ["x", &*other] {
        browser
            .post("/o/logout/", &[("csrf_token", token)])
            .await
            .assert_page(403, "This form has expired");
    }
    // Without a token it is a request to ask.
    browser
        .post("/o/logout/", &[])
        .await
        .assert_page(200, "Sign out?");
    browser.get("/o/applications/").await.assert_status(200);
}

#[on_both_stores]
async fn logout_returns_to_an_own_path_and_takes_the_cookie_away() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let answer = browser
        .submit("/o/logout/", &[("next", "/api/test/")])
        .await
        .assert_status(303);
    assert_eq!(answer.location(), "/api/test/");
    let name = pixie_web::session_cookie(server.provider.issuer());
    assert_eq!(
        answer.header("set-cookie"),
        format!("{name}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0")
    );
}

#[on_both_stores]
async fn logout_without_a_session_says_so() {
    let server = Server::start().await;
    let page = server.browser().get("/o/logout/").await.assert_status(200);
    let form = server
        .browser()
        .post("/o/logout/", &[("csrf_token", "old")])
        .await
        .assert_status(200);
    assert!(!page.body.contains("Sign out?") && !form.body.contains("Sign out?"));
}

#[on_both_stores]
async fn logout_leaves_the_tokens_of_applications() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let code = browser.authorize(&client).await.code();
    let tokens = pixie_testing::harness::Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    browser.submit("/o/logout/", &[]).await.assert_status(200);
    assert!(server.is_active(&tokens.access).await);
}
