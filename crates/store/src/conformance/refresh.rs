//! Rules of refresh tokens (RFC 6749 section 6, RFC 9700 section 4.14.2).

use pixie_provider::Timestamp;
use pixie_provider::store::{RevokeGrants, RotateOutcome, RotateRefreshToken, SetDisabled, TokenOwner};

use super::{FAMILY, GRACE, NOW, REFRESH, World, count};

/// Every field comes back.
pub async fn a_refresh_token_is_found_as_it_was_issued(world: World) {
    let family = world.some_family().await;
    let found = world
        .store
        .find_refresh_token(family.refresh)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.grant, found.client), (family.grant, family.client));
    assert_eq!(found.client_id.as_str(), "app");
    let alice = TokenOwner {
        subject: None,
        id: family.account,
        username: "alice".into(),
        disabled: false,
    };
    assert_eq!(found.owner, alice);
    assert_eq!(found.scope.to_string(), "read write");
    assert_eq!(
        (found.issued_at, found.expires_at, found.grant_expires_at),
        (NOW, NOW.plus(REFRESH), NOW.plus(FAMILY))
    );
    assert!(!found.revoked && found.rotated.is_none());
    let unknown = world.store.find_refresh_token(world.hash()).await;
    assert!(unknown.unwrap().is_none());
}

/// Two tabs, or a lost answer: everybody gets the tokens of the one exchange.
pub async fn fifty_rotate_one_token_and_one_wins_and_the_others_get_its_answer(world: World) {
    let family = world.some_family().await;
    let commands = world.clone();
    let outcomes = world
        .fifty(|store, _| {
            let command = commands.rotate(&family, family.refresh, NOW);
            let (successor, access) = (command.successor.hash, command.access.hash);
            async move {
                (
                    store.rotate_refresh_token(command, None).await.unwrap(),
                    successor,
                    access,
                )
            }
        })
        .await;
    let winners: Vec<_> = outcomes
        .iter()
        .filter(|(outcome, ..)| *outcome == RotateOutcome::Rotated)
        .collect();
    assert_eq!(winners.len(), 1);
    let (_, successor, access) = winners[0];
    let repeated = RotateOutcome::Repeated(successor.as_bytes().to_vec());
    let results: Vec<_> = outcomes.iter().map(|(outcome, ..)| outcome.clone()).collect();
    assert_eq!(count(&results, &repeated), 49);
    assert!(world.refresh_lives(*successor).await && world.access_lives(*access).await);
    for (outcome, successor, access) in &outcomes {
        if *outcome != RotateOutcome::Rotated {
            let successor = world.store.find_refresh_token(*successor).await.unwrap();
            let access = world.store.find_access_token(*access).await.unwrap();
            assert!(successor.is_none() && access.is_none());
        }
    }
}

/// The machine's clock may step back between the two.
pub async fn a_repeated_request_is_answered_within_the_grace_on_both_sides(world: World) {
    let family = world.some_family().await;
    let exchanged = NOW.plus(1000);
    let successor = world.rotated(&family, family.refresh, exchanged).await;
    for seconds in [0, GRACE, -GRACE] {
        let command = world.rotate(&family, family.refresh, exchanged.plus(seconds));
        let repeated = world.store.rotate_refresh_token(command, None).await;
        let answer = successor.as_bytes().to_vec();
        assert_eq!(repeated, Ok(RotateOutcome::Repeated(answer)), "{seconds}");
    }
    assert!(world.refresh_lives(successor).await);
    let command = world.rotate(&family, family.refresh, exchanged.plus(-GRACE - 1));
    let reused = world.store.rotate_refresh_token(command, None).await;
    assert_eq!(reused, Ok(RotateOutcome::Reused));
}

/// A grace of no seconds is none, not even in the same millisecond.
pub async fn without_grace_nothing_repeats(world: World) {
    let family = world.some_family().await;
    let command = || RotateRefreshToken {
        grace: 0,
        ..world.rotate(&family, family.refresh, NOW)
    };
    let rotated = world.store.rotate_refresh_token(command(), None).await;
    assert_eq!(rotated, Ok(RotateOutcome::Rotated));
    let reused = world.store.rotate_refresh_token(command(), None).await;
    assert_eq!(reused, Ok(RotateOutcome::Reused));
}

/// Ten seconds are ten seconds, wherever in its second the exchange was.
pub async fn the_grace_ends_to_the_millisecond(world: World) {
    let family = world.some_family().await;
    let first = NOW.seconds() * 1000 + 900;
    let at = |milliseconds: i64| {
        let now = Timestamp::from_seconds((first + milliseconds).div_euclid(1000));
        RotateRefreshToken {
            milliseconds: first + milliseconds,
            ..world.rotate(&family, family.refresh, now)
        }
    };
    let rotated = world.store.rotate_refresh_token(at(0), None).await;
    assert_eq!(rotated, Ok(RotateOutcome::Rotated));
    for milliseconds in [1, 200, GRACE * 1000, -GRACE * 1000] {
        let repeated = world.store.rotate_refresh_token(at(milliseconds), None).await;
        assert!(
            matches!(repeated, Ok(RotateOutcome::Repeated(_))),
            "{milliseconds}"
        );
    }
    let reused = world.store.rotate_refresh_token(at(GRACE * 1000 + 1), None).await;
    assert_eq!(reused, Ok(RotateOutcome::Reused));
}

/// The store cannot distinguish a thief from the owner: both lose their tokens.
pub async fn reuse_after_the_grace_revokes_the_whole_family(world: World) {
    let family = world.some_family().await;
    let second = world.rotated(&family, family.refresh, NOW).await;
    let third = world.rotated(&family, second, NOW.plus(60)).await;
    let reuse = world.rotate(&family, family.refresh, NOW.plus(GRACE + 1));
    let (successor, access) = (reuse.successor.hash, reuse.access.hash);
    let reused = world.store.rotate_refresh_token(reuse, None).await;
    assert_eq!(reused, Ok(RotateOutcome::Reused));
    for token in [family.refresh, second, third] {
        assert!(!world.refresh_lives(token).await);
    }
    assert!(!world.access_lives(family.access).await);
    let nothing = world.store.find_refresh_token(successor).await;
    assert!(nothing.unwrap().is_none());
    let nothing = world.store.find_access_token(access).await;
    assert!(nothing.unwrap().is_none());
    let newest = world.rotate(&family, third, NOW.plus(70));
    let gone = world.store.rotate_refresh_token(newest, None).await;
    assert_eq!(gone, Ok(RotateOutcome::Gone));
}

/// One of them ends the family; for the others it has ended.
pub async fn fifty_reuse_at_once_and_the_family_is_revoked_once(world: World) {
    let family = world.some_family().await;
    let successor = world.rotated(&family, family.refresh, NOW).await;
    let commands = world.clone();
    let outcomes = world
        .fifty(|store, _| {
            let command = commands.rotate(&family, family.refresh, NOW.plus(GRACE + 1));
            async move { store.rotate_refresh_token(command, None).await.unwrap() }
        })
        .await;
    assert_eq!(count(&outcomes, &RotateOutcome::Reused), 1);
    assert_eq!(count(&outcomes, &RotateOutcome::Gone), 49);
    assert!(!world.refresh_lives(successor).await);
}

/// A sealed answer of a revoked family is not given out.
pub async fn a_token_of_a_revoked_family_is_gone_also_within_the_grace(world: World) {
    let family = world.some_family().await;
    let successor = world.rotated(&family, family.refresh, NOW).await;
    let revoke = RevokeGrants {
        account: Some(family.account),
        client: None,
        now: NOW,
    };
    assert_eq!(world.store.revoke_grants(revoke, None).await, Ok(1));
    for token in [family.refresh, successor] {
        let command = world.rotate(&family, token, NOW);
        let gone = world.store.rotate_refresh_token(command, None).await;
        assert_eq!(gone, Ok(RotateOutcome::Gone));
    }
}

/// A token that ends at a moment is worth nothing at that moment.
pub async fn an_expired_token_is_gone_from_its_last_second_on(world: World) {
    let family = world.some_family().await;
    let rotate = |seconds| {
        world
            .store
            .rotate_refresh_token(world.rotate(&family, family.refresh, NOW.plus(seconds)), None)
    };
    assert_eq!(rotate(REFRESH).await, Ok(RotateOutcome::Gone));
    assert_eq!(rotate(REFRESH - 1).await, Ok(RotateOutcome::Rotated));
    assert_eq!(rotate(REFRESH).await, Ok(RotateOutcome::Gone));
}

/// The end is fixed, for any number of refreshes and any end that a token claims.
pub async fn a_token_is_gone_at_the_end_of_its_family(world: World) {
    let family = world.some_family().await;
    let mut command = world.rotate(&family, family.refresh, NOW.plus(1));
    command.successor.expires_at = NOW.plus(2 * FAMILY);
    let successor = command.successor.hash;
    let rotated = world.store.rotate_refresh_token(command, None).await;
    assert_eq!(rotated, Ok(RotateOutcome::Rotated));
    let late = world.rotate(&family, successor, NOW.plus(FAMILY));
    let gone = world.store.rotate_refresh_token(late, None).await;
    assert_eq!(gone, Ok(RotateOutcome::Gone));
    let listed = world.store.list_grants(family.account, NOW.plus(FAMILY)).await;
    assert!(listed.unwrap().is_empty());
    let in_time = world.rotate(&family, successor, NOW.plus(FAMILY - 1));
    let rotated = world.store.rotate_refresh_token(in_time, None).await;
    assert_eq!(rotated, Ok(RotateOutcome::Rotated));
}

/// Nobody can spoil a token that is not theirs, rotated or not.
pub async fn another_clients_token_is_gone_and_stays_good(world: World) {
    let family = world.some_family().await;
    let thief = world.client("thief").await;
    let stolen = |token, seconds| RotateRefreshToken {
        client: thief,
        ..world.rotate(&family, token, NOW.plus(seconds))
    };
    let gone = world
        .store
        .rotate_refresh_token(stolen(family.refresh, 0), None)
        .await;
    assert_eq!(gone, Ok(RotateOutcome::Gone));
    let successor = world.rotated(&family, family.refresh, NOW).await;
    for seconds in [0, GRACE + 1] {
        let gone = world
            .store
            .rotate_refresh_token(stolen(family.refresh, seconds), None)
            .await;
        assert_eq!(gone, Ok(RotateOutcome::Gone));
    }
    assert!(world.refresh_lives(successor).await);
}

/// Also if the account is enabled again.
pub async fn a_disabled_persons_token_is_gone(world: World) {
    let family = world.some_family().await;
    for disabled in [true, false] {
        let command = SetDisabled {
            account: family.account,
            disabled,
            now: NOW,
        };
        world.store.set_disabled(command, None).await.unwrap();
        let rotate = world.rotate(&family, family.refresh, NOW);
        let gone = world.store.rotate_refresh_token(rotate, None).await;
        assert_eq!(gone, Ok(RotateOutcome::Gone));
    }
}

/// The provider opens the answer for the holder of the token.
pub async fn a_rotated_token_stays_known_with_its_answer(world: World) {
    let family = world.some_family().await;
    let exchanged = NOW.plus(60);
    let successor = world.rotated(&family, family.refresh, exchanged).await;
    let found = world
        .store
        .find_refresh_token(family.refresh)
        .await
        .unwrap()
        .unwrap();
    let rotated = found.rotated.unwrap();
    assert_eq!(rotated.milliseconds, exchanged.seconds() * 1000);
    assert_eq!(rotated.sealed, successor.as_bytes());
    let found = world.store.find_refresh_token(successor).await.unwrap().unwrap();
    assert!(found.rotated.is_none());
}

/// A long life of one family.
pub async fn old_and_new_generations_rotate_in_order(world: World) {
    let family = world.some_family().await;
    let mut token = family.refresh;
    for day in 1..=20 {
        let successor = world.rotated(&family, token, NOW.plus(day * 86_400)).await;
        assert_ne!(successor, token);
        token = successor;
    }
    assert!(world.refresh_lives(token).await);
}
