//! Links between accounts and identities: only on proof of both sides.

use pixie_provider::{Account, Actor, CredentialKind};
use pixie_testing::harness::{Answer, Browser, Server, on_both_stores};
use serde_json::json;

use super::super::super::account::authenticator::METHODS;
use super::stand_in::{StandIn, come_back, is_signed_in, press, start};
use super::{account, creating};

/// Presses the button on the page of the sign-in methods.
async fn press_link(browser: &Browser) -> Answer {
    let page = browser.get(METHODS).await.assert_status(200);
    let token = page.field("csrf_token");
    let path = format!("{METHODS}upstream/idp/");
    browser.post(&path, &[("csrf_token", &token)]).await
}

/// Links the identity to the account that is signed in.
pub(super) async fn link(browser: &Browser) -> Answer {
    let begun = press_link(browser).await.assert_status(303);
    come_back(browser, &begun).await
}

async fn number_of_links(server: &Server, username: &str) -> usize {
    let id = account(server, username).await.id;
    let credentials = server.provider.credentials(id).await.unwrap();
    let links = credentials
        .iter()
        .filter(|one| one.kind == CredentialKind::Upstream);
    links.count()
}

/// An address that the operator, or a verification mail, has put into the account.
async fn set_address(server: &Server, username: &str, email: &str, verified: bool) {
    let known = account(server, username).await;
    let claims = known
        .claims
        .clone()
        .with("email_verified", json!(verified))
        .unwrap();
    let change = Account {
        email: Some(email.to_owned()),
        claims,
        ..known
    };
    server
        .provider
        .update_account(Actor::Operator, change)
        .await
        .unwrap();
}

fn says_alice(idp: &StandIn) {
    idp.claims(json!({ "email": "Alice@example.com", "email_verified": true, "preferred_username": "ally" }));
}

#[on_both_stores]
async fn somebody_who_is_signed_in_links_an_identity_and_signs_in_with_it() {
    let (server, idp) = start(|_| {}).await;
    says_alice(&idp);
    let browser = server.sign_in("alice").await;
    browser.get(METHODS).await.assert_page(200, "Linked accounts");
    let linked = link(&browser).await.assert_status(303);
    assert!(linked.location().starts_with(METHODS), "{linked:?}");
    let page = browser.get(linked.location()).await;
    page.assert_page(200, "Alice@example.com");
    page.assert_page(200, "not used yet");
    assert_eq!(number_of_links(&server, "alice").await, 1);
    let other = server.browser();
    let begun = press(&other, METHODS).await;
    come_back(&other, &begun).await.assert_status(303);
    other.get(METHODS).await.assert_page(200, "Alice@example.com");
    // Once more changes nothing.
    link(&browser).await.assert_status(303);
    assert_eq!(number_of_links(&server, "alice").await, 1);
}

#[on_both_stores]
async fn an_identity_that_is_linked_to_somebody_else_stays_theirs() {
    let (server, _idp) = start(|_| {}).await;
    link(&server.sign_in("alice").await).await.assert_status(303);
    let bob = server.sign_in("bob").await;
    let refused = link(&bob).await;
    refused.assert_page(409, "It belongs to another account");
    refused.assert_page(409, METHODS);
    assert_eq!(number_of_links(&server, "bob").await, 0);
    // Bob is still Bob.
    assert!(bob.get(METHODS).await.body.contains("bob"));
}

#[on_both_stores]
async fn a_link_is_made_only_by_the_session_that_asked_and_after_a_fresh_sign_in() {
    let (server, idp) = start(|_| {}).await;
    let browser = server.sign_in("alice").await;
    let begun = press_link(&browser).await.assert_status(303);
    // Bob has signed in in this browser meanwhile.
    let session = server.sign_in("bob").await.cookie("pixie_session").unwrap();
    browser.set_cookie("pixie_session", &session);
    come_back(&browser, &begun)
        .await
        .assert_page(400, "You were signed out here meanwhile.");
    assert_eq!(
        number_of_links(&server, "alice").await + number_of_links(&server, "bob").await,
        0
    );
    let browser = server.sign_in("alice").await;
    server.clock.advance(601);
    idp.set_clock(&server);
    let again = press_link(&browser).await.assert_status(303);
    assert!(again.location().starts_with("/o/login/"), "{again:?}");
}

#[on_both_stores]
async fn somebody_without_a_link_signs_in_to_their_account_and_links_it() {
    let (server, idp) = start(|_| {}).await;
    says_alice(&idp);
    set_address(&server, "alice", "alice@example.com", true).await;
    let browser = server.browser();
    let begun = press(&browser, "/o/applications/").await;
    let waiting = come_back(&browser, &begun).await.assert_status(303);
    assert_eq!(waiting.location(), "/o/login/link/");
    assert!(!is_signed_in(&browser));
    let page = browser.get(waiting.location()).await;
    // The provider is not trusted for the address: the page does not tell that an account has it.
    page.assert_page(200, "No account here is linked to");
    let (_, login) = page.body.split_once("id=\"login\" href=\"").unwrap();
    let login = login.split('"').next().unwrap().replace("&amp;", "&");
    let back = browser.sign_in_at(&login, "alice").await.assert_status(303);
    assert_eq!(back.location(), "/o/login/link/");
    let question = browser.get(back.location()).await;
    question.assert_page(200, "Link Example to this account?");
    assert_eq!(number_of_links(&server, "alice").await, 0);
    let done = browser.fill_in(&question, &[]).await.assert_status(303);
    assert_eq!(done.location(), "/o/applications/");
    assert_eq!(number_of_links(&server, "alice").await, 1);
    assert_eq!(browser.cookie("pixie_identity"), None);
    let other = server.browser();
    let begun = press(&other, METHODS).await;
    let back = come_back(&other, &begun).await.assert_status(303);
    assert_eq!(back.location(), METHODS);
}

#[on_both_stores]
async fn an_address_links_only_if_both_sides_have_verified_it_and_the_operator_trusts_the_provider() {
    for (trusted, theirs, ours, expected) in [
        ("example.com", true, true, METHODS),
        ("*", true, true, METHODS),
        ("example.org", true, true, "/o/login/link/"),
        ("example.com", false, true, "/o/login/link/"),
        ("example.com", true, false, "/o/login/link/"),
    ] {
        let (server, idp) = start(|upstream| upstream.trusted_for_domains = vec![trusted.to_owned()]).await;
        set_address(&server, "alice", "alice@example.com", ours).await;
        idp.claims(json!({ "email": "Alice@EXAMPLE.com", "email_verified": theirs }));
        let browser = server.browser();
        let begun = press(&browser, METHODS).await;
        let back = come_back(&browser, &begun).await.assert_status(303);
        assert_eq!(back.location(), expected, "{trusted} {theirs} {ours}");
        let links = usize::from(expected == METHODS);
        assert_eq!(
            number_of_links(&server, "alice").await,
            links,
            "{trusted} {theirs} {ours}"
        );
    }
}

/// Somebody may have typed an address that is not theirs: its owner is neither signed in to that account nor locked out by it.
#[on_both_stores]
async fn the_owner_of_an_address_that_somebody_else_typed_is_asked_and_may_make_an_account() {
    let (server, idp) = start(|upstream| {
        creating(upstream);
        upstream.trusted_for_domains = vec!["example.com".to_owned()];
    })
    .await;
    set_address(&server, "bob", "alice@example.com", false).await;
    says_alice(&idp);
    let browser = server.browser();
    let begun = press(&browser, METHODS).await;
    let waiting = come_back(&browser, &begun).await.assert_status(303);
    let page = browser.get(waiting.location()).await;
    page.assert_page(200, "already exists here");
    let made = browser.fill_in(&page, &[]).await.assert_status(303);
    assert_eq!(made.location(), METHODS);
    let ally = account(&server, "ally").await;
    assert_eq!(ally.claims.get("email_verified"), Some(&json!(true)));
    assert_eq!(number_of_links(&server, "bob").await, 0);
}

#[on_both_stores]
async fn the_last_way_to_sign_in_is_not_removed_and_another_one_is() {
    let (server, idp) = start(creating).await;
    idp.claims(json!({ "preferred_username": "carol" }));
    let carol = server.browser();
    let begun = press(&carol, METHODS).await;
    come_back(&carol, &begun).await.assert_status(303);
    remove(&carol)
        .await
        .assert_page(400, "This is your last way to sign in.");
    assert_eq!(number_of_links(&server, "carol").await, 1);
    idp.claims(json!({ "sub": "alice there" }));
    let alice = server.sign_in("alice").await;
    link(&alice).await.assert_status(303);
    remove(&alice).await.assert_status(303);
    assert_eq!(number_of_links(&server, "alice").await, 0);
    let browser = server.browser();
    let begun = press(&browser, "/o/").await;
    come_back(&browser, &begun).await.assert_status(303);
    // She is somebody new to the provider now.
    assert!(!browser.get(METHODS).await.body.contains(">alice<"));
}

/// Removes the link of the person.
async fn remove(browser: &Browser) -> Answer {
    let list = browser.get(METHODS).await.assert_status(200);
    let (_, rest) = list.body.split_once("id=\"manage_").unwrap();
    let page = format!("{METHODS}{}/", rest.split('"').next().unwrap());
    browser
        .get(&page)
        .await
        .assert_page(200, "You can no longer sign in here with Example.");
    browser.submit(&page, &[("action", "remove")]).await
}
