//! The language of pages: `Accept-Language` chooses among those that there are (RFC 9110 section 12.5.4).

use std::fs;

use axum::body::Body;
use axum::http::Request;
use axum::http::header::ACCEPT_LANGUAGE;
use pixie_testing::harness::{Answer, Browser, Server};
use pixie_web::{Web, WebSettings};

/// A browser of a server that also has a part of the pages in German.
async fn browser() -> Browser {
    let folder = tempfile::tempdir().unwrap();
    let german = "login-title = Anmelden\nerror-not-found = Hier ist nichts.\n    .title = Keine Seite\n    .remedy = Zurück.\n";
    fs::write(folder.path().join("texts.de.ftl"), german).unwrap();
    let server = Server::start().await;
    let settings = WebSettings {
        templates: Some(folder.path().to_owned()),
        ..WebSettings::default()
    };
    Browser::new(Web::new(server.provider.clone(), settings).unwrap().standalone())
}

async fn get(browser: &Browser, path: &str, languages: &str) -> Answer {
    let request = Request::get(path).header(ACCEPT_LANGUAGE, languages);
    browser.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_page_is_in_the_language_that_the_browser_prefers() {
    let browser = browser().await;
    for (languages, tag, title) in [
        ("de-AT,de;q=0.9,en;q=0.8", "de", "Anmelden"),
        ("en,de;q=0.5", "en", "Sign in"),
        ("fr", "en", "Sign in"),
        ("", "en", "Sign in"),
    ] {
        let page = get(&browser, "/o/login/", languages).await.assert_status(200);
        assert!(page.body.contains(&format!("<html lang=\"{tag}\">")), "{page:?}");
        assert!(page.body.contains(&format!("<h1>{title}</h1>")), "{page:?}");
    }
}

#[tokio::test]
async fn an_error_page_is_in_the_language_that_the_browser_prefers() {
    let browser = browser().await;
    get(&browser, "/o/nothing/", "de")
        .await
        .assert_page(404, "Hier ist nichts.");
    get(&browser, "/o/nothing/", "en")
        .await
        .assert_page(404, "There is no page at this address");
}
