//! The headers that every response has (OWASP ASVS 3.4, RFC 9700 sections 4.2.4 and 4.16).

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use pixie_oauth::Issuer;

use pixie_provider::SignUpMode;
use pixie_testing::harness::{Answer, Client, Server, encode};

/// The sources that allow exactly the scripts that stand in a page (Content Security Policy Level 3 section 2.3.1).
fn hashes_of_scripts(page: &Answer) -> Vec<String> {
    let texts = page.body.split("<script>").skip(1);
    let hash = |text: &str| {
        let text = text.split("</script>").next().unwrap();
        let hash = digest(&SHA256, text.as_bytes());
        format!("'sha256-{}'", BASE64_STANDARD.encode(hash))
    };
    texts.map(hash).collect()
}

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

/// Sources of a directive of the Content-Security-Policy; `None` if it has no such directive.
fn sources<'a>(answer: &'a Answer, name: &str) -> Option<Vec<&'a str>> {
    let policy = answer.header("content-security-policy");
    let own = policy
        .split(';')
        .map(str::trim)
        .find_map(|part| part.strip_prefix(name))?;
    Some(own.split(' ').filter(|word| !word.is_empty()).collect())
}

/// Sources of a directive that every policy has.
fn directive<'a>(answer: &'a Answer, name: &str) -> Vec<&'a str> {
    sources(answer, name).unwrap_or_else(|| panic!("no {name}: {answer:?}"))
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
        // A page on the way to a client may run in a window that the client has opened.
        let opener = match sources(&page, "form-action") {
            Some(sources) => {
                assert_eq!(sources, ["'self'"]);
                "same-origin-allow-popups"
            }
            None => "",
        };
        assert_eq!(page.header("cross-origin-opener-policy"), opener);
        let scripts = sources(&page, "script-src").unwrap_or_default();
        assert_eq!(scripts, hashes_of_scripts(&page));
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
        for forbidden in ["<script ", " onclick=", " onload=", " style=\"", "@import"] {
            assert!(!page.body.contains(forbidden), "{forbidden}: {page:?}");
        }
    }
}

/// Chromium compares every redirect that follows a form with `form-action`, the client's own among them.
#[tokio::test]
async fn pages_on_the_way_to_a_client_bound_no_redirects_and_the_others_stay_on_their_origin() {
    let server = Server::with(|settings| settings.sign_up = SignUpMode::Open).await;
    let alice = server.sign_in("alice").await;
    for (id, uri) in [
        ("web", "https://a.example:8443/cb"),
        ("loop", "http://127.0.0.1:8001/"),
        ("six", "http://[::1]:8001/"),
        ("app", "com.example.app:/cb"),
    ] {
        let metadata = serde_json::json!({ "client_id": id, "redirect_uris": [uri], "post_logout_redirect_uris": [uri] });
        let client = server.register(metadata).await;
        let sign_out = encode(&[("client_id", id), ("post_logout_redirect_uri", uri)]);
        for page in [
            server.get(&format!("/o/login/?{}", next(&client))).await,
            server.get(&format!("/o/sign-up/?{}", next(&client))).await,
            alice.get(&format!("/o/select-account/?{}", next(&client))).await,
            alice.get(&format!("/o/consent/?{}", client.request(&[]))).await,
            alice.get(&format!("/o/logout/?{sign_out}")).await,
        ] {
            assert_eq!(sources(&page.assert_status(200), "form-action"), None, "{id}");
        }
    }
    for next in [
        "/api/test/",
        "/o/authorize/",
        "/o/authorize?x",
        "/o/logout/?x",
        "/o/consent/",
    ] {
        let page = server
            .get(&format!("/o/login/?{}", encode(&[("next", next)])))
            .await;
        assert_eq!(sources(&page, "form-action"), None, "{next}");
    }
    for path in [
        "/o/login/",
        "/o/sign-up/",
        "/o/login/?next=/o/",
        "/o/login/?next=/o/applications/",
        "/o/login/?next=//evil.example/",
    ] {
        assert_eq!(
            directive(&server.get(path).await, "form-action"),
            ["'self'"],
            "{path}"
        );
    }
    for path in ["/o/logout/", "/o/applications/register/", "/o/authorized_tokens/"] {
        assert_eq!(
            directive(&alice.get(path).await, "form-action"),
            ["'self'"],
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_login_page_after_a_wrong_password_bounds_no_redirects_either() {
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
    assert_eq!(sources(&again, "form-action"), None);
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

#[tokio::test]
async fn a_server_with_plain_http_on_a_network_says_so_on_every_page() {
    let warning = "Not for production.";
    let issuer = |text| Issuer::parse(text).unwrap();
    let server = Server::with(|settings| settings.issuer = issuer("http://pixie:8000/o")).await;
    let browser = server.sign_in("alice").await;
    for path in ["/o/", "/o/login/", "/o/applications/", "/o/logout/"] {
        browser.get(path).await.assert_page(200, warning);
    }
    browser.get("/o/authorize/").await.assert_page(400, warning);
    browser.get("/o/nothing/").await.assert_page(404, warning);
    let usual = Server::start().await;
    assert!(!usual.get("/o/login/").await.body.contains(warning));
}
