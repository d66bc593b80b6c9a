//! `/o/logout/`: only a form ends a session, and it ends on the server (OWASP ASVS 7.4.1 and 10.6.2).

use crate::harness::Server;

#[tokio::test]
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

#[tokio::test]
async fn logout_by_post_ends_the_session_on_the_server() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let session = browser.cookie("pixie_session").unwrap();
    browser.submit("/o/logout/", &[]).await.assert_status(200);
    assert_eq!(browser.cookie("pixie_session"), None);
    let thief = server.browser();
    thief.set_cookie("pixie_session", &session);
    let asked = thief.get("/o/applications/").await.assert_status(302);
    assert!(asked.location().starts_with("/o/login/"));
}

#[tokio::test]
async fn logout_ends_this_browsers_session_only() {
    let server = Server::start().await;
    let (one, two) = (server.sign_in("alice").await, server.sign_in("alice").await);
    one.submit("/o/logout/", &[]).await.assert_status(200);
    two.get("/o/applications/").await.assert_status(200);
}

#[tokio::test]
async fn nobody_inherits_the_session_that_ended() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let session = browser.cookie("pixie_session").unwrap();
    browser.submit("/o/logout/", &[]).await.assert_status(200);
    browser
        .sign_in("bob", crate::harness::PASSWORD)
        .await
        .assert_status(303);
    assert_ne!(browser.cookie("pixie_session").unwrap(), session);
    let home = browser.get("/o/").await.assert_status(200);
    assert!(
        home.body.contains("bob") && !home.body.contains("alice"),
        "{home:?}"
    );
}

#[tokio::test]
async fn a_forged_logout_is_refused() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let other = server
        .sign_in("alice")
        .await
        .get("/o/logout/")
        .await
        .field("csrf_token");
    for form in [&[][..], &[("csrf_token", "x")], &[("csrf_token", &*other)]] {
        browser
            .post("/o/logout/", form)
            .await
            .assert_page(403, "This form is no longer good");
    }
    browser.get("/o/applications/").await.assert_status(200);
}

#[tokio::test]
async fn logout_returns_to_an_own_path_and_takes_the_cookie_away() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let answer = browser
        .submit("/o/logout/", &[("next", "/api/test/")])
        .await
        .assert_status(303);
    assert_eq!(answer.location(), "/api/test/");
    let cookie = answer.header("set-cookie");
    assert_eq!(
        cookie,
        "pixie_session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"
    );
}

#[tokio::test]
async fn logout_without_a_session_says_so() {
    let server = Server::start().await;
    let page = server.browser().get("/o/logout/").await.assert_status(200);
    let form = server.browser().post("/o/logout/", &[]).await.assert_status(200);
    assert!(!page.body.contains("Sign out?") && !form.body.contains("Sign out?"));
}

#[tokio::test]
async fn logout_leaves_the_tokens_of_applications() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let code = browser.authorize(&client).await.code();
    let tokens = crate::harness::Tokens::of(&server.redeem(&client, &code).await.assert_status(200));
    browser.submit("/o/logout/", &[]).await.assert_status(200);
    assert!(server.is_active(&tokens.access).await);
}
