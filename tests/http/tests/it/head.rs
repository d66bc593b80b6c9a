//! HEAD has no effect (RFC 9110 section 9.2.1).

use axum::body::Body;
use axum::http::Request;
use pixie_testing::harness::{Answer, Browser, Server, encode, on_both_stores};

async fn head(browser: &Browser, path: &str) -> Answer {
    let request = Request::head(path).body(Body::empty()).unwrap();
    let answer = browser.send(request).await;
    assert_eq!(
        (answer.body.as_str(), answer.header("set-cookie")),
        ("", ""),
        "{path}"
    );
    answer
}

#[on_both_stores]
async fn head_issues_no_code_and_ends_no_session() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    let scope = [("scope", "openid")];
    let code = browser.authorize_with(&client, &scope).await.code();
    let tokens = server.redeem(&client, &code).await.json();
    let hint = encode(&[("id_token_hint", tokens["id_token"].as_str().unwrap())]);
    let cookies = browser.cookies();
    let before = server.database();
    for path in [
        format!("/o/authorize/?{}", client.request(&[])),
        format!("/o/authorize/?{}", client.request(&[("prompt", "none")])),
        format!("/o/authorize?{}", client.request(&scope)),
        format!("/o/consent/?{}", client.request(&[])),
        format!("/o/logout/?{hint}"),
        "/o/logout/".to_owned(),
    ] {
        let answer = head(&browser, &path).await;
        assert_eq!(answer.location_param("code"), None, "{answer:?}");
        assert!(
            answer.status.is_success() || answer.status.is_redirection(),
            "{answer:?}"
        );
    }
    assert_eq!(server.database(), before);
    assert_eq!(browser.cookies(), cookies);
    browser.authorize(&client).await.code();
}

#[on_both_stores]
async fn head_is_answered_as_get_elsewhere() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    for path in [
        "/o/",
        "/o/applications/",
        "/o/nothing/",
        "/o/.well-known/jwks.json",
    ] {
        let (got, headed) = (browser.get(path).await, head(&browser, path).await);
        assert_eq!(got.status, headed.status, "{path}");
        assert_eq!(
            got.header("content-type"),
            headed.header("content-type"),
            "{path}"
        );
    }
}
