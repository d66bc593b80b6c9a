//! `/o/reset-password/`: another password by a link that somebody was given (OWASP ASVS 6.4.3).

use pixie_provider::{Actor, CredentialKind, LinkRefusal, RequestOrigin, ResetRefusal};
use pixie_testing::harness::{Answer, Browser, PASSWORD, Server, in_parallel, on_both_stores};

use super::account::authenticator::{METHODS, add_app};
use super::invitation::{one_use, open, path, token};

const PAGE: &str = "/o/reset-password/";
const DAY: i64 = 24 * 3600;
const NEW: &str = "a new password, quite long";

async fn reset_link(server: &Server, username: &str, removes_factors: bool) -> String {
    let account = server.provider.find_account(username).await.unwrap();
    let made = server
        .provider
        .make_reset_link(Actor::Operator, &account, removes_factors, DAY)
        .await;
    path(&made.unwrap())
}

async fn choose(browser: &Browser, page: &Answer, end_others: bool) -> Answer {
    let password = [("password", NEW), ("password_again", NEW)];
    let others = end_others.then_some(("end_others", "true"));
    let typed: Vec<_> = password.into_iter().chain(others).collect();
    browser.fill_in(page, &typed).await
}

async fn is_signed_in(browser: &Browser) -> bool {
    browser.get(METHODS).await.status == 200
}

#[on_both_stores]
async fn a_link_gives_its_account_another_password_and_leads_to_the_sign_in_methods() {
    let server = Server::start().await;
    let link = reset_link(&server, "alice", false).await;
    let (browser, elsewhere) = (server.browser(), server.sign_in("alice").await);
    let page = open(&browser, &link).await;
    page.assert_page(200, "for the account <strong>alice</strong>");
    page.assert_page(200, "name=\"end_others\" value=\"true\" checked");
    let done = choose(&browser, &page, true).await.assert_status(303);
    let methods = browser.get(done.location()).await;
    methods.assert_page(200, "Look over your sign-in methods");
    assert!(done.location().starts_with(METHODS), "{done:?}");
    assert!(!is_signed_in(&elsewhere).await);
    let old = server.browser().sign_in("alice", PASSWORD).await;
    old.assert_page(400, "Incorrect username or password.");
    server.browser().sign_in("alice", NEW).await.assert_status(303);
    open(&server.browser(), &link)
        .await
        .assert_page(410, "This link has been used");
}

#[on_both_stores]
async fn other_sessions_go_on_if_the_person_wants_that() {
    let server = Server::start().await;
    let link = reset_link(&server, "alice", false).await;
    let (browser, elsewhere) = (server.browser(), server.sign_in("alice").await);
    let page = open(&browser, &link).await;
    choose(&browser, &page, false).await.assert_status(303);
    assert!(is_signed_in(&elsewhere).await && is_signed_in(&browser).await);
}

#[on_both_stores]
async fn a_reset_does_not_pass_by_the_second_factor() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    let (app, _) = add_app(&server, &alice).await;
    let link = reset_link(&server, "alice", false).await;
    let browser = server.browser();
    let page = open(&browser, &link).await;
    let redirect = choose(&browser, &page, true).await.assert_status(303);
    assert!(
        redirect.location().starts_with("/o/login/second-factor/"),
        "{redirect:?}"
    );
    assert!(!is_signed_in(&browser).await);
    let page = browser.get(redirect.location()).await.assert_status(200);
    let code = app.code(&server);
    let done = browser.fill_in(&page, &[("code", &code)]).await;
    assert_eq!(done.location(), METHODS);
    assert!(is_signed_in(&browser).await);
}

#[on_both_stores]
async fn a_link_that_removes_the_other_factors_says_so_and_signs_in_with_the_password_alone() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    add_app(&server, &alice).await;
    let link = reset_link(&server, "alice", true).await;
    let browser = server.browser();
    let page = open(&browser, &link).await;
    page.assert_page(200, "id=\"removes_factors\"");
    choose(&browser, &page, true).await.assert_status(303);
    assert!(is_signed_in(&browser).await);
    let account = server.provider.find_account("alice").await.unwrap();
    let left = server.provider.credentials(account.id).await.unwrap();
    let kinds: Vec<_> = left.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [CredentialKind::Password]);
}

#[on_both_stores]
async fn a_link_that_has_expired_was_replaced_or_is_for_a_disabled_account_says_what_to_do() {
    let server = Server::start().await;
    let replaced = reset_link(&server, "alice", false).await;
    let link = reset_link(&server, "alice", false).await;
    open(&server.browser(), &replaced)
        .await
        .assert_page(404, "This link does not work");
    let browser = server.browser();
    let page = open(&browser, &link).await.assert_status(200);
    let alice = server.provider.find_account("alice").await.unwrap();
    for (disabled, status) in [(true, 410), (false, 200)] {
        let set = server.provider.set_disabled(Actor::Operator, alice.id, disabled);
        set.await.unwrap();
        browser.get(PAGE).await.assert_status(status);
    }
    server.clock.advance(DAY);
    choose(&browser, &page, true)
        .await
        .assert_page(410, "This link has expired");
    server
        .browser()
        .sign_in("alice", PASSWORD)
        .await
        .assert_status(303);
}

#[on_both_stores]
async fn a_link_for_another_account_than_the_one_that_is_signed_in_asks_first() {
    let server = Server::start().await;
    let link = reset_link(&server, "alice", false).await;
    let bob = server.sign_in("bob").await;
    let foreign = open(&bob, &link).await;
    foreign.assert_page(409, "You are signed in as <strong>bob</strong>.");
    let page = bob.fill_in(&foreign, &[]).await.assert_status(200);
    choose(&bob, &page, true).await.assert_status(303);
    bob.get(METHODS).await.assert_page(200, ">alice</a>");
    // The person of the account is not asked.
    let link = reset_link(&server, "alice", false).await;
    let alice = server.browser();
    alice.sign_in("alice", NEW).await.assert_status(303);
    open(&alice, &link).await.assert_status(200);
}

#[on_both_stores]
async fn fifty_people_with_one_link_set_one_password() {
    let server = Server::start().await;
    let alice = server.provider.find_account("alice").await.unwrap();
    let made = server
        .provider
        .make_reset_link(Actor::Operator, &alice, false, DAY)
        .await;
    let link = token(&made.unwrap());
    let outcomes = in_parallel(50, || {
        let (provider, link) = (server.provider.clone(), link.clone());
        async move {
            let reset = provider.reset_password(&link, NEW, true, None, RequestOrigin::default());
            reset.await.map(drop)
        }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let gone = |outcome: &&Result<_, _>| **outcome == Err(ResetRefusal::LinkGone);
    assert_eq!(outcomes.iter().filter(gone).count(), 49);
}

#[on_both_stores]
async fn only_administrators_make_reset_links_and_an_invitation_is_none() {
    let server = Server::start().await;
    let alice = server.provider.find_account("alice").await.unwrap();
    let refused = server
        .provider
        .make_reset_link(Actor::person(&alice), &alice, false, DAY)
        .await;
    assert_eq!(refused.err(), Some(LinkRefusal::NotAllowed));
    let invitation = server.provider.invite(Actor::Operator, one_use()).await;
    let invitation = path(&invitation.unwrap()).replace("/invitation/", "/reset-password/");
    open(&server.browser(), &invitation)
        .await
        .assert_page(404, "This link does not work");
}
