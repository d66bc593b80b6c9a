//! Pages of applications in frames of the page that says who is signed out (OpenID Connect Front-Channel Logout 1.0 section
//! 2).

use serde_json::json;

use super::{claims, confirm, end_session, id_token, rp};
use pixie_testing::harness::{Answer, Server, encode, on_both_stores};

/// The addresses of the frames of a page.
fn frames(page: &Answer) -> Vec<String> {
    let starts = page.body.split("<iframe src=\"").skip(1);
    starts
        .map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"))
        .collect()
}

/// A directive of the page's Content-Security-Policy.
fn directive<'a>(page: &'a Answer, name: &str) -> Option<&'a str> {
    let policy = page.header("content-security-policy");
    policy
        .split("; ")
        .find_map(|part| part.strip_prefix(name)?.strip_prefix(' '))
}

#[on_both_stores]
async fn the_page_frames_every_application_of_the_session_and_then_goes_on() {
    let server = Server::start().await;
    let with_session = json!({
        "redirect_uris": ["https://one.example:8443/cb"],
        "frontchannel_logout_uri": "https://one.example:8443/front?a=b", "frontchannel_logout_session_required": true,
    });
    let one = rp(&server, "one", with_session).await;
    let two = rp(
        &server,
        "two",
        json!({ "frontchannel_logout_uri": "https://two.example/front" }),
    )
    .await;
    let stranger = json!({ "frontchannel_logout_uri": "https://stranger.example/front" });
    rp(&server, "stranger", stranger).await;
    let browser = server.sign_in("alice").await;
    let token = id_token(&server, &browser, &one).await;
    id_token(&server, &browser, &two).await;
    let sid = claims(&server, &token).await["sid"].as_str().unwrap().to_owned();
    let params = [
        ("id_token_hint", &*token),
        ("post_logout_redirect_uri", "https://one.example/out"),
        ("state", "s"),
    ];
    let page = end_session(&browser, &params).await;
    page.assert_page(200, "You are signed out");
    let added = encode(&[("iss", "http://localhost:8000/o"), ("sid", &sid)]);
    let mut found = frames(&page);
    found.sort();
    assert_eq!(
        found,
        [
            format!("https://one.example:8443/front?a=b&{added}"),
            "https://two.example/front".to_owned()
        ]
    );
    let mut sources: Vec<_> = directive(&page, "frame-src").unwrap().split(' ').collect();
    sources.sort_unstable();
    // A page may redirect on to another site.
    assert_eq!(sources, ["http:", "https:"]);
    assert_eq!(directive(&page, "default-src"), Some("'none'"));
    assert!(directive(&page, "script-src").unwrap().starts_with("'nonce-"));
    assert!(!page.body.contains("allow-top-navigation"), "{page:?}");
    let onward = "https://one.example/out?state=s";
    // One way with scripts and one without: engines that follow both would go twice.
    assert_eq!(page.header("refresh"), "");
    assert!(
        page.body.contains(&format!(
            "<noscript><meta http-equiv=\"refresh\" content=\"5;url={onward}\"></noscript>"
        )),
        "{page:?}"
    );
    let (head, body) = page.body.split_once("</head>").unwrap();
    assert!(
        !head.contains("<script") && !body.contains("http-equiv"),
        "{page:?}"
    );
    assert_eq!(page.body.matches("location.replace").count(), 1, "{page:?}");
    assert!(
        page.body.contains(&format!("id=\"continue\" href=\"{onward}\"")),
        "{page:?}"
    );
}

#[on_both_stores]
async fn the_page_says_who_is_told_and_who_cannot_be() {
    let server = Server::start().await;
    let front = rp(
        &server,
        "front",
        json!({ "frontchannel_logout_uri": "https://front.example/o" }),
    )
    .await;
    let back = rp(
        &server,
        "back",
        json!({ "backchannel_logout_uri": "https://back.example/o" }),
    )
    .await;
    let deaf = rp(&server, "deaf", json!({})).await;
    rp(&server, "stranger", json!({})).await;
    let browser = server.sign_in("alice").await;
    for client in [&front, &back, &deaf] {
        id_token(&server, &browser, client).await;
    }
    let page_shown = end_session(&browser, &[]).await;
    let page = confirm(&browser, &page_shown).await;
    page.assert_page(200, "You are signed out");
    let (notified, not_notified) = page.body.split_once("id=\"untold_title\"").unwrap();
    assert!(
        notified.contains("The front application") && notified.contains("The back application"),
        "{notified}"
    );
    assert!(
        !notified.contains("The deaf application") && not_notified.contains("The deaf application"),
        "{page:?}"
    );
    assert!(!page.body.contains("The stranger application"), "{page:?}");
    assert_eq!(frames(&page), ["https://front.example/o"]);
    // There is nowhere to go on to.
    assert_eq!(directive(&page, "script-src"), None);
    assert!(!page.body.contains("http-equiv=\"refresh\""), "{page:?}");
}

#[on_both_stores]
async fn an_application_without_a_page_returns_at_once() {
    let server = Server::start().await;
    let client = rp(
        &server,
        "rp",
        json!({ "backchannel_logout_uri": "https://rp.example/back" }),
    )
    .await;
    let browser = server.sign_in("alice").await;
    let token = id_token(&server, &browser, &client).await;
    let params = [
        ("id_token_hint", &*token),
        ("post_logout_redirect_uri", "https://rp.example/out"),
    ];
    end_session(&browser, &params).await.assert_status(302);
}
