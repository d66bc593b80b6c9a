//! Rules of values that may be used once (RFC 7523 section 3).

use pixie_provider::store::UseOnce;

use super::{NOW, World, count};

fn value(number: u8, now: i64, expires: i64) -> UseOnce {
    UseOnce {
        hash: [number; 32],
        now: NOW.plus(now),
        expires_at: NOW.plus(expires),
    }
}

/// Another value is another one; from its end on a value is forgotten.
pub async fn a_value_is_used_once_until_it_expires(world: World) {
    let used = |command| world.store.use_once(command);
    assert_eq!(used(value(1, 0, 60)).await, Ok(true));
    assert_eq!(used(value(1, 0, 60)).await, Ok(false));
    assert_eq!(used(value(2, 0, 60)).await, Ok(true));
    assert_eq!(used(value(1, 59, 200)).await, Ok(false));
    assert_eq!(used(value(1, 60, 120)).await, Ok(true));
    assert_eq!(used(value(1, 119, 200)).await, Ok(false));
}

/// An assertion that is stolen and shown at the same moment is valid for one of them.
pub async fn fifty_use_one_value_and_one_wins(world: World) {
    let used = world
        .fifty(|store, _| async move { store.use_once(value(1, 0, 60)).await.unwrap() })
        .await;
    assert_eq!(count(&used, &true), 1);
}

/// An expired value counts as one that was never used.
pub async fn fifty_use_an_expired_value_again_and_one_wins(world: World) {
    world.store.use_once(value(1, 0, 60)).await.unwrap();
    let used = world
        .fifty(|store, _| async move { store.use_once(value(1, 60, 120)).await.unwrap() })
        .await;
    assert_eq!(count(&used, &true), 1);
}
