//! The headers that every response has (OWASP ASVS 3.4, RFC 9700 sections 4.2.4 and 4.16).

use axum::body::Body;
use axum::http::Request;
use pixie_oauth::Issuer;

use pixie_testing::harness::{Answer, Client, Server, encode};

/// Pages of every kind, with their status.
async fn pages(server: &Server) -> Vec<Answer> {
    let client = server.third_party().await;
    let alice = server.sign_in("alice").await;
    let login = format!("/o/login/?{}", next(&client));
    let mut pages = vec![
        server.get("/o/").await.assert_status(200),
        server.get(&login).await.assert_status(200),
        server.get("/o/logout/").await.assert_status(200),
        server.get("/o/setup/").await.assert_status(410),
        server.get("/o/nothing/").await.assert_status(404),
        server.get("/nothing").await.assert_status(404),
        server.get("/o/authorize/").await.assert_status(400),
        server.post("/o/login/", &[]).await.assert_status(403),
        server
            .browser()
            .sign_in("alice", "wrong")
            .await
            .assert_status(400),
    ];
    let consent = format!("/o/consent/?{}", client.request(&[]));
    for path in [
        "/o/",
        "/o/logout/",
        "/o/applications/",
        "/o/applications/register/",
        "/o/authorized_tokens/",
        &consent,
    ] {
        pages.push(alice.get(path).await.assert_status(200));
    }
    pages
}

fn next(client: &Client) -> String {
    encode(&[("next", &format!("/o/authorize/?{}", client.request(&[])))])
}

/// Sources of a directive of the Content-Security-Policy.
fn directive<'a>(answer: &'a Answer, name: &str) -> Vec<&'a str> {
    let policy = answer.header("content-security-policy");
    let own = policy
        .split(';')
        .map(str::trim)
        .find_map(|part| part.strip_prefix(name));
    own.unwrap_or_else(|| panic!("no {name}: {answer:?}"))
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect()
}

#[tokio::test]
async fn every_page_forbids_frames_scripts_sniffing_referrers_and_caches() {
    let server = Server::start().await;
    for page in pages(&server).await {
        assert_eq!(directive(&page, "default-src"), ["'none'"]);
        assert_eq!(directive(&page, "style-src"), ["'self'"]);
        assert_eq!(directive(&page, "img-src"), ["'self'"]);
        assert_eq!(directive(&page, "frame-ancestors"), ["'none'"]);
        assert_eq!(directive(&page, "base-uri"), ["'none'"]);
        let sources = directive(&page, "form-action");
        assert_eq!(sources[0], "'self'");
        // A page on the way to a client may run in a window that the client has opened.
        let opener = if sources.len() == 1 {
            "same-origin-allow-popups"
        } else {
            ""
        };
        assert_eq!(page.header("cross-origin-opener-policy"), opener);
        assert!(!page.header("content-security-policy").contains("script-src"));
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("x-request-id").len(), 20);
        assert_eq!(page.header("strict-transport-security"), "");
    }
}

#[tokio::test]
async fn pages_load_nothing_from_elsewhere() {
    let server = Server::start().await;
    for page in pages(&server).await {
        for attribute in [
            "src=\"",
            "action=\"",
            "<link rel=\"icon\" type=\"image/svg+xml\" href=\"",
        ] {
            for value in page.body.split(attribute).skip(1) {
                assert!(value.starts_with("/o/"), "{attribute}{value}");
            }
        }
        for forbidden in ["<script", " onclick=", " onload=", " style=\"", "@import"] {
            assert!(!page.body.contains(forbidden), "{forbidden}: {page:?}");
        }
    }
}

#[tokio::test]
async fn form_action_lets_the_redirect_to_the_client_through_on_login_and_consent() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    for (id, uri, source) in [
        ("web", "https://a.example:8443/cb", "https://a.example:8443"),
        ("loop", "http://127.0.0.1:8001/", "http://127.0.0.1:8001"),
        ("six", "http://[::1]:8001/", "http:"),
        ("app", "com.example.app:/cb", "com.example.app:"),
    ] {
        let client = server
            .register(serde_json::json!({ "client_id": id, "redirect_uris": [uri] }))
            .await;
        for page in [
            server.get(&format!("/o/login/?{}", next(&client))).await,
            alice.get(&format!("/o/consent/?{}", client.request(&[]))).await,
        ] {
            assert_eq!(
                directive(&page.assert_status(200), "form-action"),
                ["'self'", source]
            );
        }
    }
    let wrong = server
        .browser()
        .submit("/o/login/", &[("username", "alice"), ("password", "x")])
        .await;
    assert_eq!(directive(&wrong, "form-action"), ["'self'"]);
}

#[tokio::test]
async fn the_login_page_after_a_wrong_password_still_lets_the_redirect_through() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.browser();
    let page = browser.get(&format!("/o/login/?{}", next(&client))).await;
    let (token, next) = (page.field("csrf_token"), page.field("next"));
    let form = [
        ("csrf_token", &*token),
        ("next", &next),
        ("username", "alice"),
        ("password", "wrong"),
    ];
    let again = browser.post("/o/login/", &form).await.assert_status(400);
    assert_eq!(
        directive(&again, "form-action"),
        ["'self'", "https://third.example"]
    );
    assert_eq!(
        (again.field("next"), again.field("username")),
        (next, "alice".to_owned())
    );
}

#[tokio::test]
async fn an_https_issuer_says_strict_transport_security_on_everything() {
    let server =
        Server::with(|settings| settings.issuer = Issuer::parse("https://id.example/o").unwrap()).await;
    for path in [
        "/o/login/",
        "/o/authorize/",
        "/nothing",
        "/health/live",
        "/o/assets/pixie.css",
        "/o/.well-known/jwks.json",
    ] {
        let answer = server.get(path).await;
        assert_eq!(
            answer.header("strict-transport-security"),
            "max-age=31536000",
            "{path}"
        );
    }
}

#[tokio::test]
async fn answers_for_machines_carry_the_security_headers_too() {
    let server = Server::start().await;
    let client = server.spa().await;
    for answer in [
        server.post("/o/token/", &[]).await,
        server.post("/o/introspect/", &[]).await,
        server.post("/o/revoke_token/", &[]).await,
        server.get("/o/.well-known/oauth-authorization-server").await,
        server.get("/o/token/").await.assert_status(405),
        server
            .sign_in("alice")
            .await
            .authorize(&client)
            .await
            .assert_status(302),
    ] {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("x-request-id").len(), 20);
        assert_eq!(answer.header("server"), "");
    }
}

#[tokio::test]
async fn a_request_id_of_the_sender_is_not_taken_over() {
    let server = Server::start().await;
    let request = Request::get("/nothing").header("x-request-id", "<script>alert(1)</script>");
    let answer = server.send(request.body(Body::empty()).unwrap()).await;
    let id = answer.header("x-request-id").to_owned();
    assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    answer.assert_page(404, &id);
}
