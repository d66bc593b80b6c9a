//! `next` leads to our own paths and nowhere else (CVE-2024-39694, OWASP ASVS 3.7.2).

use pixie_testing::harness::{PASSWORD, Server, encode, on_both_stores};

const TRICKS: &[&str] = &[
    "https://evil.example/",
    "HTTPS://evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "/\\evil.example/",
    "\\/evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "/\r/evil.example/",
    "/\r\n/evil.example/",
    "\t//evil.example/",
    "\n//evil.example",
    " //evil.example",
    "\u{0}//evil.example",
    "/\u{0}/evil.example",
    "/\u{1f}/evil.example",
    "/\u{7f}/evil.example",
    "/\u{a0}/evil.example",
    "/\u{2028}/evil.example",
    "/\u{ff0f}evil.example",
    "\u{ff0f}/evil.example",
    "/\u{200b}/evil.example",
    "/o/\r\nSet-Cookie: pixie_session=x",
    "/o/\r\n\r\n<script>alert(1)</script>",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "http:o/",
    "~/",
    "~//evil.example",
    "o/",
    "?next=//evil.example",
    "#",
    "@evil.example",
    ".evil.example",
    ":8001/",
];

#[on_both_stores]
async fn next_to_anywhere_else_leads_home() {
    let server = Server::start().await;
    for trick in TRICKS {
        let browser = server.browser();
        let page = browser
            .get(&format!("/o/login/?{}", encode(&[("next", trick)])))
            .await
            .assert_status(200);
        assert_eq!(page.field("next"), "", "{trick:?}");
        let form = [("next", *trick), ("username", "alice"), ("password", PASSWORD)];
        let answer = browser.submit("/o/login/", &form).await.assert_status(303);
        assert_eq!(answer.location(), "/o/", "{trick:?}");
        let signed_out = browser
            .submit("/o/logout/", &[("next", trick)])
            .await
            .assert_status(200);
        assert_eq!(signed_out.location(), "", "{trick:?}");
    }
}

#[on_both_stores]
async fn next_to_an_own_path_is_followed() {
    let server = Server::start().await;
    for own in [
        "/",
        "/o/applications/",
        "/api/test/?a=1&b=%2F",
        "/.//evil.example",
        "/%09/evil.example",
        "/%5Cevil",
    ] {
        let browser = server.browser();
        let page = browser
            .get(&format!("/o/login/?{}", encode(&[("next", own)])))
            .await
            .assert_status(200);
        assert_eq!(page.field("next"), own);
        let form = [("next", own), ("username", "alice"), ("password", PASSWORD)];
        let answer = browser.submit("/o/login/", &form).await.assert_status(303);
        assert_eq!(answer.location(), own);
    }
}

#[on_both_stores]
async fn a_repeated_next_is_no_next() {
    let server = Server::start().await;
    let page = server
        .get("/o/login/?next=/o/applications/&next=//evil.example")
        .await
        .assert_status(200);
    assert_eq!(page.field("next"), "");
    let browser = server.browser();
    let token = browser.get("/o/login/").await.field("csrf_token");
    let form = [
        ("csrf_token", &*token),
        ("username", "alice"),
        ("password", PASSWORD),
        ("next", "/o/"),
        ("next", "//evil.example"),
    ];
    browser
        .post("/o/login/", &form)
        .await
        .assert_page(400, "repeated");
}
