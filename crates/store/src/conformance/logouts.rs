//! Rules of clients that wait for the notification that a session has ended (OpenID Connect Back-Channel Logout section
//! 2.5).

use pixie_provider::ClientKey;
use pixie_provider::store::{LeaseLogouts, LogoutDelivery, OpenSession, RetryLogout};

use super::{NOW, World};

/// A session of a new person that ended so many seconds after the beginning and had signed in to these.
async fn ended(world: &World, name: &str, clients: &[ClientKey], seconds: i64) -> OpenSession {
    let session = world.session(world.account(name).await).await;
    for client in clients {
        world.sign_in_to(session.id, *client).await;
    }
    world.close(&session, NOW.plus(seconds)).await;
    session
}

fn lease(now: i64, limit: u32) -> LeaseLogouts {
    LeaseLogouts {
        now: NOW.plus(now),
        leased_until: NOW.plus(now + 60),
        limit,
    }
}

/// Also if a later one was noted down first; each says how often it was tried, this time included.
pub async fn deliveries_are_taken_in_the_order_in_which_they_are_due(world: World) {
    let client = world.client("app").await;
    let third = ended(&world, "c", &[client], 30).await;
    let first = ended(&world, "a", &[client], 10).await;
    let second = ended(&world, "b", &[client], 20).await;
    let expected = |session: OpenSession, seconds, attempts| LogoutDelivery {
        session: session.id,
        client,
        account: session.account,
        subject: None,
        attempts,
        ended_at: NOW.plus(seconds),
    };
    let leased = world.store.lease_logouts(lease(30, 2)).await;
    assert_eq!(leased, Ok(vec![expected(first, 10, 1), expected(second, 20, 1)]));
    let leased = world.store.lease_logouts(lease(30, 2)).await;
    assert_eq!(leased, Ok(vec![expected(third, 30, 1)]));
    let leased = world.store.lease_logouts(lease(90, 10)).await.unwrap();
    assert!(leased.iter().all(|one| one.attempts == 2));
    assert_eq!(leased.len(), 3);
}

/// A node that dies while it delivers does not keep the delivery.
pub async fn a_delivery_that_was_taken_is_nobody_elses_until_its_time(world: World) {
    let client = world.client("app").await;
    ended(&world, "alice", &[client], 0).await;
    assert_eq!(world.store.lease_logouts(lease(0, 10)).await.unwrap().len(), 1);
    for now in [0, 59] {
        assert_eq!(world.store.lease_logouts(lease(now, 10)).await, Ok(vec![]));
    }
    assert_eq!(world.store.lease_logouts(lease(60, 10)).await.unwrap().len(), 1);
}

/// Two nodes do not deliver the same.
pub async fn fifty_take_deliveries_and_each_goes_to_one(world: World) {
    let mut clients = Vec::new();
    for number in 0..20 {
        clients.push(world.client(&format!("app{number}")).await);
    }
    ended(&world, "alice", &clients, 0).await;
    let taken = world
        .fifty(|store, _| async move { store.lease_logouts(lease(0, 3)).await.unwrap() })
        .await;
    let mut taken: Vec<_> = taken.concat().iter().map(|one| one.client).collect();
    taken.sort();
    clients.sort();
    assert_eq!(taken, clients);
}

/// The other clients of the session, and the client's other sessions, still wait.
pub async fn a_delivery_that_is_done_with_is_gone(world: World) {
    let (notified, waiting) = (world.client("told").await, world.client("waiting").await);
    let session = ended(&world, "alice", &[notified, waiting], 0).await;
    let other = ended(&world, "bob", &[notified], 0).await;
    for _ in 0..2 {
        assert_eq!(world.store.finish_logout(session.id, notified).await, Ok(()));
    }
    let left = world.lease(NOW).await;
    let mut left: Vec<_> = left.iter().map(|one| (one.session, one.client)).collect();
    left.sort();
    let mut expected = [(session.id, waiting), (other.id, notified)];
    expected.sort();
    assert_eq!(left, expected);
}

/// Earlier than the one who took it would have lost it, or later.
pub async fn a_failed_delivery_is_due_when_it_was_put_back_for(world: World) {
    let client = world.client("app").await;
    let session = ended(&world, "alice", &[client], 0).await;
    world.store.lease_logouts(lease(0, 10)).await.unwrap();
    for (attempt, seconds) in [(2, 30), (3, 500)] {
        let retry = RetryLogout {
            session: session.id,
            client,
            due_at: NOW.plus(seconds),
        };
        assert_eq!(world.store.retry_logout(retry).await, Ok(()));
        assert_eq!(
            world.store.lease_logouts(lease(seconds - 1, 10)).await,
            Ok(vec![])
        );
        let leased = world.store.lease_logouts(lease(seconds, 10)).await.unwrap();
        assert_eq!(leased[0].attempts, attempt);
        assert_eq!(leased[0].ended_at, NOW);
    }
    world.store.finish_logout(session.id, client).await.unwrap();
    let retry = RetryLogout {
        session: session.id,
        client,
        due_at: NOW,
    };
    assert_eq!(world.store.retry_logout(retry).await, Ok(()));
    assert!(world.lease(NOW.plus(1000)).await.is_empty());
}
