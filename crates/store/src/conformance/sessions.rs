//! Rules of signed-in browsers and of the clients they have signed in to (OpenID Connect Back-Channel Logout sections 2.1
//! and 2.7).

use pixie_oauth::{Acr, AuthenticationMethods};
use pixie_provider::store::{
    CloseSession, ClosedSession, EndSessions, IssueGrant, ListedSession, LogoutDelivery, NewGrant,
    OpenSession, RedeemOutcome, SetDisabled, WhichSessions,
};
use pixie_provider::{Account, Timestamp};

use super::{ACCESS, NOW, World, count, issue, nothing, without_credentials};

/// An account that is disabled meanwhile is found disabled, or not at all.
pub async fn a_session_is_found_with_the_person_as_they_are_now(world: World) {
    let alice = world.new_account("alice");
    world
        .store
        .insert_account(without_credentials(alice.clone()), None)
        .await
        .unwrap();
    let command = world.new_session(alice.id);
    assert_eq!(world.store.open_session(command.clone(), None).await, Ok(()));
    let renamed = Account {
        name: Some("Alice".into()),
        administrator: true,
        ..alice
    };
    world.store.update_account(renamed.clone(), None).await.unwrap();
    let found = world.store.find_session(command.hash).await.unwrap().unwrap();
    assert_eq!((found.id, found.account), (command.id, renamed));
    assert_eq!((found.authenticated_at, found.last_seen_at), (NOW, NOW));
    assert_eq!(found.expires_at, NOW.plus(86_400));
    assert!(world.store.find_session(world.hash()).await.unwrap().is_none());
    let disable = SetDisabled {
        account: alice.id,
        disabled: true,
        now: NOW,
    };
    world.store.set_disabled(disable, None).await.unwrap();
    assert!(world.store.find_session(command.hash).await.unwrap().is_none());
}

/// The one in use goes on, and so does everybody else's.
pub async fn sessions_of_a_person_end_but_the_one_in_use(world: World) {
    let (alice, bob) = (world.account("alice").await, world.account("bob").await);
    let (kept, other, his) = (
        world.new_session(alice),
        world.new_session(alice),
        world.new_session(bob),
    );
    for session in [&kept, &other, &his] {
        world.store.open_session(session.clone(), None).await.unwrap();
    }
    let end = |which| EndSessions {
        account: alice,
        which,
        now: NOW,
    };
    let others = WhichSessions::AllExcept(kept.id);
    let client = world.client("app").await;
    world.sign_in_to(other.id, client).await;
    assert_eq!(world.store.end_sessions(end(others), None).await, Ok(1));
    for (session, alive) in [(&kept, true), (&other, false), (&his, true)] {
        let found = world.store.find_session(session.hash).await.unwrap();
        assert_eq!(found.is_some(), alive);
    }
    assert_eq!(world.lease(NOW).await.len(), 1);
    assert_eq!(world.store.end_sessions(end(others), None).await, Ok(0));
    assert_eq!(
        world.store.end_sessions(end(WhichSessions::All), None).await,
        Ok(1)
    );
}

/// One session ends with its grants, and no session of another account.
pub async fn a_session_of_a_person_ends_by_its_id_and_is_listed_until_then(world: World) {
    let (alice, bob) = (world.account("alice").await, world.account("bob").await);
    let (first, second, bobs) = (
        world.session(alice).await,
        world.session(alice).await,
        world.session(bob).await,
    );
    let client = world.client("app").await;
    world.sign_in_to(first.id, client).await;
    let ids = async || {
        let listed = world.store.list_sessions(alice).await.unwrap();
        listed.iter().map(|session| session.id).collect::<Vec<_>>()
    };
    let mut both = vec![first.id, second.id];
    both.sort();
    assert_eq!(ids().await, both);
    let end = |session| EndSessions {
        account: alice,
        which: WhichSessions::Only(session),
        now: NOW,
    };
    for (session, ended) in [(bobs.id, 0), (first.id, 1), (first.id, 0)] {
        assert_eq!(world.store.end_sessions(end(session), None).await, Ok(ended));
    }
    assert_eq!(ids().await, [second.id]);
    assert_eq!(world.lease(NOW).await.len(), 1);
    let listed = world.store.list_sessions(alice).await.unwrap();
    let expected = ListedSession {
        id: second.id,
        methods: second.methods,
        acr: second.acr.clone(),
        authenticated_at: second.authenticated_at,
        last_seen_at: second.now,
        expires_at: second.expires_at,
    };
    assert_eq!(listed, [expected]);
}

/// A browser has one session; another browser's is not touched.
pub async fn opening_replaces_the_browsers_session(world: World) {
    let alice = world.account("alice").await;
    let (old, elsewhere) = (world.new_session(alice), world.new_session(alice));
    world.store.open_session(old.clone(), None).await.unwrap();
    world.store.open_session(elsewhere.clone(), None).await.unwrap();
    let new = OpenSession {
        replaces: Some(old.hash),
        ..world.new_session(alice)
    };
    world.store.open_session(new.clone(), None).await.unwrap();
    assert!(world.store.find_session(old.hash).await.unwrap().is_none());
    for session in [elsewhere, new] {
        assert!(world.store.find_session(session.hash).await.unwrap().is_some());
    }
    let replaces_nothing = OpenSession {
        replaces: Some(old.hash),
        ..world.new_session(alice)
    };
    assert_eq!(
        world.store.open_session(replaces_nothing.clone(), None).await,
        Ok(())
    );
}

/// Requests that overtake each other do not turn the time back.
pub async fn touching_notes_the_time_and_never_goes_back(world: World) {
    let alice = world.account("alice").await;
    let session = world.new_session(alice);
    world.store.open_session(session.clone(), None).await.unwrap();
    for seconds in [300, 200] {
        let touched = world.store.touch_session(session.hash, NOW.plus(seconds)).await;
        assert_eq!(touched, Ok(()));
    }
    let found = world.store.find_session(session.hash).await.unwrap().unwrap();
    assert_eq!(found.last_seen_at, NOW.plus(300));
    assert_eq!(world.store.touch_session(world.hash(), NOW).await, Ok(()));
}

/// Signing out ends one browser's session, and again does no harm.
pub async fn a_closed_session_is_gone(world: World) {
    let alice = world.account("alice").await;
    let (mine, other) = (world.session(alice).await, world.session(alice).await);
    for _ in 0..2 {
        assert_eq!(world.close(&mine, NOW).await, ClosedSession::default());
    }
    assert!(world.store.find_session(mine.hash).await.unwrap().is_none());
    assert!(world.store.find_session(other.hash).await.unwrap().is_some());
}

/// As often as it signs in to them, each session for itself.
pub async fn what_a_session_has_signed_in_to_is_noted_once(world: World) {
    let alice = world.account("alice").await;
    let (first, second) = (world.session(alice).await, world.session(alice).await);
    let clients = [world.client("a").await, world.client("b").await];
    for client in [clients[1], clients[0], clients[1]] {
        world.sign_in_to(first.id, client).await;
    }
    world.sign_in_to(second.id, clients[1]).await;
    let listed = |session| world.store.list_session_clients(session);
    let mut sorted = clients;
    sorted.sort();
    assert_eq!(listed(first.id).await, Ok(sorted.to_vec()));
    assert_eq!(listed(second.id).await, Ok(vec![clients[1]]));
    world.store.delete_client(clients[1], NOW, None).await.unwrap();
    assert_eq!(listed(first.id).await, Ok(vec![clients[0]]));
}

/// Fifty tabs at once leave one note.
pub async fn fifty_sign_in_to_one_client_and_it_is_told_once(world: World) {
    let (client, alice) = (world.client("app").await, world.account("alice").await);
    let session = world.session(alice).await;
    let signed_in = Some((session.id, client));
    world
        .fifty(|store, _| async move {
            let command = IssueGrant {
                signed_in,
                ..nothing()
            };
            store.issue_grant(command, None).await.unwrap();
        })
        .await;
    assert_eq!(world.close(&session, NOW).await.clients, [client]);
    assert_eq!(world.lease(NOW).await.len(), 1);
}

/// Otherwise nobody would ever be notified.
pub async fn a_session_that_is_gone_signs_in_to_nothing(world: World) {
    let (client, alice) = (world.client("app").await, world.account("alice").await);
    let session = world.session(alice).await;
    world.close(&session, NOW).await;
    world.sign_in_to(session.id, client).await;
    assert_eq!(world.store.list_session_clients(session.id).await, Ok(vec![]));
}

/// A user who authenticates again has signed out nowhere.
pub async fn a_session_goes_on_under_another_cookie_with_its_clients(world: World) {
    let (client, alice) = (world.client("app").await, world.account("alice").await);
    let before = world.session(alice).await;
    world.sign_in_to(before.id, client).await;
    let grant = granted(&world, &before, NOW).await;
    let after = OpenSession {
        hash: world.hash(),
        methods: AuthenticationMethods::parse("otp pwd"),
        acr: Acr::parse("2").unwrap(),
        authenticated_at: NOW.plus(59),
        now: NOW.plus(60),
        replaces: Some(before.hash),
        ..before
    };
    world.store.open_session(after.clone(), None).await.unwrap();
    assert!(world.store.find_session(before.hash).await.unwrap().is_none());
    let found = world.store.find_session(after.hash).await.unwrap().unwrap();
    assert_eq!((found.id, found.authenticated_at), (before.id, NOW.plus(59)));
    assert_eq!((found.methods, &found.acr), (after.methods, &after.acr));
    assert_eq!(found.last_seen_at, NOW.plus(60));
    assert_eq!(
        world.store.list_session_clients(before.id).await,
        Ok(vec![client])
    );
    assert!(world.lease(NOW.plus(60)).await.is_empty());
    let expected = ClosedSession {
        clients: vec![client],
        grants: 1,
    };
    assert_eq!(world.close(&after, grant.issued_at.plus(1)).await, expected);
}

/// Two tabs that prove it at once give the session a cookie each: signing out ends it under both.
pub async fn closing_ends_a_session_under_all_its_cookies(world: World) {
    let alice = world.account("alice").await;
    let before = world.session(alice).await;
    let tabs = [(); 2].map(|()| OpenSession {
        hash: world.hash(),
        replaces: Some(before.hash),
        ..before.clone()
    });
    for tab in &tabs {
        world.store.open_session(tab.clone(), None).await.unwrap();
    }
    world.close(&tabs[1], NOW).await;
    for tab in tabs {
        assert!(world.store.find_session(tab.hash).await.unwrap().is_none());
    }
}

/// Somebody else signs in in the same browser: that is a sign-out too.
pub async fn another_session_in_its_place_ends_it_as_a_sign_out_does(world: World) {
    let (client, alice) = (world.client("app").await, world.account("alice").await);
    let bob = world.account("bob").await;
    let hers = world.session(alice).await;
    world.sign_in_to(hers.id, client).await;
    let grant = granted(&world, &hers, NOW).await;
    let his = OpenSession {
        now: NOW.plus(30),
        replaces: Some(hers.hash),
        ..world.new_session(bob)
    };
    world.store.open_session(his.clone(), None).await.unwrap();
    let deliveries = world.lease(NOW.plus(30)).await;
    assert_eq!(deliveries.len(), 1);
    assert_eq!(
        (deliveries[0].session, deliveries[0].client, deliveries[0].account),
        (hers.id, client, alice)
    );
    let gone = world
        .store
        .redeem_code(world.redeem(&grant, NOW.plus(31)), None)
        .await;
    assert_eq!(gone, Ok(RedeemOutcome::Gone));
    assert_eq!(world.store.list_session_clients(his.id).await, Ok(vec![]));
}

/// Every client that still exists, once, with the claims of its logout token.
pub async fn closing_notes_down_the_clients_to_be_told(world: World) {
    let alice = world.account("alice").await;
    let (session, other) = (world.session(alice).await, world.session(alice).await);
    let a = world.client("a").await;
    let mut clients = [a, world.client("b").await];
    let deleted = world.client("deleted").await;
    for client in [clients[0], clients[1], deleted] {
        world.sign_in_to(session.id, client).await;
    }
    world.sign_in_to(other.id, a).await;
    world.store.delete_client(deleted, NOW, None).await.unwrap();
    clients.sort();
    let expected = ClosedSession {
        clients: clients.to_vec(),
        grants: 0,
    };
    assert_eq!(world.close(&session, NOW.plus(9)).await, expected);
    assert_eq!(
        world.close(&session, NOW.plus(10)).await,
        ClosedSession::default()
    );
    assert_eq!(world.store.list_session_clients(session.id).await, Ok(vec![]));
    assert_eq!(world.store.list_session_clients(other.id).await, Ok(vec![a]));
    assert!(world.lease(NOW.plus(8)).await.is_empty());
    let deliveries = world.lease(NOW.plus(9)).await;
    let delivery = |client| LogoutDelivery {
        session: session.id,
        client,
        account: alice,
        subject: None,
        attempts: 1,
        ended_at: NOW.plus(9),
    };
    assert_eq!(deliveries, clients.map(delivery));
}

/// Two clicks on "sign out".
pub async fn fifty_close_one_session_and_its_clients_are_told_once(world: World) {
    let (client, alice) = (world.client("app").await, world.account("alice").await);
    let session = world.session(alice).await;
    world.sign_in_to(session.id, client).await;
    granted(&world, &session, NOW).await;
    let close = CloseSession {
        hash: session.hash,
        now: NOW,
    };
    let closed = world
        .fifty(|store, _| async move { store.close_session(close, None).await.unwrap() })
        .await;
    let once = ClosedSession {
        clients: vec![client],
        grants: 1,
    };
    assert_eq!(count(&closed, &once), 1);
    assert_eq!(count(&closed, &ClosedSession::default()), 49);
    assert_eq!(world.lease(NOW).await.len(), 1);
}

/// Those that outlive it go on, and nobody else's are touched; what was dead is not counted.
pub async fn closing_ends_the_grants_that_end_with_the_session(world: World) {
    let (client, alice) = (world.client("app").await, world.account("alice").await);
    let (session, other) = (world.session(alice).await, world.session(alice).await);
    let (bound, elsewhere) = (
        granted(&world, &session, NOW).await,
        granted(&world, &other, NOW).await,
    );
    granted(&world, &session, NOW.plus(-1000)).await;
    let lasting = world.family(client, alice).await;
    let redeem = world.redeem(&bound, NOW);
    let (access, refresh) = (redeem.access.hash, redeem.refresh.as_ref().unwrap().hash);
    world.store.redeem_code(redeem, None).await.unwrap();
    assert_eq!(world.close(&session, NOW.plus(1)).await.grants, 1);
    assert!(!world.access_lives(access).await && !world.refresh_lives(refresh).await);
    assert!(world.access_lives(lasting.access).await && world.refresh_lives(lasting.refresh).await);
    let redeemed = world
        .store
        .redeem_code(world.redeem(&elsewhere, NOW.plus(1)), None)
        .await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Redeemed));
}

/// A sign-out that overtakes a consent ends what comes of that.
pub async fn a_grant_of_a_session_that_has_ended_is_dead_from_the_start(world: World) {
    let alice = world.account("alice").await;
    let session = world.session(alice).await;
    world.close(&session, NOW).await;
    let grant = granted(&world, &session, NOW).await;
    let gone = world.store.redeem_code(world.redeem(&grant, NOW), None).await;
    assert_eq!(gone, Ok(RedeemOutcome::Gone));
    let mut with_token = world.new_grant(grant.client, alice, NOW);
    with_token.session = Some(session.id);
    let access = world.new_access(with_token.id, grant.client, alice, NOW);
    let (hash, ends) = (access.hash, access.expires_at);
    assert_eq!(ends, NOW.plus(ACCESS));
    let command = IssueGrant {
        access: Some(access),
        ..issue(with_token)
    };
    world.issue(command).await;
    assert!(!world.access_lives(hash).await);
}

/// A grant of a new client that ends with a session.
async fn granted(world: &World, session: &OpenSession, now: Timestamp) -> NewGrant {
    let client = world.client(&format!("of-{}", world.new_account("x").id)).await;
    let grant = NewGrant {
        session: Some(session.id),
        ..world.new_grant(client, session.account, now)
    };
    world.issue(issue(grant.clone())).await;
    grant
}
