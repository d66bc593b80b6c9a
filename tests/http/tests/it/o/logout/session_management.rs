//! Pages of applications that watch the login (OpenID Connect Session Management 1.0 sections 2 and 3).

use pixie_oauth::{ClientId, Issuer, Origin, session_state};
use serde_json::json;

use super::{end_session, id_token, rp};
use pixie_testing::harness::{Answer, Client, PASSWORD, Server, on_both_stores};

const COOKIE: &str = "pixie_browser_state";

/// The state that the frame of the application's origin would report for a response, given the cookie that it reads.
fn frame_says(client: &Client, answer: &Answer, cookie: Option<&str>) -> &'static str {
    let given = answer.location_param("session_state").unwrap();
    let (_, salt) = given.split_once('.').unwrap();
    let origin = Origin::parse("https://rp.example").unwrap();
    let id = ClientId::parse(&client.id).unwrap();
    let now = session_state(&id, &origin, cookie.unwrap_or("signed-out"), salt);
    if now == given { "unchanged" } else { "changed" }
}

#[on_both_stores]
async fn the_state_changes_when_the_session_does() {
    let server = Server::start().await;
    let client = rp(&server, "rp", json!({})).await;
    let browser = server.sign_in("alice").await;
    let silent = [("scope", "openid"), ("prompt", "none")];
    let first = browser.authorize_with(&client, &silent).await;
    let state = browser.cookie(COOKIE).unwrap();
    assert_eq!(frame_says(&client, &first, Some(&state)), "unchanged");

    // Who they are is proved again: it is the same person in the same session.
    browser.sign_in("alice", PASSWORD).await.assert_status(303);
    assert_eq!(
        frame_says(&client, &first, browser.cookie(COOKIE).as_deref()),
        "unchanged"
    );

    let token = id_token(&server, &browser, &client).await;
    end_session(&browser, &[("id_token_hint", &token)])
        .await
        .assert_status(200);
    assert_eq!(browser.cookie(COOKIE), None);
    assert_eq!(frame_says(&client, &first, None), "changed");
    let refused = browser.authorize_with(&client, &silent).await;
    refused.assert_refused("https://rp.example/cb", "login_required");
    assert_eq!(frame_says(&client, &refused, None), "unchanged");

    browser.sign_in("bob", PASSWORD).await.assert_status(303);
    let bobs = browser.cookie(COOKIE).unwrap();
    assert_ne!(bobs, state);
    assert_eq!(frame_says(&client, &refused, Some(&bobs)), "changed");
    assert_eq!(frame_says(&client, &first, Some(&bobs)), "changed");
}

#[on_both_stores]
async fn only_openid_requests_are_told_the_state() {
    let server = Server::start().await;
    let client = rp(&server, "rp", json!({})).await;
    let browser = server.sign_in("alice").await;
    let answer = browser.authorize_with(&client, &[("scope", "read")]).await;
    assert!(answer.location_param("code").is_some(), "{answer:?}");
    assert_eq!(answer.location_param("session_state"), None);
}

#[on_both_stores]
async fn a_session_that_has_run_out_takes_its_cookie_with_it_at_the_next_answer() {
    let server = Server::start().await;
    let client = rp(&server, "rp", json!({})).await;
    let browser = server.sign_in("alice").await;
    assert!(browser.cookie(COOKIE).is_some());
    server.clock.advance(13 * 3600);
    let silent = [("scope", "openid"), ("prompt", "none")];
    let refused = browser.authorize_with(&client, &silent).await;
    assert_eq!(browser.cookie(COOKIE), None);
    assert_eq!(frame_says(&client, &refused, None), "unchanged");
}

#[on_both_stores]
async fn scripts_may_read_the_cookie_and_it_is_not_the_session() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let (state, session) = (
        browser.cookie(COOKIE).unwrap(),
        browser.cookie("pixie_session").unwrap(),
    );
    assert!(!session.contains(&state) && !state.contains('.') && !state.contains(' '));
    let again = server.browser();
    let answer = again.sign_in("alice", PASSWORD).await;
    let cookies: Vec<_> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|line| line.to_str().unwrap())
        .collect();
    let line = cookies.iter().find(|line| line.starts_with(COOKIE)).unwrap();
    assert!(
        line.ends_with("; SameSite=Lax; Path=/") && !line.contains("HttpOnly"),
        "{line}"
    );
}

#[on_both_stores]
async fn with_tls_the_cookie_is_for_frames_on_other_sites() {
    let server =
        Server::with(|settings| settings.issuer = Issuer::parse("https://id.example/o").unwrap()).await;
    let browser = server.browser();
    let answer = browser.sign_in("alice", PASSWORD).await.assert_status(303);
    let lines = answer.headers.get_all("set-cookie").iter();
    let line = lines
        .map(|line| line.to_str().unwrap())
        .find(|line| line.starts_with("__Host-pixie_browser_state_"))
        .unwrap();
    assert!(
        line.contains("; SameSite=None") && line.contains("; Secure") && !line.contains("HttpOnly"),
        "{line}"
    );
    let page = server.get("/o/check_session/").await.assert_status(200);
    let (name, _) = line.split_once('=').unwrap();
    assert!(page.body.contains(&format!("data-cookie=\"{name}\"")), "{page:?}");
}

#[on_both_stores]
async fn the_page_for_frames_is_the_only_one_that_may_be_framed() {
    let server = Server::start().await;
    let document = server.get("/o/.well-known/openid-configuration").await.json();
    let iframe = document["check_session_iframe"].as_str().unwrap();
    let page = server
        .get(iframe.strip_prefix("http://localhost:8000").unwrap())
        .await
        .assert_status(200);
    assert_eq!(page.header("x-frame-options"), "");
    let policy = page.header("content-security-policy");
    assert!(
        policy.ends_with("frame-ancestors *")
            && policy.starts_with("default-src 'none'; script-src 'sha256-"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe") && page.header("set-cookie").is_empty());
    let script = page
        .body
        .split_once("<script>")
        .unwrap()
        .1
        .split_once("</script>")
        .unwrap()
        .0;
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, script.as_bytes());
    let hash = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, hash);
    assert!(policy.contains(&format!("'sha256-{hash}'")), "{policy}");
    assert!(script.contains("postMessage(said, event.origin)") && !script.contains("\"*\""));
    assert_eq!(server.get("/o/logout/").await.header("x-frame-options"), "DENY");
}

#[on_both_stores]
async fn switched_off_it_is_gone_from_everywhere() {
    let server = Server::with(|settings| settings.session_management = false).await;
    let client = rp(&server, "rp", json!({})).await;
    let document = server.get("/o/.well-known/openid-configuration").await.json();
    assert_eq!(document.get("check_session_iframe"), None);
    assert!(document.get("end_session_endpoint").is_some());
    server.get("/o/check_session/").await.assert_status(404);
    let browser = server.sign_in("alice").await;
    assert_eq!(browser.cookie(COOKIE), None);
    let answer = browser.authorize_with(&client, &[("scope", "openid")]).await;
    assert!(answer.location_param("code").is_some() && answer.location_param("session_state").is_none());
}
