//! `/o/forgotten-password/`: a link by mail, and nothing for strangers to learn (OWASP ASVS 6.3.8).

use pixie_provider::{Account, Actor, Mail};
use pixie_testing::harness::{Answer, Browser, PASSWORD, Server, on_both_stores};

use super::invitation::open;

const PAGE: &str = "/o/forgotten-password/";
const NEW: &str = "a new password, quite long";

/// Gives a person an address.
async fn with_address(server: &Server, username: &str, verified: bool) {
    let account = server.provider.find_account(username).await.unwrap();
    let claims = account
        .claims
        .clone()
        .with("email_verified", verified.into())
        .unwrap();
    let account = Account {
        email: Some(format!("{username}@mail.example")),
        claims,
        ..account
    };
    server
        .provider
        .update_account(Actor::Operator, account)
        .await
        .unwrap();
}

async fn ask(browser: &Browser, username: &str) -> Answer {
    browser.submit(PAGE, &[("username", username)]).await
}

/// The mails that were sent since the last time.
async fn sent(server: &Server) -> Vec<Mail> {
    let sent = server.provider.send_mails().await.unwrap().sent as usize;
    let mut mails = server.mails().mails();
    mails.split_off(mails.len() - sent)
}

/// The path and the query of the link in a mail.
fn link(mail: &Mail) -> String {
    let (_, rest) = mail
        .rendered
        .text
        .split_once("http://localhost:8000/o/reset-password/")
        .unwrap();
    format!("/o/reset-password/{}", rest.split_whitespace().next().unwrap())
}

#[on_both_stores]
async fn somebody_who_has_forgotten_their_password_gets_a_link_by_mail_and_chooses_another_one() {
    let server = Server::start().await;
    with_address(&server, "alice", true).await;
    let browser = server.browser();
    let login = browser.get("/o/login/").await;
    login.assert_page(200, "href=\"/o/forgotten-password/\"");
    let answer = ask(&browser, "Alice").await.assert_status(303);
    browser
        .get(answer.location())
        .await
        .assert_page(200, "Look at your mail");
    let mails = sent(&server).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to.as_str(), "alice@mail.example");
    server
        .browser()
        .sign_in("alice", PASSWORD)
        .await
        .assert_status(303);
    let page = open(&browser, &link(&mails[0])).await.assert_status(200);
    let typed = [("password", NEW), ("password_again", NEW)];
    browser.fill_in(&page, &typed).await.assert_status(303);
    server.browser().sign_in("alice", NEW).await.assert_status(303);
    // The notice of the change.
    assert_eq!(sent(&server).await.len(), 1);
}

#[on_both_stores]
async fn every_name_gets_the_same_answer_and_only_a_verified_address_gets_a_mail() {
    let server = Server::start().await;
    with_address(&server, "alice", true).await;
    with_address(&server, "bob", false).await;
    let browser = server.browser();
    let expected = ask(&browser, "alice").await.assert_status(303);
    assert_eq!(sent(&server).await.len(), 1);
    for username in [
        "bob",
        "root",
        "nobody",
        "",
        "not a username\t",
        "alice@mail.example",
    ] {
        let answer = ask(&browser, username).await;
        assert_eq!(
            (answer.status, answer.location()),
            (expected.status, expected.location())
        );
        assert!(sent(&server).await.is_empty(), "{username}");
    }
    let alice = server.provider.find_account("alice").await.unwrap();
    server
        .provider
        .set_disabled(Actor::Operator, alice.id, true)
        .await
        .unwrap();
    ask(&browser, "alice").await.assert_status(303);
    assert!(sent(&server).await.is_empty());
}

#[on_both_stores]
async fn a_link_by_mail_works_for_an_hour_and_its_page_offers_another_one() {
    let server = Server::start().await;
    with_address(&server, "alice", true).await;
    ask(&server.browser(), "alice").await.assert_status(303);
    let mails = sent(&server).await;
    server.clock.advance(3600);
    let page = open(&server.browser(), &link(&mails[0])).await;
    page.assert_page(410, "This link has expired");
    page.assert_page(410, "href=\"/o/forgotten-password/\"");
}

#[on_both_stores]
async fn an_account_gets_three_mails_an_hour_and_all_of_their_links_work_until_one_is_used() {
    let server = Server::start().await;
    with_address(&server, "alice", true).await;
    let mut mails = Vec::new();
    for username in ["alice", "ALICE", "Alice", "alice", "aliCe"] {
        ask(&server.browser(), username).await.assert_status(303);
        mails.extend(sent(&server).await);
    }
    assert_eq!(mails.len(), 3);
    let browser = server.browser();
    let page = open(&browser, &link(&mails[0])).await.assert_status(200);
    let typed = [("password", NEW), ("password_again", NEW)];
    browser.fill_in(&page, &typed).await.assert_status(303);
    open(&server.browser(), &link(&mails[2]))
        .await
        .assert_page(410, "This link has been used");
    server.clock.advance(3600);
    sent(&server).await;
    ask(&server.browser(), "alice").await.assert_status(303);
    assert_eq!(sent(&server).await.len(), 1);
}

#[on_both_stores]
async fn one_address_asks_thirty_times_an_hour_and_no_more_whatever_the_name() {
    let server = Server::start().await;
    let browser = server.browser();
    for number in 0..30 {
        ask(&browser, &format!("guess{number}")).await.assert_status(303);
    }
    for username in ["alice", "guess"] {
        let answer = ask(&browser, username).await;
        answer.assert_page(429, "Many links were requested just now.");
        assert!(!answer.header("retry-after").is_empty());
    }
}

#[on_both_stores]
async fn without_mail_there_is_no_such_page_and_no_word_of_it() {
    let server = Server::start().await.restart_without_mail().await;
    server.get(PAGE).await.assert_status(404);
    let login = server.get("/o/login/").await.assert_status(200);
    assert!(!login.body.contains("forgotten"), "{login:?}");
}
