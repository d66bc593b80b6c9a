//! Rules of values that may be used once (RFC 7523 section 3).

use pixie_provider::store::{UseOnce, UseOnceOutcome};

use super::{NOW, World, count};

fn value(number: u8, now: i64, expires: i64) -> UseOnce {
    UseOnce {
        hash: [number; 32],
        denied: false,
        now: NOW.plus(now),
        expires_at: NOW.plus(expires),
    }
}

/// Another value is another one; from its end on a value is forgotten.
pub async fn a_value_is_used_once_until_it_expires(world: World) {
    let is_first = async |command| world.store.use_once(command).await == Ok(UseOnceOutcome::First);
    assert!(is_first(value(1, 0, 60)).await);
    assert!(!is_first(value(1, 0, 60)).await);
    assert!(is_first(value(2, 0, 60)).await);
    assert!(!is_first(value(1, 59, 200)).await);
    assert!(is_first(value(1, 60, 120)).await);
    assert!(!is_first(value(1, 119, 200)).await);
}

/// A form that is sent again gets the answer of the first time, also if another one is chosen then.
pub async fn the_first_use_of_a_value_says_what_it_was_used_for(world: World) {
    let used = async |number, now, denied| {
        let command = UseOnce {
            denied,
            ..value(number, now, now + 60)
        };
        world.store.use_once(command).await.unwrap()
    };
    for (number, first) in [(1, true), (2, false)] {
        assert_eq!(used(number, 0, first).await, UseOnceOutcome::First);
        for again in [first, !first] {
            let before = UseOnceOutcome::UsedBefore { denied: first };
            assert_eq!(used(number, 1, again).await, before);
        }
        assert_eq!(used(number, 60, !first).await, UseOnceOutcome::First);
        let before = UseOnceOutcome::UsedBefore { denied: !first };
        assert_eq!(used(number, 61, first).await, before);
    }
}

/// An assertion that is stolen and shown at the same moment is valid for one of them.
pub async fn fifty_use_one_value_and_one_wins(world: World) {
    let used = world
        .fifty(|store, _| async move { store.use_once(value(1, 0, 60)).await.unwrap() })
        .await;
    assert_eq!(count(&used, &UseOnceOutcome::First), 1);
}

/// An expired value counts as one that was never used.
pub async fn fifty_use_an_expired_value_again_and_one_wins(world: World) {
    world.store.use_once(value(1, 0, 60)).await.unwrap();
    let used = world
        .fifty(|store, _| async move { store.use_once(value(1, 60, 120)).await.unwrap() })
        .await;
    assert_eq!(count(&used, &UseOnceOutcome::First), 1);
}
