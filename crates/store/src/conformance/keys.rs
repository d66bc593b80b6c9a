//! Rules of signing keys.

use pixie_provider::Timestamp;
use pixie_provider::store::{EndKey, RotateKey, RotateKeyOutcome, SealedKey, Swept};

use super::{NOW, World};

pub(super) fn key(algorithm: &str, number: usize) -> SealedKey {
    SealedKey {
        kid: format!("{algorithm}-{number}"),
        algorithm: algorithm.to_owned(),
        public_jwk: format!(r#"{{"n":{number}}}"#),
        sealed_private: vec![u8::try_from(number).unwrap(); 100],
        created_at: NOW,
        signs_from: NOW,
        verifies_until: None,
    }
}

pub(super) fn rotate(key: SealedKey, expected_newest: Option<&str>, old_until: Timestamp) -> RotateKey {
    RotateKey {
        key,
        expected_newest: expected_newest.map(str::to_owned),
        old_until,
    }
}

impl World {
    async fn rotate_keys(&self, command: RotateKey) -> RotateKeyOutcome {
        self.store.rotate_key(command, None).await.unwrap()
    }

    async fn end_key(&self, kid: &str, at: Timestamp, signs: bool) -> bool {
        let kid = kid.to_owned();
        let command = EndKey { kid, at, signs };
        self.store.end_key(command, None).await.unwrap()
    }

    async fn key(&self, kid: &str) -> Option<SealedKey> {
        let keys = self.store.list_keys().await.unwrap();
        keys.into_iter().find(|key| key.kid == kid)
    }
}

/// A withdrawn key ends at once; the newest does not, which a rotation replaces first.
pub async fn an_old_key_ends_when_it_is_withdrawn_and_no_other(world: World) {
    world.rotate_keys(rotate(key("ES256", 0), None, NOW)).await;
    let end = async |kid: &str, at| world.end_key(kid, at, false).await;
    assert!(!end("ES256-0", NOW).await, "it is the newest");
    assert_eq!(world.key("ES256-0").await.unwrap().verifies_until, None);
    let next = rotate(key("ES256", 1), Some("ES256-0"), NOW.plus(3600));
    assert_eq!(world.rotate_keys(next).await, RotateKeyOutcome::Rotated);
    assert!(end("ES256-0", NOW.plus(60)).await);
    assert_eq!(
        world.key("ES256-0").await.unwrap().verifies_until,
        Some(NOW.plus(60))
    );
    assert!(!end("ES256-0", NOW.plus(60)).await, "it has ended");
    assert!(!end("ES256-0", NOW.plus(90)).await, "an end never moves on");
    assert!(!end("ES256-9", NOW).await, "there is none");
    assert_eq!(world.key("ES256-1").await.unwrap().verifies_until, None);
}

/// An older key, which would be the last that has begun, does not sign again.
pub async fn the_next_key_signs_from_the_end_of_the_one_that_signs(world: World) {
    world.rotate_keys(rotate(key("RS256", 0), None, NOW)).await;
    world.rotate_keys(rotate(key("ES256", 0), None, NOW)).await;
    let second = rotate(key("ES256", 1), Some("ES256-0"), NOW.plus(7200));
    world.rotate_keys(second).await;
    let later = |name, number| SealedKey {
        signs_from: NOW.plus(3600),
        ..key(name, number)
    };
    let next = rotate(later("ES256", 2), Some("ES256-1"), NOW.plus(7200));
    world.rotate_keys(next).await;
    let other = rotate(later("RS256", 1), Some("RS256-0"), NOW.plus(7200));
    world.rotate_keys(other).await;
    let signs_from = async |kid| world.key(kid).await.unwrap().signs_from;
    assert!(world.end_key("ES256-0", NOW.plus(10), false).await);
    assert!(
        !world.end_key("ES256-0", NOW.plus(10), true).await,
        "it has ended"
    );
    assert_eq!(signs_from("ES256-2").await, NOW.plus(3600));
    assert!(world.end_key("ES256-1", NOW.plus(20), true).await);
    assert_eq!(signs_from("ES256-2").await, NOW.plus(20));
    assert_eq!(signs_from("ES256-1").await, NOW);
    assert_eq!(signs_from("RS256-1").await, NOW.plus(3600));
}

/// Nodes that start at once agree on one key of each algorithm.
pub async fn the_first_key_is_stored_once_by_fifty_nodes(world: World) {
    assert_eq!(world.store.list_keys().await.unwrap().len(), 0);
    let outcomes = world
        .fifty(|store, number| async move {
            let command = rotate(key("ES256", number), None, NOW);
            (number, store.rotate_key(command, None).await.unwrap())
        })
        .await;
    let winners: Vec<usize> = outcomes
        .iter()
        .filter_map(|(number, outcome)| (*outcome == RotateKeyOutcome::Rotated).then_some(*number))
        .collect();
    assert_eq!(winners.len(), 1);
    assert!(world.store.list_keys().await.unwrap() == [key("ES256", winners[0])]);
    let another = rotate(key("RS256", 1), None, NOW);
    assert_eq!(world.rotate_keys(another).await, RotateKeyOutcome::Rotated);
    assert!(
        world
            .key(&format!("ES256-{}", winners[0]))
            .await
            .unwrap()
            .verifies_until
            .is_none()
    );
}

/// The schedule of several nodes rotates once.
pub async fn fifty_rotate_the_same_key_and_one_wins(world: World) {
    world.rotate_keys(rotate(key("ES256", 0), None, NOW)).await;
    let outcomes = world
        .fifty(|store, number| async move {
            let command = rotate(key("ES256", number + 1), Some("ES256-0"), NOW.plus(60));
            store.rotate_key(command, None).await.unwrap()
        })
        .await;
    let of = |expected| outcomes.iter().filter(|outcome| **outcome == expected).count();
    assert_eq!(
        (of(RotateKeyOutcome::Rotated), of(RotateKeyOutcome::NotNewest)),
        (1, 49)
    );
    let keys = world.store.list_keys().await.unwrap();
    let ends: Vec<_> = keys.iter().filter_map(|key| key.verifies_until).collect();
    assert_eq!((keys.len(), ends), (2, vec![NOW.plus(60)]));
}

/// A third key does not lengthen or shorten the life of the first, and another algorithm's keys are not touched.
pub async fn a_rotation_gives_its_end_to_the_newest_key_only(world: World) {
    world.rotate_keys(rotate(key("RS256", 0), None, NOW)).await;
    world.rotate_keys(rotate(key("ES256", 0), None, NOW)).await;
    let second = rotate(key("ES256", 1), Some("ES256-0"), NOW.plus(60));
    assert_eq!(world.rotate_keys(second).await, RotateKeyOutcome::Rotated);
    let third = rotate(key("ES256", 2), Some("ES256-1"), NOW.plus(90));
    assert_eq!(world.rotate_keys(third).await, RotateKeyOutcome::Rotated);
    let ends = [
        ("RS256-0", None),
        ("ES256-0", Some(60)),
        ("ES256-1", Some(90)),
        ("ES256-2", None),
    ];
    for (kid, end) in ends {
        let key = world.key(kid).await.unwrap();
        assert_eq!(key.verifies_until, end.map(|seconds| NOW.plus(seconds)), "{kid}");
    }
}

/// A key that should have signed later does not take over from the one that replaced it.
pub async fn a_key_published_for_later_never_comes_after_its_successor(world: World) {
    world.rotate_keys(rotate(key("ES256", 0), None, NOW)).await;
    let later = SealedKey {
        signs_from: NOW.plus(3600),
        ..key("ES256", 1)
    };
    world
        .rotate_keys(rotate(later, Some("ES256-0"), NOW.plus(7200)))
        .await;
    assert_eq!(world.key("ES256-1").await.unwrap().signs_from, NOW.plus(3600));
    let at_once = SealedKey {
        signs_from: NOW.plus(10),
        ..key("ES256", 2)
    };
    world
        .rotate_keys(rotate(at_once, Some("ES256-1"), NOW.plus(3700)))
        .await;
    for (kid, signs_from) in [("ES256-0", 0), ("ES256-1", 10), ("ES256-2", 10)] {
        assert_eq!(
            world.key(kid).await.unwrap().signs_from,
            NOW.plus(signs_from),
            "{kid}"
        );
    }
}

/// A key id exists once, for all algorithms; a refused command changes nothing.
pub async fn a_key_id_is_taken_once(world: World) {
    world.rotate_keys(rotate(key("RS256", 0), None, NOW)).await;
    let before = world.store.list_keys().await.unwrap();
    let again = rotate(key("RS256", 0), Some("RS256-0"), NOW.plus(60));
    assert_eq!(world.rotate_keys(again).await, RotateKeyOutcome::KidTaken);
    let same_for_another = SealedKey {
        algorithm: "PS256".to_owned(),
        ..key("RS256", 0)
    };
    let command = rotate(same_for_another, None, NOW);
    assert_eq!(world.rotate_keys(command).await, RotateKeyOutcome::KidTaken);
    let unexpected = rotate(key("RS256", 1), None, NOW.plus(60));
    assert_eq!(world.rotate_keys(unexpected).await, RotateKeyOutcome::NotNewest);
    assert!(world.store.list_keys().await.unwrap() == before);
}

/// An old key goes after its end, the newest never.
pub async fn an_old_key_is_swept_after_its_end(world: World) {
    world.rotate_keys(rotate(key("ES256", 0), None, NOW)).await;
    world
        .rotate_keys(rotate(key("ES256", 1), Some("ES256-0"), NOW.plus(60)))
        .await;
    assert_eq!(world.sweep(NOW.plus(60)).await, Swept::default());
    let expected = Swept {
        keys: 1,
        ..Swept::default()
    };
    assert_eq!(world.sweep(NOW.plus(61)).await, expected);
    assert!(world.key("ES256-0").await.is_none());
    assert_eq!(world.sweep(NOW.plus(1_000_000_000)).await, Swept::default());
    assert!(world.key("ES256-1").await.is_some());
}
