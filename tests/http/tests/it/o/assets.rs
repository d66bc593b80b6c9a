//! `/o/assets/`: files by name, kept by browsers, never anything else of the disk.

use axum::body::Body;
use axum::http::Request;

use pixie_testing::harness::{Server, on_both_stores};

/// The addresses that a page links to.
fn linked(body: &str) -> Vec<String> {
    let links = body.split('"').filter(|text| text.starts_with("/o/assets/"));
    links.map(|link| link.replace("&amp;", "&")).collect()
}

#[on_both_stores]
async fn what_a_page_links_to_is_there_and_kept_for_ever() {
    let server = Server::start().await;
    let links = linked(&server.get("/o/login/").await.body);
    assert!(links.len() >= 2, "{links:?}");
    for link in &links {
        let asset = server.get(link).await.assert_status(200);
        assert_eq!(
            asset.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(asset.header("x-content-type-options"), "nosniff");
        let expected = if link.contains(".css") {
            "text/css; charset=utf-8"
        } else {
            "image/svg+xml"
        };
        assert_eq!(asset.header("content-type"), expected);
    }
}

#[on_both_stores]
async fn an_address_without_the_current_version_is_asked_again() {
    let server = Server::start().await;
    for query in ["", "?v=", "?v=00000000", "?x=1"] {
        let asset = server
            .get(&format!("/o/assets/pixie.css{query}"))
            .await
            .assert_status(200);
        assert_eq!(asset.header("cache-control"), "no-cache");
    }
}

#[on_both_stores]
async fn the_same_entity_tag_answers_not_modified() {
    let server = Server::start().await;
    let tag = server.get("/o/assets/pixie.css").await.header("etag").to_owned();
    let request = |tag: &str| {
        Request::get("/o/assets/pixie.css")
            .header("if-none-match", tag)
            .body(Body::empty())
    };
    let same = server.send(request(&tag).unwrap()).await.assert_status(304);
    assert_eq!((same.body.as_str(), same.header("etag")), ("", tag.as_str()));
    server
        .send(request("\"other\"").unwrap())
        .await
        .assert_status(200);
}

#[on_both_stores]
async fn nothing_but_the_files_is_served() {
    let server = Server::start().await;
    for name in [
        "..%2f..%2fCargo.toml",
        "..",
        "%2e%2e%2fpixie.sqlite3",
        "%2fetc%2fpasswd",
        "..%5c..%5cx",
        "pixie.css%00",
        "PIXIE.CSS",
        "pixie.css.map",
        "login.html",
        ".",
        "",
    ] {
        let answer = server.get(&format!("/o/assets/{name}")).await;
        assert_eq!(answer.status.as_u16(), 404, "{name}: {answer:?}");
    }
    server.get("/o/assets/../../etc/passwd").await.assert_status(404);
    server
        .get("/o/assets/%ff")
        .await
        .assert_page(404, "Page not found");
}
