//! `/o/invitation/`: an account by a link that somebody was given (Keycloak GHSA-hcvw-475w-8g7p).

use pixie_oauth::OneTimeLink;
use pixie_provider::{
    AccountRefusal, Actor, LinkRefusal, MadeLink, NewInvitation, NewPerson, RequestOrigin, SignUpMode,
};
use pixie_testing::harness::{Answer, Browser, PASSWORD, Server, in_parallel, on_both_stores};

const PAGE: &str = "/o/invitation/";
const WEEK: i64 = 7 * 24 * 3600;

pub(super) fn one_use() -> NewInvitation {
    NewInvitation {
        username: None,
        groups: Vec::new(),
        uses: 1,
        lifetime: WEEK,
    }
}

/// The path and the query of a link.
pub(super) fn path(link: &MadeLink) -> String {
    let path = link.address.strip_prefix("http://localhost:8000");
    path.unwrap().to_owned()
}

/// The secret of a link.
pub(super) fn token(link: &MadeLink) -> OneTimeLink {
    let (_, secret) = link.address.split_once("token=").unwrap();
    OneTimeLink::parse(secret).unwrap()
}

async fn invite(server: &Server, new: NewInvitation) -> String {
    path(&server.provider.invite(Actor::Operator, new).await.unwrap())
}

/// Opens a link, and follows it to its page.
pub(super) async fn open(browser: &Browser, link: &str) -> Answer {
    let moved = browser.get(link).await.assert_status(303);
    browser.get(moved.location()).await
}

async fn accept(browser: &Browser, page: &Answer, username: &str) -> Answer {
    let typed = [
        ("username", username),
        ("name", "Grandma Example"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
        ("administrator", "true"),
        ("groups", "root"),
    ];
    browser.fill_in(page, &typed).await
}

#[on_both_stores]
async fn somebody_who_was_invited_makes_an_account_in_the_groups_of_the_invitation_and_is_signed_in() {
    let server = Server::start().await;
    let invitation = NewInvitation {
        username: Some("grandma".to_owned()),
        groups: vec!["family".to_owned()],
        ..one_use()
    };
    let root = server.provider.find_account("root").await.unwrap();
    let made = server.provider.invite(Actor::person(&root), invitation).await;
    let browser = server.browser();
    let page = open(&browser, &path(&made.unwrap())).await;
    page.assert_page(200, "<strong>root</strong> invites you.");
    assert_eq!(page.field("username"), "grandma");
    let done = accept(&browser, &page, "grandma").await.assert_status(303);
    let welcome = browser.get(done.location()).await;
    welcome.assert_page(200, "Your account is created. You are signed in.");
    welcome.assert_page(200, "id=\"add_app\"");
    let grandma = server.provider.find_account("grandma").await.unwrap();
    assert_eq!(grandma.groups, ["family"]);
    assert_eq!(grandma.name.as_deref(), Some("Grandma Example"));
    assert!(!grandma.administrator);
    server
        .browser()
        .sign_in("grandma", PASSWORD)
        .await
        .assert_status(303);
}

#[on_both_stores]
async fn the_secret_of_a_link_leaves_the_address_before_a_page_is_shown() {
    let server = Server::start().await;
    let link = invite(&server, one_use()).await;
    let browser = server.browser();
    let moved = browser.get(&link).await.assert_status(303);
    assert_eq!(moved.location(), PAGE);
    let cookie = moved.header("set-cookie");
    assert!(cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
    let page = browser.get(PAGE).await.assert_status(200);
    let (_, secret) = link.split_once("token=").unwrap();
    assert!(!page.body.contains(secret));
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    accept(&browser, &page, "grandma").await.assert_status(303);
    assert_eq!(browser.cookie("pixie_link"), None);
}

#[on_both_stores]
async fn an_invitation_that_was_used_has_expired_or_never_was_says_so_and_what_to_do() {
    let server = Server::start().await;
    let link = invite(&server, one_use()).await;
    let (first, late) = (server.browser(), server.browser());
    let open_late = open(&late, &link).await.assert_status(200);
    let page = open(&first, &link).await;
    accept(&first, &page, "grandma").await.assert_status(303);
    // Somebody who has the form open learns it too.
    let refused = accept(&late, &open_late, "grandpa").await;
    let used = late.get(if refused.location().is_empty() {
        PAGE
    } else {
        refused.location()
    });
    for answer in [used.await, open(&server.browser(), &link).await] {
        answer.assert_page(410, "This link has been used");
        answer.assert_page(410, "href=\"/o/login/\"");
    }
    let expired = invite(&server, one_use()).await;
    server.clock.advance(WEEK);
    open(&server.browser(), &expired)
        .await
        .assert_page(410, "It could be used until 22 January 2027.");
    for unknown in ["x", "pixie_ol_0123"] {
        let browser = server.browser();
        open(&browser, &format!("{PAGE}?token={unknown}"))
            .await
            .assert_page(404, "This link does not work");
        assert_eq!(browser.cookie("pixie_link"), None);
    }
    server.get(PAGE).await.assert_page(404, "allow cookies");
    assert!(server.provider.find_account("grandpa").await.is_err());
}

#[on_both_stores]
async fn somebody_who_is_signed_in_is_asked_before_they_use_an_invitation() {
    let server = Server::start().await;
    let link = invite(&server, one_use()).await;
    let browser = server.sign_in("alice").await;
    let foreign = open(&browser, &link).await;
    foreign.assert_page(409, "You are signed in as <strong>alice</strong>.");
    let form = browser.fill_in(&foreign, &[]).await.assert_status(200);
    // A form that does not say so is asked again.
    let token = form.field("csrf_token");
    let silent = [
        ("csrf_token", &*token),
        ("username", "grandma"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
    ];
    browser.post(PAGE, &silent).await.assert_status(409);
    let done = accept(&browser, &form, "grandma").await.assert_status(303);
    browser
        .get(done.location())
        .await
        .assert_page(200, "<strong>grandma</strong>");
}

#[on_both_stores]
async fn a_form_that_is_refused_keeps_what_was_typed_and_the_use() {
    let server = Server::start().await;
    let link = invite(&server, one_use()).await;
    let browser = server.browser();
    let page = open(&browser, &link).await;
    let taken = accept(&browser, &page, "Alice").await;
    taken.assert_page(400, "This username is taken.");
    assert_eq!(taken.field("name"), "Grandma Example");
    let short = [
        ("username", "grandma"),
        ("password", "short"),
        ("password_again", "short"),
    ];
    browser
        .fill_in(&taken, &short)
        .await
        .assert_page(400, "at least 8 characters");
    let differ = [
        ("username", "grandma"),
        ("password", PASSWORD),
        ("password_again", "x"),
    ];
    browser
        .fill_in(&taken, &differ)
        .await
        .assert_page(400, "The passwords do not match.");
    let foreign = [
        ("csrf_token", "x"),
        ("username", "grandma"),
        ("password", PASSWORD),
    ];
    browser.post(PAGE, &foreign).await.assert_status(403);
    accept(&browser, &taken, "grandma").await.assert_status(303);
}

#[on_both_stores]
async fn fifty_people_with_one_invitation_make_one_account() {
    let server = Server::start().await;
    let made = server.provider.invite(Actor::Operator, one_use()).await.unwrap();
    let link = token(&made);
    let mut number = 0;
    let outcomes = in_parallel(50, || {
        number += 1;
        let (provider, link) = (server.provider.clone(), link.clone());
        let new = NewPerson {
            username: format!("guest{number}"),
            password: Some(PASSWORD.to_owned().into()),
            ..NewPerson::default()
        };
        async move {
            let made = provider.accept_invitation(&link, new, None, RequestOrigin::default());
            made.await.map(|signed_in| signed_in.session.account.id)
        }
    })
    .await;
    let made: Vec<_> = outcomes.iter().flatten().collect();
    assert_eq!(made.len(), 1, "{outcomes:?}");
    let gone = |outcome: &&Result<_, _>| **outcome == Err(AccountRefusal::LinkGone);
    assert_eq!(outcomes.iter().filter(gone).count(), 49);
    assert_eq!(server.provider.list_accounts(None, 100).await.unwrap().len(), 4);
}

#[on_both_stores]
async fn only_administrators_invite_people_and_nobody_does_if_accounts_are_closed() {
    let server = Server::start().await;
    let alice = server.provider.find_account("alice").await.unwrap();
    let refused = server.provider.invite(Actor::person(&alice), one_use()).await;
    assert_eq!(refused.err(), Some(LinkRefusal::NotAllowed));
    for (uses, lifetime, expected) in [
        (0, WEEK, LinkRefusal::Uses),
        (10_001, WEEK, LinkRefusal::Uses),
        (1, 0, LinkRefusal::Lifetime),
        (1, 91 * 24 * 3600, LinkRefusal::Lifetime),
    ] {
        let new = NewInvitation {
            uses,
            lifetime,
            ..one_use()
        };
        let refused = server.provider.invite(Actor::Operator, new).await;
        assert_eq!(refused.err(), Some(expected));
    }
    let server = server
        .restart_with(|settings| settings.sign_up = SignUpMode::Closed)
        .await;
    let refused = server.provider.invite(Actor::Operator, one_use()).await;
    assert_eq!(refused.err(), Some(LinkRefusal::InvitationsOff));
    server.get(PAGE).await.assert_status(404);
}

#[on_both_stores]
async fn an_application_that_asks_for_a_new_account_leads_to_the_words_about_invitations() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.browser();
    let create = [("prompt", "create")];
    let redirect = browser.authorize_with(&client, &create).await;
    let page = browser.get(redirect.location()).await;
    page.assert_page(200, "are made by invitation");
    page.assert_page(200, "id=\"sign_in\"");
    assert!(!page.body.contains("name=\"password\""), "{page:?}");
    let fields = [
        ("username", "eve"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
    ];
    let token = browser.get("/o/login/").await.field("csrf_token");
    let fields = [&fields[..], &[("csrf_token", &*token)]].concat();
    browser
        .post("/o/sign-up/", &fields)
        .await
        .assert_page(200, "are made by invitation");
    assert!(server.provider.find_account("eve").await.is_err());
    let login = browser.get("/o/login/").await.assert_status(200);
    assert!(!login.body.contains("id=\"sign_up\""));
    let server = server
        .restart_with(|settings| settings.sign_up = SignUpMode::Closed)
        .await;
    let refused = server.browser().authorize_with(&client, &create).await;
    refused.assert_refused(&client.redirect_uri, "invalid_request");
    server.get("/o/sign-up/").await.assert_status(404);
}
