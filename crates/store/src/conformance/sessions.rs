//! Rules of signed-in browsers.

use pixie_provider::store::{OpenSession, SetDisabled};
use pixie_provider::{SessionId, User, UserId};

use super::{NOW, World};

fn new_session(world: &World, user: UserId) -> OpenSession {
    OpenSession {
        hash: world.hash(),
        id: SessionId::from_uuid(world.new_user("id").id.as_uuid()),
        user,
        now: NOW,
        expires_at: NOW.plus(86_400),
        replaces: None,
    }
}

/// Whoever is disabled meanwhile is found disabled, or not at all.
pub async fn a_session_is_found_with_the_person_as_they_are_now(world: World) {
    let alice = world.new_user("alice");
    world.store.insert_user(alice.clone()).await.unwrap();
    let command = new_session(&world, alice.id);
    assert_eq!(world.store.open_session(command).await, Ok(()));
    let renamed = User {
        name: Some("Alice".into()),
        administrator: true,
        ..alice
    };
    world.store.update_user(renamed.clone()).await.unwrap();
    let found = world.store.find_session(command.hash).await.unwrap().unwrap();
    assert_eq!((found.id, found.user), (command.id, renamed));
    assert_eq!((found.authenticated_at, found.last_seen_at), (NOW, NOW));
    assert_eq!(found.expires_at, NOW.plus(86_400));
    assert!(world.store.find_session(world.hash()).await.unwrap().is_none());
    let disable = SetDisabled {
        user: alice.id,
        disabled: true,
        now: NOW,
    };
    world.store.set_disabled(disable).await.unwrap();
    assert!(world.store.find_session(command.hash).await.unwrap().is_none());
}

/// A browser has one session; another browser's is not touched.
pub async fn opening_replaces_the_browsers_session(world: World) {
    let alice = world.user("alice").await;
    let (old, elsewhere) = (new_session(&world, alice), new_session(&world, alice));
    world.store.open_session(old).await.unwrap();
    world.store.open_session(elsewhere).await.unwrap();
    let new = OpenSession {
        replaces: Some(old.hash),
        ..new_session(&world, alice)
    };
    world.store.open_session(new).await.unwrap();
    assert!(world.store.find_session(old.hash).await.unwrap().is_none());
    for session in [elsewhere, new] {
        assert!(world.store.find_session(session.hash).await.unwrap().is_some());
    }
    let replaces_nothing = OpenSession {
        replaces: Some(old.hash),
        ..new_session(&world, alice)
    };
    assert_eq!(world.store.open_session(replaces_nothing).await, Ok(()));
}

/// Requests that overtake each other do not turn the time back.
pub async fn touching_notes_the_time_and_never_goes_back(world: World) {
    let alice = world.user("alice").await;
    let session = new_session(&world, alice);
    world.store.open_session(session).await.unwrap();
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
    let alice = world.user("alice").await;
    let (mine, other) = (new_session(&world, alice), new_session(&world, alice));
    world.store.open_session(mine).await.unwrap();
    world.store.open_session(other).await.unwrap();
    assert_eq!(world.store.close_session(mine.hash).await, Ok(()));
    assert_eq!(world.store.close_session(mine.hash).await, Ok(()));
    assert!(world.store.find_session(mine.hash).await.unwrap().is_none());
    assert!(world.store.find_session(other.hash).await.unwrap().is_some());
}
