//! The end of an account and of its sessions, as browsers and applications see it.

use pixie_provider::store::WhichSessions;
use pixie_provider::{AccountRefusal, ActingPerson, Actor, RequestOrigin, SessionsRefusal};
use pixie_testing::harness::{PASSWORD, Server, on_both_stores};

use super::authenticator::METHODS;

#[on_both_stores]
async fn a_deleted_account_is_signed_out_everywhere_and_its_tokens_are_dead() {
    let server = Server::start().await;
    let (spa, api) = (server.spa().await, server.api().await);
    let alice = server.sign_in("alice").await;
    let tokens = server.tokens(&spa, "alice").await;
    let account = server.provider.find_account("alice").await.unwrap();
    let root = server.provider.find_account("root").await.unwrap();
    let stale = server.provider.delete_account(Actor::person(&root), &account);
    assert_eq!(
        stale.await,
        Err(AccountRefusal::NotAllowed),
        "they signed in long ago"
    );
    let fresh = Actor::Person(ActingPerson {
        account: &root,
        request: RequestOrigin::default(),
        fresh: true,
    });
    let deleted = server.provider.delete_account(fresh, &account);
    assert_eq!(deleted.await, Ok(()));
    assert!(alice.get(METHODS).await.location().starts_with("/o/login/"));
    let introspected = server.introspect(&api, &tokens.access).await;
    assert_eq!(introspected["active"], false);
    server
        .refresh(&spa, &tokens.refresh)
        .await
        .assert_error("invalid_grant");
    let refused = server.browser().sign_in("alice", PASSWORD).await;
    refused.assert_page(400, "Incorrect username or password.");
    let again = server.provider.delete_account(fresh, &account);
    assert_eq!(again.await, Err(AccountRefusal::Unknown));
}

#[on_both_stores]
async fn only_administrators_delete_accounts_and_not_the_last_of_them() {
    let server = Server::start().await;
    let alice = server.provider.find_account("alice").await.unwrap();
    let root = server.provider.find_account("root").await.unwrap();
    let own = server.provider.delete_account(Actor::person(&alice), &alice);
    assert_eq!(own.await, Err(AccountRefusal::NotAllowed));
    let last = server.provider.delete_account(Actor::Operator, &root);
    assert_eq!(last.await, Err(AccountRefusal::LastAdministrator));
}

#[on_both_stores]
async fn sessions_are_seen_and_ended_by_their_person_and_administrators() {
    let server = Server::start().await;
    let (first, second) = (server.sign_in("alice").await, server.sign_in("alice").await);
    let alice = server.provider.find_account("alice").await.unwrap();
    let bob = server.provider.find_account("bob").await.unwrap();
    let provider = &server.provider;
    let listed = provider.list_sessions(Actor::person(&bob), alice.id).await;
    assert_eq!(listed, Err(SessionsRefusal::NotAllowed));
    let all = WhichSessions::All;
    let ended = provider.end_sessions(Actor::person(&bob), alice.id, all).await;
    assert_eq!(ended, Err(SessionsRefusal::NotAllowed));
    let own = Actor::person(&alice);
    let listed = provider.list_sessions(own, alice.id).await.unwrap();
    assert_eq!(listed.len(), 2);
    let one = WhichSessions::Only(listed[0].id);
    assert_eq!(provider.end_sessions(own, alice.id, one).await, Ok(1));
    let mut signed_in = 0;
    for browser in [&first, &second] {
        signed_in += u32::from(browser.get(METHODS).await.status == 200);
    }
    assert_eq!(signed_in, 1);
    // A session that has ended by itself is not listed.
    server.clock.advance(12 * 3600);
    let listed = provider.list_sessions(Actor::Operator, alice.id).await;
    assert_eq!(listed, Ok(Vec::new()));
}
