//! `/o/setup/`: the first administrator, by a link that works once (OWASP ASVS 6.3.2, Keycloak GHSA-hcvw-475w-8g7p).

use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt;

use pixie_testing::harness::{Answer, Browser, PASSWORD, Server, encode, on_both_stores};

const GONE: &str = "This link is no longer valid";

async fn link(server: &Server) -> String {
    let link = server.provider.first_administrator_link().await.unwrap().unwrap();
    link.expose().to_owned()
}

async fn set_up(browser: &Browser, link: &str, username: &str, password: &str) -> Answer {
    let form = [
        ("token", link),
        ("username", username),
        ("password", password),
        ("password_again", password),
    ];
    browser.submit(&format!("/o/setup/?token={link}"), &form).await
}

#[on_both_stores]
async fn the_link_makes_one_administrator_and_works_once() {
    let server = Server::without_people(|_| {}).await;
    let link = link(&server).await;
    let browser = server.browser();
    let answer = set_up(&browser, &link, "root", PASSWORD).await.assert_status(303);
    assert!(answer.location().starts_with("/o/?"), "{answer:?}");
    let home = browser.get(answer.location()).await;
    home.assert_page(200, "The administrator account is created. You are signed in.");
    home.assert_page(200, "<span id=\"person\">root</span>");
    assert!(server.provider.find_account("root").await.unwrap().administrator);
    server
        .get(&format!("/o/setup/?token={link}"))
        .await
        .assert_page(410, GONE);
    browser.sign_in("root", PASSWORD).await.assert_status(303);
}

#[on_both_stores]
async fn a_link_works_for_an_hour() {
    let server = Server::without_people(|_| {}).await;
    let link = link(&server).await;
    let browser = server.browser();
    let page = format!("/o/setup/?token={link}");
    let token = browser.get(&page).await.assert_status(200).field("csrf_token");
    server.clock.advance(3600);
    server.get(&page).await.assert_page(410, GONE);
    let form = [
        ("csrf_token", &*token),
        ("token", &*link),
        ("username", "root"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
    ];
    browser.post("/o/setup/", &form).await.assert_page(410, GONE);
    assert!(server.provider.find_account("root").await.is_err());
}

#[on_both_stores]
async fn no_link_works_once_there_is_an_administrator() {
    let server = Server::without_people(|_| {}).await;
    let link = link(&server).await;
    let new = pixie_provider::NewPerson {
        username: "root".to_owned(),
        password: Some(PASSWORD.to_owned().into()),
        administrator: true,
        ..Default::default()
    };
    server
        .provider
        .add_account(pixie_provider::Actor::Operator, new)
        .await
        .unwrap();
    server
        .get(&format!("/o/setup/?token={link}"))
        .await
        .assert_page(410, GONE);
    assert!(
        server
            .provider
            .first_administrator_link()
            .await
            .unwrap()
            .is_none()
    );
}

#[on_both_stores]
async fn a_newer_link_ends_the_older() {
    let server = Server::without_people(|_| {}).await;
    let (old, new) = (link(&server).await, link(&server).await);
    server
        .get(&format!("/o/setup/?token={old}"))
        .await
        .assert_page(410, GONE);
    server
        .get(&format!("/o/setup/?token={new}"))
        .await
        .assert_status(200);
}

#[on_both_stores(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_in_parallel_make_one_administrator() {
    let server = Server::without_people(|_| {}).await;
    let link = link(&server).await;
    let page = server
        .get(&format!("/o/setup/?token={link}"))
        .await
        .assert_status(200);
    let cookie = page.header("set-cookie").split(';').next().unwrap().to_owned();
    let mut running = tokio::task::JoinSet::new();
    for number in 0..50 {
        let form = encode(&[
            ("csrf_token", &page.field("csrf_token")),
            ("token", &link),
            ("username", &format!("root{number}")),
            ("password", PASSWORD),
            ("password_again", PASSWORD),
        ]);
        let request = Request::post("/o/setup/")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", &cookie)
            .body(Body::from(form))
            .unwrap();
        let router = server.router();
        running.spawn(async move { router.oneshot(request).await.unwrap().status().as_u16() });
    }
    let statuses = running.join_all().await;
    let made = statuses.iter().filter(|status| **status == 303).count();
    assert_eq!(made, 1, "{statuses:?}");
    assert!(
        statuses.iter().all(|status| matches!(status, 303 | 410)),
        "{statuses:?}"
    );
    assert_eq!(server.provider.list_accounts(None, 100).await.unwrap().len(), 1);
}

#[on_both_stores]
async fn a_missing_malformed_or_unknown_link_is_gone() {
    let server = Server::without_people(|_| {}).await;
    let real = link(&server).await;
    let other = pixie_oauth::OneTimeLink::new(1_800_000_000_000, &[7; 32]);
    for query in [
        "",
        "?token=",
        "?token=x",
        &format!("?token={}", other.expose()),
        &format!("?token={real}&token={real}"),
    ] {
        server
            .get(&format!("/o/setup/{query}"))
            .await
            .assert_page(410, GONE);
    }
}

#[on_both_stores]
async fn opening_the_link_does_not_use_it() {
    let server = Server::without_people(|_| {}).await;
    let link = link(&server).await;
    let before = server.database();
    for _ in 0..3 {
        server
            .get(&format!("/o/setup/?token={link}"))
            .await
            .assert_status(200);
    }
    assert_eq!(server.database(), before);
}

#[on_both_stores]
async fn a_bad_username_or_password_is_said_and_the_link_still_works() {
    let server = Server::without_people(|_| {}).await;
    let link = link(&server).await;
    let browser = server.browser();
    for (username, password, sentence) in [
        ("", PASSWORD, "A username has 1 to 150 characters"),
        ("root", "short", "at least 8 characters"),
        ("root", "password1", "among the first that an attacker tries"),
        (
            "rootrootroot",
            "RootRootRoot",
            "among the first that an attacker tries",
        ),
    ] {
        let answer = set_up(&browser, &link, username, password).await;
        answer.assert_page(400, sentence);
        assert_eq!(answer.field("username"), username);
        assert!(password.is_empty() || !answer.body.contains(password) || username == password);
    }
    let differing = [
        ("token", &*link),
        ("username", "root"),
        ("password", PASSWORD),
        ("password_again", "x"),
    ];
    let answer = browser
        .submit(&format!("/o/setup/?token={link}"), &differing)
        .await;
    answer.assert_page(400, "The passwords do not match");
    set_up(&browser, &link, "root", PASSWORD).await.assert_status(303);
}

#[on_both_stores]
async fn a_forged_setup_form_is_refused() {
    let server = Server::without_people(|_| {}).await;
    let link = link(&server).await;
    let foreign = server
        .browser()
        .get(&format!("/o/setup/?token={link}"))
        .await
        .field("csrf_token");
    let browser = server.browser();
    browser.get("/o/login/").await.assert_status(200);
    for token in ["", "x", &foreign] {
        let form = [
            ("csrf_token", token),
            ("token", &link),
            ("username", "root"),
            ("password", PASSWORD),
            ("password_again", PASSWORD),
        ];
        browser
            .post("/o/setup/", &form)
            .await
            .assert_page(403, "This form has expired");
    }
    assert!(server.provider.find_account("root").await.is_err());
}
