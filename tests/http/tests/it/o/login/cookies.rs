//! The cookies' attributes (OWASP ASVS 3.3).

use pixie_oauth::Issuer;

use pixie_testing::harness::{Browser, PASSWORD, Server, on_both_stores};

async fn set_cookies(browser: &Browser) -> Vec<String> {
    let page = browser.get("/o/login/").await.assert_status(200);
    let answer = browser
        .submit("/o/login/", &[("username", "alice"), ("password", PASSWORD)])
        .await;
    let both = [page, answer.assert_status(303)];
    let lines = both
        .iter()
        .flat_map(|answer| answer.headers.get_all("set-cookie"));
    lines.map(|line| line.to_str().unwrap().to_owned()).collect()
}

/// Name and attributes, without values.
fn attributes(lines: &[String]) -> Vec<String> {
    let described = lines.iter().map(|line| {
        let (pair, rest) = line.split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        assert!(value.len() >= 32, "{line}");
        format!("{name};{rest}")
    });
    described.collect()
}

#[on_both_stores]
async fn cookies_but_one_are_for_http_only_and_all_are_same_site() {
    let server = Server::start().await;
    let lines = set_cookies(&server.browser()).await;
    assert_eq!(
        attributes(&lines),
        [
            "pixie_form; HttpOnly; SameSite=Lax; Path=/",
            "pixie_session; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800",
            "pixie_device; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000",
            // A script of ours reads it, in frames of applications; it holds no secret.
            "pixie_browser_state; SameSite=Lax; Path=/; Max-Age=604800",
        ]
    );
}

#[on_both_stores]
async fn cookies_of_an_https_issuer_are_secure_and_of_this_host_alone() {
    let server =
        Server::with(|settings| settings.issuer = Issuer::parse("https://id.example/o").unwrap()).await;
    let lines = set_cookies(&server.browser()).await;
    assert_eq!(
        attributes(&lines),
        [
            "__Host-pixie_form; HttpOnly; SameSite=Lax; Secure; Path=/",
            "__Host-pixie_session; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=604800",
            "__Host-pixie_device; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=31536000",
            "__Host-pixie_browser_state; SameSite=None; Secure; Path=/; Max-Age=604800",
        ]
    );
}

#[on_both_stores]
async fn an_https_issuer_does_not_read_cookies_without_the_prefix() {
    let server =
        Server::with(|settings| settings.issuer = Issuer::parse("https://id.example/o").unwrap()).await;
    let browser = server.sign_in("alice").await;
    browser.get("/o/applications/").await.assert_status(200);
    let other = server.browser();
    other.set_cookie("pixie_session", &browser.cookie("__Host-pixie_session").unwrap());
    other.get("/o/applications/").await.assert_status(302);
}

#[on_both_stores]
async fn odd_cookies_are_no_session_and_no_fault() {
    let server = Server::start().await;
    for line in [
        "",
        "=",
        ";;;",
        "pixie_session",
        "pixie_session=",
        "pixie_session=%00",
        "pixie_session=\"x\"",
        "a=b; =c",
    ] {
        let browser = server.browser();
        let request = axum::http::Request::get("/o/applications/").header("cookie", line);
        let answer = browser
            .send(request.body(axum::body::Body::empty()).unwrap())
            .await;
        answer.assert_status(302);
    }
}
