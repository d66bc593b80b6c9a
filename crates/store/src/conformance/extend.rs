//! Rules of refresh tokens that do not rotate (RFC 6749 section 6).

use pixie_provider::store::{ExtendOutcome, ExtendRefreshToken, RevokeGrants, RotateOutcome, SetDisabled};

use super::{ACCESS, FAMILY, GRACE, NOW, REFRESH, World, count};

/// The token is the same again, with another end.
pub async fn a_refresh_token_that_stays_gives_access_tokens_and_ends_later(world: World) {
    let family = world.some_family().await;
    for day in 1..=20 {
        let now = NOW.plus(day * 86_400);
        let command = world.extend(&family, now);
        let access = command.access.hash;
        let extended = world.store.extend_refresh_token(command, None).await;
        assert_eq!(extended, Ok(ExtendOutcome::Extended));
        let found = world.store.find_refresh_token(family.refresh).await;
        let found = found.unwrap().unwrap();
        assert_eq!((found.issued_at, found.expires_at), (NOW, now.plus(REFRESH)));
        assert!(found.rotated.is_none());
        let access = world.store.find_access_token(access).await.unwrap().unwrap();
        assert!(!access.revoked);
        assert_eq!(access.expires_at, now.plus(ACCESS));
    }
}

/// None of them is a thief.
pub async fn fifty_extend_one_token_and_all_win(world: World) {
    let family = world.some_family().await;
    let commands = world.clone();
    let outcomes = world
        .fifty(|store, _| {
            let command = commands.extend(&family, NOW);
            let access = command.access.hash;
            async move { (store.extend_refresh_token(command, None).await.unwrap(), access) }
        })
        .await;
    let results: Vec<_> = outcomes.iter().map(|(outcome, _)| *outcome).collect();
    assert_eq!(count(&results, &ExtendOutcome::Extended), 50);
    for (_, access) in outcomes {
        assert!(world.access_lives(access).await);
    }
}

/// A client that does not rotate any more may have copies of tokens from before.
pub async fn a_token_that_was_exchanged_is_not_extended(world: World) {
    let family = world.some_family().await;
    let successor = world.rotated(&family, family.refresh, NOW).await;
    let command = world.extend(&family, NOW);
    let access = command.access.hash;
    let gone = world.store.extend_refresh_token(command, None).await;
    assert_eq!(gone, Ok(ExtendOutcome::Gone));
    assert!(world.store.find_access_token(access).await.unwrap().is_none());
    assert!(world.refresh_lives(successor).await);
    let reuse = world.rotate(&family, family.refresh, NOW.plus(GRACE + 1));
    let reused = world.store.rotate_refresh_token(reuse, None).await;
    assert_eq!(reused, Ok(RotateOutcome::Reused));
}

/// The end of a family is fixed, for any end that the command claims.
pub async fn an_extended_token_is_gone_at_the_end_of_its_family(world: World) {
    let family = world.some_family().await;
    let far = ExtendRefreshToken {
        expires_at: NOW.plus(2 * FAMILY),
        ..world.extend(&family, NOW)
    };
    let extended = world.store.extend_refresh_token(far, None).await;
    assert_eq!(extended, Ok(ExtendOutcome::Extended));
    for (seconds, outcome) in [
        (FAMILY - 1, ExtendOutcome::Extended),
        (FAMILY, ExtendOutcome::Gone),
    ] {
        let command = ExtendRefreshToken {
            expires_at: NOW.plus(2 * FAMILY),
            ..world.extend(&family, NOW.plus(seconds))
        };
        let extended = world.store.extend_refresh_token(command, None).await;
        assert_eq!(extended, Ok(outcome), "{seconds}");
    }
}

/// Nothing is stored for them.
pub async fn an_expired_revoked_or_foreign_token_is_not_extended(world: World) {
    let family = world.some_family().await;
    let gone = async |command: ExtendRefreshToken| {
        let access = command.access.hash;
        let outcome = world.store.extend_refresh_token(command, None).await;
        let stored = world.store.find_access_token(access).await.unwrap();
        outcome == Ok(ExtendOutcome::Gone) && stored.is_none()
    };
    assert!(gone(world.extend(&family, NOW.plus(REFRESH))).await);
    let foreign = ExtendRefreshToken {
        client: world.client("other").await,
        ..world.extend(&family, NOW)
    };
    assert!(gone(foreign).await);
    let unknown = ExtendRefreshToken {
        presented: world.hash(),
        ..world.extend(&family, NOW)
    };
    assert!(gone(unknown).await);
    let alive = world
        .store
        .extend_refresh_token(world.extend(&family, NOW), None)
        .await;
    assert_eq!(alive, Ok(ExtendOutcome::Extended));
    let revoke = RevokeGrants {
        account: Some(family.account),
        client: None,
        now: NOW,
    };
    assert_eq!(world.store.revoke_grants(revoke, None).await, Ok(1));
    assert!(gone(world.extend(&family, NOW)).await);
}

/// Nor when the person is enabled again.
pub async fn a_disabled_persons_token_is_not_extended(world: World) {
    let family = world.some_family().await;
    for disabled in [true, false] {
        let command = SetDisabled {
            account: family.account,
            disabled,
            now: NOW,
        };
        assert_eq!(world.store.set_disabled(command, None).await, Ok(true));
        let gone = world
            .store
            .extend_refresh_token(world.extend(&family, NOW), None)
            .await;
        assert_eq!(gone, Ok(ExtendOutcome::Gone), "{disabled}");
    }
}

/// Sweeping follows the end that the token has now.
pub async fn a_grant_is_kept_until_its_extended_token_ends(world: World) {
    let family = world.some_family().await;
    let half = REFRESH / 2;
    let extended = world
        .store
        .extend_refresh_token(world.extend(&family, NOW.plus(half)), None)
        .await;
    assert_eq!(extended, Ok(ExtendOutcome::Extended));
    world.sweep(NOW.plus(REFRESH + 1)).await;
    assert!(world.refresh_lives(family.refresh).await);
    let swept = world.sweep(NOW.plus(half + REFRESH + 1)).await;
    assert_eq!((swept.grants, swept.refresh_tokens), (1, 1));
}
