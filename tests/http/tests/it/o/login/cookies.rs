//! The cookies' attributes (OWASP ASVS 3.3).

use pixie_oauth::Issuer;

use axum::body::Body;
use axum::http::Request;
use pixie_testing::harness::{Answer, Browser, PASSWORD, Server, on_both_stores};
use pixie_web::session_cookie;

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

/// Name and attributes, without values and without the end of the name, which is the issuer's.
fn attributes(lines: &[String]) -> Vec<String> {
    let described = lines.iter().map(|line| {
        let (pair, rest) = line.split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        assert!(value.len() >= 32, "{line}");
        let (name, issuer) = name.rsplit_once('_').unwrap();
        assert!(
            issuer.len() == 8 && u32::from_str_radix(issuer, 16).is_ok(),
            "{line}"
        );
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
            "pixie_session; HttpOnly; SameSite=Lax; Path=/",
            "pixie_device; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000",
            // A script of ours reads it, in frames of applications; it holds no secret.
            "pixie_browser_state; SameSite=Lax; Path=/",
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
            "__Host-pixie_session; HttpOnly; SameSite=Lax; Secure; Path=/",
            "__Host-pixie_device; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=31536000",
            "__Host-pixie_browser_state; SameSite=None; Secure; Path=/",
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
    let name = session_cookie(server.provider.issuer());
    for line in [
        "",
        "=",
        ";;;",
        "a=b; =c",
        &name,
        &format!("{name}="),
        &format!("{name}=%00"),
        &format!("{name}=\"x\""),
    ] {
        let answer = applications_with(&server, line.as_bytes()).await;
        answer.assert_status(302);
    }
}

async fn applications_with(server: &Server, cookies: &[u8]) -> Answer {
    let request = Request::get("/o/applications/").header("cookie", cookies);
    server.send(request.body(Body::empty()).unwrap()).await
}

#[on_both_stores]
async fn a_cookie_of_another_site_of_the_domain_does_not_sign_out() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let own = browser.cookies();
    for foreign in [
        "utm=\u{fc}".as_bytes(),
        b"utm=\xfc\xff",
        b"utm",
        b"a=\"b; c=d",
        b"\xe4=1",
        b"name=a b c",
    ] {
        for line in [
            [foreign, b"; ", own.as_bytes()].concat(),
            [own.as_bytes(), b"; ", foreign].concat(),
        ] {
            let page = applications_with(&server, &line).await;
            page.assert_status(200);
        }
    }
    let planted = format!("{}=\u{fc}; {own}", session_cookie(server.provider.issuer()));
    applications_with(&server, planted.as_bytes())
        .await
        .assert_status(200);
}

#[on_both_stores]
async fn two_servers_on_one_host_keep_the_sessions_of_a_browser_apart() {
    for (one, other) in [
        ("http://localhost:8000/o", "http://localhost:8001/o"),
        ("https://id.example/o", "https://id.example:8443/o"),
    ] {
        let with = |issuer: &'static str| {
            Server::with(move |settings| settings.issuer = Issuer::parse(issuer).unwrap())
        };
        let (one, other) = (with(one).await, with(other).await);
        let (alice, bob) = (one.sign_in("alice").await, other.sign_in("bob").await);
        let both = format!("{}; {}", alice.cookies(), bob.cookies());
        let names: Vec<_> = both
            .split("; ")
            .map(|pair| pair.split_once('=').unwrap().0)
            .collect();
        let different: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(different.len(), names.len(), "{both}");
        for (server, name) in [(&one, "alice"), (&other, "bob")] {
            applications_with(server, both.as_bytes())
                .await
                .assert_page(200, name);
        }
    }
}
